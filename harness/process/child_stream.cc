#include "harness/process/child_stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <tuple>

#include "harness/process/capture.h"
#include "harness/process/family.h"
#include "harness/process/operation_deadline.h"
#include "harness/process/reap.h"
#include "harness/process/spawn.h"

namespace harness {
namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

class ChildStream::State : public std::enable_shared_from_this<State> {
  public:
    State(const asio::any_io_executor& executor, Options options)
        : options_(options),
          executor_(executor),
          channel_(executor),
          output_(executor),
          other_(executor),
          end_(executor) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { reap_now(); }

    Result<void> start(Command command) {
        MPY_CHECK_OK(family::prepare());
        int pair[2];
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
            return io_error(fmt::format("cannot make a socket pair: {}", std::strerror(errno)));
        Descriptor ours(pair[0]);
        const Descriptor theirs(pair[1]);
        MPY_TRY(PipeEnds other, make_pipe());
        Descriptor input;
        if (!command.input.empty()) {
            if (options_.channel == Channel::StandardStreams)
                return internal_error(
                    "a child whose channel is its standard input cannot have an input text");
            MPY_TRY(input, memory_file(command.input));
        }
        PipeEnds output;
        if (options_.channel == Channel::StandardStreams) {
            MPY_TRY(output, make_pipe());
            static_cast<void>(::fcntl(output.write.get(), F_SETPIPE_SZ, kOutputPipeBytes));
        }
        const ChildDescriptors descriptors =
            options_.channel == Channel::StandardStreams
                ? ChildDescriptors{theirs.get(), output.write.get(), other.write.get(), -1}
                : ChildDescriptors{input.get(), other.write.get(), other.write.get(), theirs.get()};
        const std::uint64_t token = family::mark(command.environment);
        MPY_TRY(const pid_t pid, spawn(command.argv, command.working_directory, command.environment,
                                       descriptors, {options_.memory_bytes, options_.open_files, 0}));
        pid_ = pid;
        family::add(pid, token);
        auto ended = open_process_descriptor(pid);
        if (!ended) {
            reap_now();
            return std::move(ended).error();
        }
        started_ = steady_clock::now();
        end_.assign(ended->release());
        channel_.assign(asio::local::stream_protocol(), ours.release());
        other_.assign(other.read.release());
        if (output.read.get() >= 0) output_.assign(output.read.release());
        return {};
    }

    // A deadline aborts with channel_.cancel(), which aborts a read and a write alike; the one whose deadline
    // it was not starts again.
    asio::awaitable<Event> write(std::string_view octets, milliseconds timeout) {
        const Listening listening(*this);
        const OperationDeadline deadline(executor_, shared_from_this(), timeout, abort_channel);
        for (;;) {
            if (!channel_.is_open()) co_return Event::Closed;
            const auto [failed, size] = co_await asio::async_write(
                channel_, asio::buffer(octets.data(), octets.size()), asio::as_tuple(asio::use_awaitable));
            octets.remove_prefix(size);
            if (!failed) co_return Event::Data;
            if (failed != asio::error::operation_aborted) co_return Event::Closed;
            if (deadline.fired()) co_return Event::TimedOut;
            if (co_await cancelled()) co_return Event::Closed;
        }
    }

    asio::awaitable<Read> read_some(std::span<char> into, milliseconds timeout) {
        const Listening listening(*this);
        const OperationDeadline deadline(executor_, shared_from_this(), timeout, abort_channel);
        for (;;) {
            if (!channel_.is_open()) co_return Read{};
            const auto [failed, size] = co_await read_channel(into);
            if (!failed) co_return Read{Event::Data, size};
            if (failed != asio::error::operation_aborted) co_return Read{};
            if (deadline.fired()) co_return Read{Event::TimedOut, 0};
            if (co_await cancelled()) co_return Read{};
        }
    }

