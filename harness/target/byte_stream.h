// A stream of octets to a board and back, whatever carries it: a serial line, a terminal device, a socket,
// the standard input and output of a program.
//
// Nothing here knows what is said on it. Transports (raw_repl_session.h) are written against the interface;
// where a board is and how it is reached is board_address.h. Every wait has a limit.
#pragma once

#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/process/process.h"

namespace harness {

class ByteStream {
  public:
    enum class Event {
        Data,      ///< for a write: all of it was taken
        Closed,    ///< the other side went away, or the awaiting coroutine was cancelled
        TimedOut,  ///< for a write: part of it may have been taken
    };
    struct Read {
        Event event = Event::Closed;
        std::size_t size = 0;  ///< for Data: more than 0
    };

    virtual ~ByteStream() = default;

    /// Writes everything, waiting no longer than `timeout`.
    [[nodiscard]] virtual boost::asio::awaitable<Event> write(std::string_view octets,
                                                              std::chrono::milliseconds timeout) = 0;
    /// Reads what is there, at most `into.size()`, waiting no longer than `timeout`. One read at a time.
    [[nodiscard]] virtual boost::asio::awaitable<Read> read_some(std::span<char> into,
                                                                 std::chrono::milliseconds timeout) = 0;

    /// What the other side said beside the stream (an emulator's stderr), for messages; usually empty.
    [[nodiscard]] virtual std::string diagnostics() const { return {}; }
    /// Process behind the stream; 0 when there is none, or none of ours.
    [[nodiscard]] virtual pid_t pid() const { return 0; }
    /// Time of that process on a processor so far.
    [[nodiscard]] virtual std::chrono::nanoseconds cpu_time() const { return {}; }
};

/// A stream over an open descriptor that can be polled (a terminal, a socket), which it closes at its end.
[[nodiscard]] Result<std::unique_ptr<ByteStream>> stream_of_descriptor(
    const boost::asio::any_io_executor& executor, int descriptor);

/// A terminal device: raw, exclusive, 8 data bits, no parity, one stop bit. A rate that the system does not
/// have is an error. Pseudo-terminals ignore the rate.
[[nodiscard]] Result<std::unique_ptr<ByteStream>> open_serial(const boost::asio::any_io_executor& executor,
                                                              const std::string& device, unsigned baudrate);

/// A TCP connection, without any protocol on top of it.
[[nodiscard]] boost::asio::awaitable<Result<std::unique_ptr<ByteStream>>> open_tcp(
    const std::string& host, const std::string& port, std::chrono::milliseconds timeout);

/// A Unix-domain stream socket.
[[nodiscard]] Result<std::unique_ptr<ByteStream>> open_unix_socket(
    const boost::asio::any_io_executor& executor, const std::string& path);

/// A program whose standard input and output are the stream. It ends with the stream.
[[nodiscard]] Result<std::unique_ptr<ByteStream>> open_command(const boost::asio::any_io_executor& executor,
                                                               Command command);

/// A program that prints the name of a terminal device, /dev/pts/N, on stdout or stderr (`qemu-system-…
/// -serial pty`): that device is the stream. The program ends with it.
[[nodiscard]] boost::asio::awaitable<Result<std::unique_ptr<ByteStream>>> open_command_terminal(
    Command command, std::chrono::milliseconds timeout);

}  // namespace harness
