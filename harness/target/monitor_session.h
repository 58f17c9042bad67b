// One booted machine and the conversation with its monitor: start, hello, runs, recovery.
//
// A session is used by one coroutine. After an outcome it says whether the machine can be used again; when it
// cannot, the owner drops the session (which kills the emulator) and starts another one.
//
// Source of the conversation: docs/monitor.md.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/outcome.h"
#include "harness/process/child_stream.h"
#include "harness/target/monitor_codec.h"

namespace harness::monitor {

/// One program for the machine.
struct Run {
    std::string path;                                            ///< absolute, in the image; or a name, with
    bool self_test = false;                                      ///< a self-test of the machine instead
    std::vector<std::pair<std::string, std::string>> arguments;  ///< further keys of the `run` command
    std::chrono::milliseconds limit{30000};
    std::size_t output_limit_bytes = std::size_t{4} << 20;
    /// Told of output and of the record `loaded` as they arrive; may be empty.
    std::function<void(const Frame&)> watch = {};
};

/// Commands for runs that lie in the machine's memory, behind the image: the machine takes them from there
/// one after the other and nothing has to be sent. An octet that is sent costs an emulated UART an interrupt,
/// which was most of what a small program cost.
class Script {
  public:
    struct Line {
        std::string tag;
        std::string path;
        std::size_t offset;  ///< of the line, in octets behind the first one
    };
    /// Error: a command is longer than a machine takes.
    [[nodiscard]] static Result<Script> create(std::span<const Run> runs);

    /// What has to follow the image in memory.
    [[nodiscard]] const std::string& octets() const { return octets_; }
    /// One for each run.
    [[nodiscard]] const std::vector<Line>& lines() const { return lines_; }

  private:
    std::string octets_;
    std::vector<Line> lines_;
};
/// What a run gave, beside the plain outcome.
struct RunReply {
    Outcome outcome;
    std::optional<Record> loaded;
    std::optional<Record> end;
    std::optional<Record> fault;
    /// From the call to `begin`: the warm restart after the run before, when this one was sent ahead.
    std::chrono::nanoseconds before_begin{0};
    /// The emulator was killed from outside (SIGKILL): whatever did that, it was not the program.
    bool killed_from_outside = false;
    /// False: kill this machine and start another.
    bool machine_is_good = true;
};

struct StartOptions {
    Command command;
    /// From the start to the answer to `hello`.
    std::chrono::milliseconds start_limit{20000};
    /// The id that `hello` must tell for the image; empty = no image is expected.
    std::string image_id;
};

class Session {
  public:
    /// Starts the emulator and brings the machine into its monitor. Error: it did not answer in time, ended,
    /// said that its image is another one, or could not be started; the message holds what it wrote.
    [[nodiscard]] static boost::asio::awaitable<Result<std::unique_ptr<Session>>> start(StartOptions options);

    /// What the machine said of itself.
    [[nodiscard]] const Record& hello() const { return hello_; }
    /// From the emulator's start to the answer to `hello`.
    [[nodiscard]] std::chrono::nanoseconds boot_time() const { return boot_time_; }

    /// Runs one program. `next` is sent ahead where the machine's receive window allows, so that it finds its
    /// next command without waiting; the following call has to be for that run. Null = nothing follows.
    [[nodiscard]] boost::asio::awaitable<RunReply> run(const Run& run, const Run* next);

    /// Lets the machine take its commands from the script that lies behind its image, from line `first` on;
    /// the following calls of run() have to be for these runs, in order. A machine whose firmware knows no
    /// scripts, or that has none, is left alone: its commands are sent. Error: it did not take the command.
    [[nodiscard]] boost::asio::awaitable<Result<void>> follow(const Script& script, std::size_t first);
    /// True while the machine has commands that it did not begin yet.
    [[nodiscard]] bool has_commands() const { return !sent_.empty(); }

    /// Time of the emulator on a processor so far.
    [[nodiscard]] std::chrono::nanoseconds cpu_time() const { return child_.cpu_time(); }

    /// Process of the emulator.
    [[nodiscard]] pid_t pid() const { return child_.pid(); }

  private:
    struct Sent {
        std::string tag;
        std::string path;
    };
    /// Why waiting for a frame ended without one.
    enum class Silence { Closed, TimedOut, Stray };
    struct Next {
        std::optional<Frame> frame;
        Silence silence = Silence::Closed;
        std::string stray;
    };

    explicit Session(ChildStream child) : child_(std::move(child)) {}

    [[nodiscard]] boost::asio::awaitable<Next> next_event(std::chrono::milliseconds timeout);
    [[nodiscard]] boost::asio::awaitable<Result<void>> say_hello(const StartOptions& options);
    [[nodiscard]] boost::asio::awaitable<Result<void>> send(const Run& run);
    [[nodiscard]] boost::asio::awaitable<bool> interrupt(RunReply& reply, const std::string& tag);
    /// Octets between frames, with what follows them: a banner that arrives in parts is told from garbage.
    [[nodiscard]] boost::asio::awaitable<std::string> rest_of_stray(std::string octets);
    [[nodiscard]] std::string diagnosis() const;

    ChildStream child_;
    FrameReader reader_;
    std::deque<Event> events_;
    std::deque<Sent> sent_;
    Record hello_;
    std::size_t window_ = kFirstWindow;
    std::chrono::nanoseconds boot_time_{0};
};

/// Time that a process wanted to run but waited for a core, summed over its busiest thread. A slow host is no
/// hang. Source: Linux, Documentation/scheduler/sched-stats.rst, /proc/PID/task/TID/schedstat, second field
/// (nanoseconds).
[[nodiscard]] std::chrono::nanoseconds time_without_core(pid_t pid);

}  // namespace harness::monitor
