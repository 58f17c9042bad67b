// A person's terminal (or a pipe) joined to a target's console: every key goes to the target, also Ctrl-C;
// Ctrl-] leaves. On a pipe everything that stands in it is typed, and the end of it is the end of the typing.
#pragma once

#include <termios.h>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "harness/process/child_stream.h"

namespace harness {

/// Standard input as the console's keyboard. While it lives a terminal gives every key as it is pressed
/// ("raw mode"); its settings are restored at the end.
class Keyboard {
  public:
    explicit Keyboard(const boost::asio::any_io_executor& executor);
    Keyboard(const Keyboard&) = delete;
    Keyboard& operator=(const Keyboard&) = delete;
    ~Keyboard();

    [[nodiscard]] bool is_terminal() const { return is_terminal_; }
    /// What was typed, at most `kMost` octets; empty at the end of input, and when the caller is cancelled.
    /// From a pipe or a file line feeds come as the Enter key, unless raw REPL commands (Ctrl-A) stand in it.
    [[nodiscard]] boost::asio::awaitable<std::string> read();

    static constexpr std::size_t kMost = 256;

  private:
    boost::asio::posix::stream_descriptor input_;
    std::optional<termios> settings_;
    bool is_terminal_ = false;
    bool raw_repl_seen_ = false;
};

/// Leaves the console.
inline constexpr char kLeaveKey = '\x1d';  // Ctrl-]

enum class RelayEnd {
    Left,    ///< Ctrl-], or the typing ended and so did the target's work
    Closed,  ///< the emulator ended
    Done,    ///< `output` said so
};

struct RelayHooks {
    /// Gets what the target writes; false ends the relay.
    std::function<bool(std::string_view)> output;
    /// The typing has ended and the target is silent: what to type still. Empty text = leave; nothing = wait.
    std::function<std::optional<std::string>()> after_typing;
};

/// Joins the two until one of them ends.
[[nodiscard]] boost::asio::awaitable<RelayEnd> relay(ChildStream& child, Keyboard& keyboard,
                                                     RelayHooks hooks);

}  // namespace harness
