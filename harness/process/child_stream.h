// A child process that lives long and is talked to: an emulator with its console on standard input and
// output, a server with a control channel. Programs that just run to their end are process.h.
//
// The same rules hold as there: a session and a family of its own, killed and reaped whole, one thread, one
// io_context. What the child writes besides the channel is kept as a bounded tail for error messages; it is
// read while somebody waits in write(), read_some() or finish(). A child that nobody waits for is no work for
// the io_context: its run() returns.
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

class ChildStream {
  public:
    enum class Channel {
        /// The channel is the child's standard input and output; its stderr goes to diagnostics().
        StandardStreams,
        /// The channel is the child's descriptor 3, a socket; its stdin is /dev/null (or Command::input), and
        /// stdout and stderr are one pipe that goes to diagnostics().
        Descriptor3,
    };

    struct Options {
        Channel channel = Channel::StandardStreams;
        std::uint64_t memory_bytes = 0;                         ///< RLIMIT_DATA of each process; 0 = none
        unsigned open_files = 0;                                ///< RLIMIT_NOFILE; 0 = inherit
        std::size_t diagnostics_bytes = std::size_t{64} << 10;  ///< how much of the tail is kept
    };

    enum class Event { Data, Closed, TimedOut };
    struct Read {
        Event event = Event::Closed;
        std::size_t size = 0;  ///< for Data: more than 0
    };

    /// Starts the command. The stream must not outlive the executor's io_context. `command.input` must be
    /// empty with Channel::StandardStreams.
    [[nodiscard]] static Result<ChildStream> start(const boost::asio::any_io_executor& executor,
                                                   Command command, Options options);

    ChildStream(ChildStream&& other) noexcept;
    ChildStream& operator=(ChildStream&& other) noexcept;
    ChildStream(const ChildStream&) = delete;
    ChildStream& operator=(const ChildStream&) = delete;
    /// Kills the family and reaps the child, blocking for the microseconds that takes.
    ~ChildStream();

    /// Writes everything. Closed: the child does not read any more. TimedOut: part may have been written.
    [[nodiscard]] boost::asio::awaitable<Event> write(std::string_view octets,
                                                      std::chrono::milliseconds timeout);

    /// Reads what is there, at most `into.size()`, waiting no longer than `timeout`. One read at a time; a
    /// read and a write may wait at the same time.
    [[nodiscard]] boost::asio::awaitable<Read> read_some(std::span<char> into,
                                                         std::chrono::milliseconds timeout);

    /// Tells the child that nothing more comes (end of file on its channel).
    void close_input();

    /// SIGKILL to the whole group, now. Reads return Closed soon after.
    void kill();

    /// Waits for the child to end by itself for at most `patience`, then kills it; ends its family, reaps it
    /// and says how it ended (TimedOut when it had to be killed for its patience). `output` is diagnostics().
    /// To be called once; nothing else works after it.
    [[nodiscard]] boost::asio::awaitable<Result<ProcessResult>> finish(std::chrono::milliseconds patience);

    [[nodiscard]] pid_t pid() const;
    /// False as soon as the child itself has ended.
    [[nodiscard]] bool running() const;
    /// The last octets that it wrote besides the channel.
    [[nodiscard]] const std::string& diagnostics() const;
    /// User + system time so far, of the child alone with all its threads; 0 when it cannot be told.
    [[nodiscard]] std::chrono::nanoseconds cpu_time() const;

  private:
    class State;
    explicit ChildStream(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

}  // namespace harness
