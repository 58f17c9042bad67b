// The event loop of a command: one coroutine, Ctrl-C, and what is said when something breaks.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>

namespace harness {

/// What becomes of `main` after an interrupt.
enum class AfterInterrupt {
    GoOn,   ///< it knows and comes to its end by itself
    GiveUp  ///< it is dropped where it stands; what it holds is released, children die with it
};

/// Runs `main` to its end on an event loop of its own; its value is the exit status, kExitStopped when it was
/// given up. `interrupt` is called on the loop at each SIGINT and SIGTERM. What `main` throws is a defect of
/// this program: it is printed on stderr and the status is kExitTrouble.
[[nodiscard]] int run_main_loop(const std::function<boost::asio::awaitable<int>()>& main,
                                const std::function<AfterInterrupt(int signal)>& interrupt);

}  // namespace harness
