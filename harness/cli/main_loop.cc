#include "harness/cli/main_loop.h"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <exception>

#include "harness/cli/exit_status.h"

namespace harness {
namespace asio = boost::asio;

int run_main_loop(const std::function<asio::awaitable<int>()>& main,
                  const std::function<AfterInterrupt(int)>& interrupt) {
    asio::io_context loop(1);
    asio::signal_set signals(loop, SIGINT, SIGTERM);
    int status = kExitTrouble;
    std::function<void()> listen = [&] {
        signals.async_wait([&](boost::system::error_code stopped, int signal) {
            if (stopped) return;
            if (interrupt(signal) == AfterInterrupt::GiveUp) {
                status = kExitStopped;
                loop.stop();
                return;
            }
            listen();
        });
    };
    listen();
    std::exception_ptr failure;
    asio::co_spawn(loop, main(), [&](std::exception_ptr thrown, int result) {
        failure = thrown;
        if (!thrown) status = result;
        signals.cancel();
        loop.stop();
    });
    loop.run();
    if (failure) {
        try {
            std::rethrow_exception(failure);
        } catch (const std::exception& exception) {
            fmt::print(stderr, "mpyconform: the run broke off, which is a defect of mpyconform itself: {}\n",
                       exception.what());
        }
    }
    return status;
}

}  // namespace harness
