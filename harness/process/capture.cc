#include "harness/process/capture.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <cstring>
#include <memory>

#include "harness/process/family.h"

namespace harness {
namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t kChunk = std::size_t{64} << 10;
constexpr milliseconds kMemorySample{100};
/// After SIGKILL a process ends at once unless the kernel itself is stuck in a device.
constexpr milliseconds kKillPatience{5'000};

/// One output pipe and where it goes.
struct Sink {
    explicit Sink(const asio::any_io_executor& executor) : pipe(executor) {}
    asio::posix::stream_descriptor pipe;
    std::string* text = nullptr;
    std::unique_ptr<char[]> chunk;
    bool at_end = true;
};

/// The state of one run. Handlers hold it by shared_ptr, so it outlives the coroutine that started it.
class Watch : public std::enable_shared_from_this<Watch> {
  public:
    Watch(const asio::any_io_executor& executor, pid_t leader, Limits limits,
          steady_clock::time_point started)
        : leader_(leader),
          limits_(limits),
          started_(started),
          end_(executor),
          deadline_(executor),
          memory_(executor),
          done_(executor),
          sinks_{Sink(executor), Sink(executor)} {
        done_.expires_at(steady_clock::time_point::max());
    }

    Result<void> start(Descriptor output, Descriptor error) {
        MPY_TRY(Descriptor ended, open_process_descriptor(leader_));
        end_.assign(ended.release());
        open(sinks_[0], std::move(output), captured_.output);
        open(sinks_[1], std::move(error), captured_.error_output);
        end_.async_wait(asio::posix::descriptor_base::wait_read,
                        [self = shared_from_this()](boost::system::error_code failed) {
                            if (!failed) self->leader_ended();
                        });
        if (limits_.wall.count() > 0) wait_until(started_ + limits_.wall);
        if (limits_.memory_bytes != 0) sample_memory_later();
        return {};
    }

    asio::steady_timer& done() { return done_; }
    [[nodiscard]] bool finished() const { return finished_; }
    Captured take() { return std::move(captured_); }

    /// The coroutine is gone or cancelled: nothing may be left running when this returns.
    void abandon() {
        if (finished_) return;
        cut(Ending::Unavailable, "stopped: the run was cancelled");
        if (!ended_ && end_.is_open()) {
            if (!wait_for_end(end_.native_handle(), kKillPatience))
                captured_.trouble += fmt::format("; process {} does not end", leader_);
            captured_.wall = steady_clock::now() - started_;
        }
        finish();
    }

  private:
    void open(Sink& sink, Descriptor pipe, std::string& text) {
        if (!pipe) return;
        sink.pipe.assign(pipe.release());
        sink.text = &text;
        sink.chunk.reset(new char[kChunk]);
        sink.at_end = false;
        read(sink);
    }

    void read(Sink& sink) {
        sink.pipe.async_read_some(
            asio::buffer(sink.chunk.get(), kChunk),
            [self = shared_from_this(), &sink](boost::system::error_code failed, std::size_t size) {
                if (self->finished_ || failed == asio::error::operation_aborted) return;
                if (failed) {
                    sink.at_end = true;
                    self->maybe_finish();
                    return;
                }
                if (self->keep(sink, size)) self->read(sink);
            });
    }

    /// Appends what fits. False: the limit is reached and the family was told to die; reading goes no
    /// further.
    bool keep(Sink& sink, std::size_t size) {
        const std::size_t used = captured_.output.size() + captured_.error_output.size();
        const std::size_t room = limits_.output_bytes > used ? limits_.output_bytes - used : 0;
        sink.text->append(sink.chunk.get(), std::min(room, size));
        if (size <= room) return true;
        captured_.truncated = true;
        for (Sink& each : sinks_) each.at_end = true;
        cut(Ending::OutputFlood, fmt::format("wrote more than {} bytes", limits_.output_bytes));
        maybe_finish();
        return false;
    }

    /// We decide that it ends now. The first reason counts.
    void cut(Ending ending, std::string why) {
        if (captured_.cut) return;
        captured_.cut = ending;
        captured_.trouble = std::move(why);
        family::kill_group(leader_);
        if (!ended_) wait_until(steady_clock::now() + kKillPatience);
    }

    void out_of_time() {
        if (finished_) return;
        if (ended_) return give_up_reading();
        if (captured_.cut) {
            captured_.trouble += fmt::format("; process {} does not end even by SIGKILL", leader_);
            return finish();
        }
        cut(Ending::TimedOut, fmt::format("still running after {} ms", limits_.wall.count()));
    }

    void leader_ended() {
        if (finished_ || ended_) return;
        ended_ = true;
        captured_.wall = steady_clock::now() - started_;
        if (all_read()) return finish();
        // Somebody else still holds the output open. After our own kill there is nothing to wait for.
        if (captured_.cut) return give_up_reading();
        auto until = steady_clock::now() + limits_.grace;
        if (limits_.wall.count() > 0) until = std::min(until, started_ + limits_.wall);
        wait_until(until);
    }

    /// Moves the deadline; there is one at a time.
    void wait_until(steady_clock::time_point when) {
        deadline_.expires_at(when);
        deadline_.async_wait([self = shared_from_this()](boost::system::error_code failed) {
            if (!failed) self->out_of_time();
        });
    }

    [[nodiscard]] bool all_read() const { return sinks_[0].at_end && sinks_[1].at_end; }

    void maybe_finish() {
        if (ended_ && all_read()) finish();
    }

    /// The grace is over: ends the family, which closes the pipes unless somebody escaped, and takes what is
    /// in them now.
    void give_up_reading() {
        end_family();
        for (Sink& sink : sinks_) {
            if (sink.at_end) continue;
            while (!sink.at_end) {
                const ssize_t got = ::read(sink.pipe.native_handle(), sink.chunk.get(), kChunk);
                if (got < 0 && errno == EINTR) continue;
                if (got <= 0 || !keep(sink, static_cast<std::size_t>(got))) break;
            }
            sink.at_end = true;
        }
        finish();
    }

    void sample_memory_later() {
        memory_.expires_after(kMemorySample);
        memory_.async_wait([self = shared_from_this()](boost::system::error_code failed) {
            if (!failed && !self->finished_ && !self->ended_) self->sample_memory();
        });
    }

    void sample_memory() {
        const std::uint64_t now = family::resident_bytes(leader_);
        captured_.sampled_peak_bytes = std::max(captured_.sampled_peak_bytes, now);
        if (now > limits_.memory_bytes) {
            cut(Ending::MemoryExceeded, fmt::format("used {} MiB of memory, more than the limit of {} MiB",
                                                    now >> 20, limits_.memory_bytes >> 20));
            return;
        }
        sample_memory_later();
    }

    void end_family() {
        if (family_ended_) return;
        family_ended_ = true;
        const std::string left = family::end(leader_);
        if (left.empty()) return;
        if (!captured_.trouble.empty()) captured_.trouble += "; ";
        captured_.trouble += left;
    }

    void finish() {
        if (finished_) return;
        end_family();
        finished_ = true;
        boost::system::error_code ignored;
        for (Sink& sink : sinks_) sink.pipe.close(ignored);
        end_.close(ignored);
        deadline_.cancel();
        memory_.cancel();
        done_.cancel();
    }

    pid_t leader_;
    Limits limits_;
    steady_clock::time_point started_;
    asio::posix::stream_descriptor end_;
    asio::steady_timer deadline_;
    asio::steady_timer memory_;
    /// Never expires: cancelling it wakes the coroutine.
    asio::steady_timer done_;
    std::array<Sink, 2> sinks_;
    Captured captured_;
    bool ended_ = false;
    bool family_ended_ = false;
    bool finished_ = false;
};

/// Abandons the watch when the coroutine that holds it is destroyed before its end.
struct Abandon {
    std::shared_ptr<Watch> watch;
    ~Abandon() { watch->abandon(); }
};

}  // namespace

Result<Descriptor> open_process_descriptor(pid_t pid) {
    Descriptor descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0U)));
    if (!descriptor)
        return io_error(fmt::format("cannot watch process {}: {} (Linux 5.3 or newer is needed)", pid,
                                    std::strerror(errno)));
    return descriptor;
}

bool wait_for_end(int process_descriptor, milliseconds limit) {
    const auto until = steady_clock::now() + limit;
    for (;;) {
        const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now());
        struct pollfd waited {
            process_descriptor, POLLIN, 0
        };
        const int ready = ::poll(&waited, 1, static_cast<int>(std::max<milliseconds::rep>(left.count(), 0)));
        if (ready > 0) return true;
        if (ready == 0 || errno != EINTR) return false;
    }
}

asio::awaitable<Result<Captured>> capture(pid_t leader, Descriptor output, Descriptor error, Limits limits,
                                          steady_clock::time_point started) {
    const auto executor = co_await asio::this_coro::executor;
    auto watch = std::make_shared<Watch>(executor, leader, limits, started);
    const Abandon guard{watch};
    MPY_CO_CHECK_OK(watch->start(std::move(output), std::move(error)));
    co_await watch->done().async_wait(asio::as_tuple(asio::use_awaitable));
    watch->abandon();  // does nothing unless this coroutine was cancelled
    co_return watch->take();
}

}  // namespace harness
