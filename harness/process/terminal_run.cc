#include "harness/process/terminal_run.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <fstream>
#include <memory>
#include <optional>
#include <utility>

#include "harness/process/capture.h"
#include "harness/process/descriptor.h"
#include "harness/process/family.h"
#include "harness/process/reap.h"
#include "harness/process/spawn.h"

namespace harness {
namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

/// After SIGKILL a process ends at once unless the kernel itself is stuck in a device.
constexpr milliseconds kKillPatience{5'000};
/// A line that was typed is nearly always shown and read. Until both have happened, the kernel may not have
/// delivered it yet, which takes its time on a host with much to do: so many times the usual silence.
constexpr int kPatience = 10;

struct Terminal {
    Descriptor master;  ///< ours; does not block
    Descriptor slave;   ///< the program's; kept open, so that the program's end is no end of file
};

Result<Terminal> open_terminal() {
    const auto failed = [](std::string_view what) {
        return io_error(fmt::format("cannot open a terminal: {}: {}", what, std::strerror(errno)));
    };
    Terminal terminal;
    terminal.master = Descriptor(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!terminal.master) return failed("posix_openpt");
    std::array<char, 128> name{};
    if (::grantpt(terminal.master.get()) != 0) return failed("grantpt");
    if (::unlockpt(terminal.master.get()) != 0) return failed("unlockpt");
    if (::ptsname_r(terminal.master.get(), name.data(), name.size()) != 0) return failed("ptsname_r");
    terminal.slave = Descriptor(::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC));
    if (!terminal.slave) return failed(name.data());
    if (::fcntl(terminal.master.get(), F_SETFL, O_RDWR | O_NONBLOCK) != 0) return failed("fcntl");
    return terminal;
}

/// The process runs, waits for a processor or for a disk, or was stopped; false when it sleeps or cannot be
/// looked at.
bool is_busy(pid_t pid) {
    std::ifstream file(fmt::format("/proc/{}/stat", pid));
    std::string line;
    if (!std::getline(file, line)) return false;
    // The name in parentheses may hold anything; the state stands behind the last one.
    const std::size_t end = line.rfind(')');
    if (end == std::string::npos || end + 2 >= line.size()) return false;
    return std::string_view("RDTt").find(line[end + 2]) != std::string_view::npos;
}

/// User and system time of the process so far; zero when it cannot be told.
std::chrono::nanoseconds processor_time(pid_t pid) {
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return {};
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// One conversation. Its destructor leaves nothing running.
class Conversation {
  public:
    Conversation(const asio::any_io_executor& executor, pid_t pid, Terminal terminal, Limits limits)
        : pid_(pid),
          limits_(limits),
          started_(steady_clock::now()),
          slave_(std::move(terminal.slave)),
          master_(executor),
          timer_(executor) {
        master_.assign(terminal.master.release());
    }
    Conversation(const Conversation&) = delete;
    Conversation& operator=(const Conversation&) = delete;
    ~Conversation() {
        if (pid_ != 0) static_cast<void>(end());
    }

    Result<void> watch() {
        MPY_TRY(end_, open_process_descriptor(pid_));
        return {};
    }

    asio::awaitable<void> hold(const TerminalScript& script) {
        script_ = &script;
        co_await listen(/*wants_answer=*/true);
        std::size_t typed = 0;
        for (const TypedLine& line : script.lines) {
            if (over()) break;
            if (!running() && !ended_after_) ended_after_ = typed;
            co_await type(line.octets);
            co_await listen(line.wants_answer);
            ++typed;
        }
        if (!running() && !ended_after_) ended_after_ = typed;
        if (over() || ended_after_) co_return;
        output_size_ = captured_.output.size();
        co_await type(script.farewell);
        co_await listen(/*wants_answer=*/false);
        // What it says when it is told to go is not part of the conversation, too much of it neither.
        captured_.output.resize(std::min(*output_size_, captured_.output.size()));
        captured_.cut.reset();
        captured_.truncated = false;
        captured_.trouble.clear();
    }

    ProcessResult end() {
        captured_.wall = steady_clock::now() - started_;
        const bool by_itself = ended_after_.has_value() && !captured_.cut;
        family::kill_group(pid_);
        if (end_) wait_for_end(end_.get(), kKillPatience);
        const std::string left = family::end(pid_);
        if (!left.empty()) captured_.trouble += (captured_.trouble.empty() ? "" : "; ") + left;
        const Reaped reaped = reap_child(std::exchange(pid_, 0));
        ProcessResult result = to_result(std::move(captured_), reaped, limits_);
        if (output_size_) {
            result.ending = Ending::Exited;
            result.exit_code = 0;
            result.signal_number = 0;
        } else if (by_itself) {
            const std::string how = result.ending == Ending::Exited
                                        ? fmt::format("with exit status {}", result.exit_code)
                                        : fmt::format("by {}", signal_name(result.signal_number));
            result.trouble = fmt::format("it ended {} when {} of {} lines were typed", how, *ended_after_,
                                         script_->lines.size());
        }
        return result;
    }

  private:
    /// Ends a wait for the terminal when it takes too long. The timer's handler may run after the wait is
    /// over, so what it may touch is shared and switched off by the destructor.
    class Wait {
      public:
        Wait(Conversation& of, milliseconds limit) : timer_(of.timer_), shared_(std::make_shared<Shared>()) {
            timer_.expires_after(limit);
            timer_.async_wait([&of, shared = shared_](boost::system::error_code failed) {
                if (failed || shared->over) return;
                shared->late = true;
                boost::system::error_code ignored;
                of.master_.cancel(ignored);
            });
        }
        Wait(const Wait&) = delete;
        Wait& operator=(const Wait&) = delete;
        ~Wait() {
            shared_->over = true;
            timer_.cancel();
        }
        [[nodiscard]] bool is_late() const { return shared_->late; }

      private:
        struct Shared {
            bool over = false;
            bool late = false;
        };
        asio::steady_timer& timer_;
        std::shared_ptr<Shared> shared_;
    };

    [[nodiscard]] bool running() const { return !wait_for_end(end_.get(), milliseconds(0)); }

    /// Something that was typed is still in the terminal.
    [[nodiscard]] bool has_unread_line() const {
        int octets = 0;
        return ::ioctl(slave_.get(), FIONREAD, &octets) == 0 && octets > 0;
    }

    /// We have ended it, or the time is up.
    [[nodiscard]] bool over() {
        if (!captured_.cut && limits_.wall.count() > 0 && steady_clock::now() - started_ > limits_.wall) {
            captured_.cut = Ending::TimedOut;
            captured_.trouble = fmt::format("still running after {} ms", limits_.wall.count());
        }
        return captured_.cut.has_value();
    }

    /// Waits until there is something to read, at most `limit`.
    asio::awaitable<bool> readable(milliseconds limit) {
        const Wait wait(*this, limit);
        const auto [failed] = co_await master_.async_wait(asio::posix::descriptor_base::wait_read,
                                                          asio::as_tuple(asio::use_awaitable));
        if (failed && !wait.is_late() && !captured_.cut) {
            captured_.cut = Ending::Unavailable;
            captured_.trouble = "stopped: the run was cancelled";
        }
        co_return !failed;
    }

    /// Takes what is there. False when nothing was.
    bool take() {
        bool any = false;
        while (!captured_.cut) {
            const ssize_t got = ::read(master_.native_handle(), chunk_.data(), chunk_.size());
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) return any;
            any = true;
            const auto size = static_cast<std::size_t>(got);
            const std::size_t room =
                limits_.output_bytes - std::min(limits_.output_bytes, captured_.output.size());
            captured_.output.append(chunk_.data(), std::min(room, size));
            if (size > room) {
                captured_.truncated = true;
                captured_.cut = Ending::OutputFlood;
                captured_.trouble = fmt::format("wrote more than {} bytes", limits_.output_bytes);
            }
        }
        return any;
    }

    /// Reads until the program is quiet.
    asio::awaitable<void> listen(bool wants_answer) {
        bool heard = false;
        auto used = processor_time(pid_);
        const auto silent_until = steady_clock::now() + kPatience * script_->quiet;
        while (!over()) {
            const bool ready = co_await readable(script_->quiet);
            if (ready && take()) {
                heard = true;
                used = processor_time(pid_);
                continue;
            }
            if (!running()) {
                take();
                co_return;
            }
            if (!heard && wants_answer) continue;
            if ((!heard || has_unread_line()) && steady_clock::now() < silent_until) continue;
            if (is_busy(pid_) && processor_time(pid_) - used < script_->busy) continue;
            co_return;
        }
    }

    /// A terminal takes a bounded number of octets that nobody reads.
    asio::awaitable<void> type(std::string_view octets) {
        while (!octets.empty() && !over()) {
            const ssize_t put = ::write(master_.native_handle(), octets.data(), octets.size());
            if (put >= 0) {
                octets.remove_prefix(static_cast<std::size_t>(put));
                continue;
            }
            if (errno == EINTR) continue;
            if (errno != EAGAIN || !running()) co_return;
            co_await listen(/*wants_answer=*/false);
        }
    }

    pid_t pid_;
    Limits limits_;
    steady_clock::time_point started_;
    const TerminalScript* script_ = nullptr;
    Descriptor slave_;
    Descriptor end_;
    asio::posix::stream_descriptor master_;
    asio::steady_timer timer_;
    Captured captured_;
    /// Lines that were typed when the program had ended by itself.
    std::optional<std::size_t> ended_after_;
    /// Length of the output when the farewell was sent.
    std::optional<std::size_t> output_size_;
    std::array<char, 4096> chunk_{};
};

}  // namespace

asio::awaitable<Result<ProcessResult>> run_on_terminal(Command command, TerminalScript script,
                                                       Limits limits) {
    if (!command.input.empty()) co_return internal_error("a program on a terminal takes no input text");
    MPY_CO_CHECK_OK(family::prepare());
    MPY_CO_TRY(Terminal terminal, open_terminal());
    const std::uint64_t token = family::mark(command.environment);
    const int slave = terminal.slave.get();
    SpawnOptions options{limits.memory_bytes * 2, limits.open_files, limits.file_bytes};
    options.controlling_terminal = script.is_controlling;
    MPY_CO_TRY(const pid_t pid, spawn(command.argv, command.working_directory, command.environment,
                                      {slave, slave, slave, -1}, options));
    family::add(pid, token);
    const auto executor = co_await asio::this_coro::executor;
    Conversation conversation(executor, pid, std::move(terminal), limits);
    MPY_CO_CHECK_OK(conversation.watch());
    co_await conversation.hold(script);
    co_return conversation.end();
}

}  // namespace harness