    asio::awaitable<Result<ProcessResult>> finish(milliseconds patience) {
        if (pid_ == 0) co_return internal_error("a child was finished twice");
        const Listening listening(*this);
        bool late = false;
        if (running()) {
            const OperationDeadline deadline(executor_, shared_from_this(), patience,
                                             [](State& state) { state.end_.cancel(); });
            co_await end_.async_wait(asio::posix::descriptor_base::wait_read,
                                     asio::as_tuple(asio::use_awaitable));
            late = deadline.fired();
        }
        Captured captured;
        captured.wall = steady_clock::now() - started_;
        if (running()) {
            captured.cut = late ? Ending::TimedOut : Ending::Unavailable;
            captured.trouble = late ? fmt::format("did not end within {} ms and was killed", patience.count())
                                    : "stopped: the run was cancelled";
            family::kill_group(pid_);
            wait_for_end(end_.native_handle(), milliseconds(5'000));
        }
        const std::string left = family::end(pid_);
        if (!left.empty()) captured.trouble += (captured.trouble.empty() ? "" : "; ") + left;
        drain_other();
        captured.output = diagnostics_;
        const Reaped reaped = reap_child(std::exchange(pid_, 0));
        close();
        co_return to_result(std::move(captured), reaped, Limits{});
    }

    void close_input() {
        boost::system::error_code ignored;
        channel_.shutdown(asio::socket_base::shutdown_send, ignored);
    }

    void kill() {
        if (pid_ != 0) family::kill_group(pid_);
    }

    [[nodiscard]] bool running() {
        return pid_ != 0 && end_.is_open() && !wait_for_end(end_.native_handle(), milliseconds(0));
    }

    /// For the destructor of a stream that nobody finished.
    void reap_now() {
        if (pid_ == 0) return;
        family::kill_group(pid_);
        if (end_.is_open()) wait_for_end(end_.native_handle(), milliseconds(5'000));
        static_cast<void>(family::end(pid_));
        static_cast<void>(reap_child(std::exchange(pid_, 0)));
        close();
    }

    [[nodiscard]] pid_t pid() const { return pid_; }
    [[nodiscard]] const std::string& diagnostics() const { return diagnostics_; }

  private:
    /// A child that writes octet by octet and cannot wait (an emulated UART) fills a socket after some
    /// hundred of them, because each costs the overhead of a message; in a pipe they lie side by side.
    static constexpr int kOutputPipeBytes = 1 << 20;

    asio::awaitable<std::tuple<boost::system::error_code, std::size_t>> read_channel(std::span<char> into) {
        const auto buffer = asio::buffer(into.data(), into.size());
        std::tuple<boost::system::error_code, std::size_t> result;
        if (output_.is_open())
            result = co_await output_.async_read_some(buffer, asio::as_tuple(asio::use_awaitable));
        else
            result = co_await channel_.async_read_some(buffer, asio::as_tuple(asio::use_awaitable));
        co_return result;
    }

    /// Was the coroutine that calls this cancelled?
    static asio::awaitable<bool> cancelled() {
        const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
        co_return state.cancelled() != asio::cancellation_type::none;
    }

    static void abort_channel(State& state) {
        boost::system::error_code ignored;
        state.channel_.cancel(ignored);
        if (state.output_.is_open()) state.output_.cancel(ignored);
    }

    void close() {
        boost::system::error_code ignored;
        channel_.close(ignored);
        output_.close(ignored);
        other_.close(ignored);
        end_.close(ignored);
    }

    void keep(std::size_t size) {
        diagnostics_.append(chunk_.data(), size);
        if (diagnostics_.size() > options_.diagnostics_bytes)
            diagnostics_.erase(0, diagnostics_.size() - options_.diagnostics_bytes);
    }

    /// While somebody waits for the child, what it writes besides the channel is read too, so that it cannot
    /// block on a full pipe. Otherwise nothing of ours is pending: an idle child does not keep the event loop
    /// running.
    class Listening {
      public:
        explicit Listening(State& state) : state_(&state) {
            ++state_->listeners_;
            state_->read_other();
        }
        Listening(const Listening&) = delete;
        Listening& operator=(const Listening&) = delete;
        ~Listening() {
            boost::system::error_code ignored;
            if (--state_->listeners_ == 0 && state_->other_.is_open()) state_->other_.cancel(ignored);
        }

      private:
        State* state_;
    };

    void read_other() {
        if (reading_other_ || listeners_ == 0 || !other_.is_open()) return;
        reading_other_ = true;
        other_.async_read_some(asio::buffer(chunk_),
                               [weak = weak_from_this()](boost::system::error_code failed, std::size_t size) {
                                   const auto self = weak.lock();
                                   if (!self) return;
                                   self->reading_other_ = false;
                                   self->keep(size);
                                   if (!failed || failed == asio::error::operation_aborted)
                                       self->read_other();
                               });
    }

    void drain_other() {
        // A bounded number of reads: whoever escaped the family may still be writing.
        for (int i = 0; i < 64 && other_.is_open(); ++i) {
            const ssize_t got = ::read(other_.native_handle(), chunk_.data(), chunk_.size());
            if (got <= 0) break;
            keep(static_cast<std::size_t>(got));
        }
    }

    Options options_;
    asio::any_io_executor executor_;
    asio::local::stream_protocol::socket channel_;
    asio::posix::stream_descriptor output_;  ///< Channel::StandardStreams: the child's standard output
    asio::posix::stream_descriptor other_;
    asio::posix::stream_descriptor end_;
    pid_t pid_ = 0;
    steady_clock::time_point started_;
    std::string diagnostics_;
    int listeners_ = 0;
    bool reading_other_ = false;
    std::array<char, 4096> chunk_;
};

Result<ChildStream> ChildStream::start(const asio::any_io_executor& executor, Command command,
                                       Options options) {
    auto state = std::make_shared<State>(executor, options);
    MPY_CHECK_OK(state->start(std::move(command)));
    return ChildStream(std::move(state));
}

ChildStream::ChildStream(std::shared_ptr<State> state) : state_(std::move(state)) {}
ChildStream::ChildStream(ChildStream&& other) noexcept = default;
ChildStream& ChildStream::operator=(ChildStream&& other) noexcept {
    if (this != &other) {
        if (state_) state_->reap_now();
        state_ = std::move(other.state_);
    }
    return *this;
}
ChildStream::~ChildStream() {
    // Handlers of ours may hold the state for a little longer; the process must not live that long.
    if (state_) state_->reap_now();
}

asio::awaitable<ChildStream::Event> ChildStream::write(std::string_view octets, milliseconds timeout) {
    return state_->write(octets, timeout);
}
asio::awaitable<ChildStream::Read> ChildStream::read_some(std::span<char> into, milliseconds timeout) {
    return state_->read_some(into, timeout);
}
void ChildStream::close_input() {
    state_->close_input();
}
void ChildStream::kill() {
    state_->kill();
}
asio::awaitable<Result<ProcessResult>> ChildStream::finish(milliseconds patience) {
    return state_->finish(patience);
}
pid_t ChildStream::pid() const {
    return state_->pid();
}
bool ChildStream::running() const {
    return state_->running();
}
const std::string& ChildStream::diagnostics() const {
    return state_->diagnostics();
}

std::chrono::nanoseconds ChildStream::cpu_time() const {
    clockid_t clock{};
    timespec time{};
    if (state_->pid() == 0 || ::clock_getcpuclockid(state_->pid(), &clock) != 0 ||
        ::clock_gettime(clock, &time) != 0)
        return {};
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace harness
