#include "harness/target/monitor_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/this_coro.hpp>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>

namespace harness::monitor {
namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using Clock = std::chrono::steady_clock;

namespace {

/// How long a broken-off run may take to say where it was. Source: docs/monitor.md, section 6.
constexpr milliseconds kBreakPatience{1000};
/// Source: docs/monitor.md, 5.7, kind `double`.
constexpr unsigned kLastWordSequence = 999999;
/// Between the end of a run and the `begin` of the next: a warm restart takes microseconds.
constexpr milliseconds kRestartPatience{10000};
/// A banner may arrive in parts: how long its next part is waited for, and how much of it.
constexpr milliseconds kBannerPatience{1000};
constexpr std::size_t kMostBanner = 4096;
/// How often the host's own slowness is looked at while a program runs.
constexpr milliseconds kSlice{250};

std::string visible(std::string_view octets, std::size_t limit = 400) {
    const bool cut = octets.size() > limit;
    return fmt::format("{:?}{}", octets.substr(0, limit), cut ? " …" : "");
}

/// What a machine says when it has started (again).
bool is_banner(std::string_view octets) {
    return octets.find(">>> ") != std::string_view::npos ||
           octets.find("MicroPython v") != std::string_view::npos;
}

milliseconds left_until(Clock::time_point deadline) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
    return std::max(left, milliseconds(0));
}

/// The command that makes a machine run a program.
Result<std::string> command_line(const Run& run, std::string_view tag) {
    std::vector<std::pair<std::string, std::string>> arguments{{run.self_test ? "name" : "path", run.path}};
    arguments.insert(arguments.end(), run.arguments.begin(), run.arguments.end());
    return encode_command(run.self_test ? "selftest" : "run", tag, arguments);
}

}  // namespace

Result<Script> Script::create(std::span<const Run> runs) {
    Script script;
    for (const Run& run : runs) {
        std::string tag = random_tag();
        MPY_TRY(const std::string line, command_line(run, tag));
        script.lines_.push_back({std::move(tag), run.path, script.octets_.size()});
        script.octets_ += line;
    }
    // Source: docs/monitor.md, `script`.
    script.octets_ = fmt::format("\x1eMPY script\n{}{}", script.octets_, '\0');
    return script;
}

nanoseconds time_without_core(pid_t pid) {
    std::uint64_t most = 0;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(fmt::format("/proc/{}/task", pid), error), end;
         !error && entry != end; entry.increment(error)) {
        std::ifstream file(entry->path() / "schedstat");
        std::uint64_t running = 0;
        std::uint64_t waiting = 0;
        if (file >> running >> waiting) most = std::max(most, waiting);
    }
    return nanoseconds(most);
}

std::string Session::diagnosis() const {
    const std::string& said = child_.diagnostics();
    return said.empty() ? std::string("the emulator wrote nothing on stderr")
                        : fmt::format("the emulator wrote {}", visible(said));
}

asio::awaitable<Session::Next> Session::next_event(milliseconds timeout) {
    const auto deadline = Clock::now() + timeout;
    for (;;) {
        if (!events_.empty()) {
            Event event = std::move(events_.front());
            events_.pop_front();
            if (auto* frame = std::get_if<Frame>(&event))
                co_return Next{std::move(*frame), Silence::Closed, {}};
            co_return Next{std::nullopt, Silence::Stray, std::move(std::get<Stray>(event).octets)};
        }
        std::array<char, 1 << 16> buffer;
        const ChildStream::Read read = co_await child_.read_some(buffer, left_until(deadline));
        if (read.event == ChildStream::Event::TimedOut) co_return Next{std::nullopt, Silence::TimedOut, {}};
        if (read.event == ChildStream::Event::Closed)
            co_return Next{std::nullopt, Silence::Closed, reader_.finish()};
        for (Event& event : reader_.feed(std::string_view(buffer.data(), read.size)))
            events_.push_back(std::move(event));
    }
}

asio::awaitable<Result<std::unique_ptr<Session>>> Session::start(StartOptions options) {
    const auto started = Clock::now();
    const asio::any_io_executor executor = co_await asio::this_coro::executor;
    auto child = ChildStream::start(executor, options.command, {});
    if (!child) co_return child.error();
    std::unique_ptr<Session> session(new Session(std::move(*child)));
    MPY_CO_CHECK_OK(co_await session->say_hello(options));
    session->boot_time_ = Clock::now() - started;
    co_return session;
}

asio::awaitable<Result<void>> Session::say_hello(const StartOptions& options) {
    const auto deadline = Clock::now() + options.start_limit;
    const auto dead = [&](std::string_view what, std::string_view seen) {
        return io_error(fmt::format("the machine {}; its console said {}; {}. Command: {}", what,
                                    visible(seen), diagnosis(), options.command.shell_text()));
    };
    // Some consoles lose octets that arrive before they are set up, so the first prompt is waited for.
    std::string banner;
    while (!banner.ends_with(">>> ")) {
        const Next next = co_await next_event(left_until(deadline));
        if (next.frame || next.silence == Silence::Stray) {
            banner += next.frame ? next.frame->payload : next.stray;
            continue;
        }
        banner += next.stray;
        co_return dead(
            next.silence == Silence::TimedOut ? "showed no prompt in time" : "ended before its prompt",
            banner);
    }
    const std::string tag = random_tag();
    MPY_CO_TRY(const std::string line, encode_command("hello", tag, {}));
    const std::string attention = std::string(kAttention) + line;
    const auto written = co_await child_.write(attention, left_until(deadline));
    if (written != ChildStream::Event::Data) co_return dead("did not take `hello`", banner);
    std::string seen;
    for (;;) {
        Next next = co_await next_event(left_until(deadline));
        if (next.frame && next.frame->tag == tag) {
            if (next.frame->kind != "hello") co_return dead("refused `hello`", next.frame->payload);
            MPY_CO_TRY(hello_, Record::parse(next.frame->payload));
            break;
        }
        seen += next.stray;
        if (!next.frame && next.silence != Silence::Stray)
            co_return dead(next.silence == Silence::TimedOut ? "did not answer `hello` in time"
                                                             : "ended instead of answering `hello`",
                           seen);
    }
    if (hello_.text("protocol") != "1" || hello_.text("firmware") != "mpyconform")
        co_return configuration_error(fmt::format(
            "the machine speaks monitor protocol {} of firmware {}, expected 1 of mpyconform: build the "
            "firmware "
            "again",
            hello_.text("protocol").value_or("(none)"), hello_.text("firmware").value_or("(none)")));
    if (hello_.text("image_id").value_or("") != options.image_id)
        co_return io_error(fmt::format("the machine has the image {:?} in its memory, expected {:?}",
                                       hello_.text("image_id").value_or(""), options.image_id));
    window_ = static_cast<std::size_t>(hello_.number("rx_window").value_or(kFirstWindow));
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Session::send(const Run& run) {
    const std::string tag = random_tag();
    MPY_CO_TRY(const std::string line, command_line(run, tag));
    if (line.size() > window_)
        co_return internal_error(
            fmt::format("a command of {} octets does not fit into the machine's receive window of {}",
                        line.size(), window_));
    sent_.push_back({tag, run.path});
    if (co_await child_.write(line, kRestartPatience) != ChildStream::Event::Data)
        co_return io_error(fmt::format("the machine does not take commands any more; {}", diagnosis()));
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Session::follow(const Script& script, std::size_t first) {
    if (hello_.text("script") != "yes" || first >= script.lines().size()) co_return Result<void>{};
    const std::string tag = random_tag();
    MPY_CO_TRY(const std::string line,
               encode_command("script", tag, {{"from", std::to_string(script.lines()[first].offset)}}));
    if (co_await child_.write(line, kRestartPatience) != ChildStream::Event::Data)
        co_return io_error(fmt::format("the machine does not take commands any more; {}", diagnosis()));
    const Next next = co_await next_event(kRestartPatience);
    if (!next.frame || next.frame->tag != tag || next.frame->kind != "ack")
        co_return io_error(fmt::format("the machine did not take its script; {}",
                                       next.frame ? visible(next.frame->payload) : diagnosis()));
    for (std::size_t i = first; i < script.lines().size(); ++i)
        sent_.push_back({script.lines()[i].tag, script.lines()[i].path});
    co_return Result<void>{};
}

asio::awaitable<bool> Session::interrupt(RunReply& reply, const std::string& tag) {
    if (hello_.text("interruptible") != "yes") co_return false;
    if (co_await child_.write(kAttention, kBreakPatience) != ChildStream::Event::Data) co_return false;
    const auto deadline = Clock::now() + kBreakPatience;
    for (;;) {
        Next next = co_await next_event(left_until(deadline));
        if (!next.frame) co_return false;
        if (next.frame->tag != tag) continue;
        if (next.frame->kind == "out") continue;
        if (next.frame->kind != "fault") co_return false;
        auto record = Record::parse(next.frame->payload);
        if (!record) co_return false;
        reply.fault = std::move(*record);
        // Attention discards what was sent ahead.
        sent_.clear();
        co_return true;
    }
}

asio::awaitable<std::string> Session::rest_of_stray(std::string octets) {
    while (!is_banner(octets) && octets.size() < kMostBanner) {
        Next next = co_await next_event(kBannerPatience);
        if (next.frame || next.silence == Silence::TimedOut) break;
        octets += next.stray;
        if (next.silence == Silence::Closed) break;
    }
    co_return octets;
}

asio::awaitable<RunReply> Session::run(const Run& run, const Run* next_run) {
    RunReply reply;
    const auto broken = [&](Ending ending, std::string trouble) {
        reply.outcome.ending = ending;
        reply.outcome.trouble = std::move(trouble);
        reply.machine_is_good = false;
    };
    const auto started = Clock::now();
    const nanoseconds cpu_before = child_.cpu_time();
    if (sent_.empty() || sent_.front().path != run.path) {
        sent_.clear();
        if (auto sent = co_await send(run); !sent) {
            broken(Ending::Vanished, sent.error().text());
            co_return reply;
        }
    }
    const Sent current = sent_.front();
    bool begun = false;
    unsigned expected_sequence = 0;
    std::size_t printed = 0;
    // How long the emulator waited for a core is asked only of runs that last: asking costs as much as a
    // small program, and what was missed of the first slice is small beside any limit.
    std::optional<nanoseconds> starved_before;
    auto begun_at = started;

    for (;;) {
        nanoseconds starved{0};
        if (Clock::now() - begun_at >= kSlice) {
            const nanoseconds waited = time_without_core(child_.pid());
            if (!starved_before) starved_before = waited;
            starved = waited - *starved_before;
        }
        const milliseconds limit = begun ? run.limit : kRestartPatience;
        const auto deadline = begun_at + limit + std::chrono::duration_cast<milliseconds>(starved);
        if (Clock::now() >= deadline) {
            bool came_back = false;
            if (begun) came_back = co_await interrupt(reply, current.tag);
            reply.machine_is_good = came_back;
            reply.outcome.ending = begun ? Ending::TimedOut : Ending::Unavailable;
            if (!begun)
                reply.outcome.trouble =
                    "the machine did not begin the run: it did not come back from its restart";
            break;
        }
        Next next = co_await next_event(std::min(left_until(deadline) + milliseconds(1), kSlice));
        if (!next.frame) {
            if (next.silence == Silence::TimedOut) continue;
            if (next.silence == Silence::Closed) {
                reply.outcome.cpu = child_.cpu_time() - cpu_before;
                const auto ended = co_await child_.finish(kBreakPatience);
                reply.killed_from_outside =
                    ended && ended->ending == Ending::Signalled && ended->signal_number == SIGKILL;
                broken(begun ? Ending::Vanished : Ending::Unavailable,
                       fmt::format("the emulator ended {}; {}",
                                   begun ? "during the run" : "before the run began", diagnosis()));
            } else {
                const std::string stray = co_await rest_of_stray(std::move(next.stray));
                broken(is_banner(stray) ? Ending::Reset : Ending::Garbled,
                       fmt::format("between the frames of its console stood {}", visible(stray)));
            }
            break;
        }
        Frame& frame = *next.frame;
        // A fault inside the fault handler cannot know the number any more.
        const bool last_word = frame.kind == "fault" && frame.sequence == kLastWordSequence;
        if (frame.tag != current.tag || (frame.sequence != expected_sequence && !last_word)) {
            broken(Ending::Garbled,
                   fmt::format(
                       "the console brought a frame {} number {} of command {}, expected number {} of {}",
                       frame.kind, frame.sequence, frame.tag, expected_sequence, current.tag));
            break;
        }
        ++expected_sequence;
        if (run.watch) run.watch(frame);
        if (frame.kind == "out" || frame.kind == "exc") {
            reply.outcome.output += frame.payload;
            if (frame.kind == "out") printed += frame.payload.size();
            if (reply.outcome.output.size() > run.output_limit_bytes) {
                reply.outcome.output.resize(run.output_limit_bytes);
                reply.outcome.output_truncated = true;
                reply.outcome.ending = Ending::OutputFlood;
                reply.machine_is_good = co_await interrupt(reply, current.tag);
                break;
            }
            continue;
        }
        auto record = Record::parse(frame.payload);
        if (!record) {
            broken(Ending::Garbled, record.error().text());
            break;
        }
        if (frame.kind == "begin") {
            begun = true;
            begun_at = Clock::now();
            starved_before.reset();
            reply.before_begin = begun_at - started;
            if (next_run != nullptr && sent_.size() == 1) {
                // Sent ahead, so that the machine goes on without waiting for us.
                // A failure to write shows in the next read.
                (void)co_await send(*next_run);
            }
        } else if (frame.kind == "loaded") {
            reply.loaded = std::move(*record);
        } else if (frame.kind == "end") {
            reply.end = std::move(*record);
            if (reply.end->number("out_bytes") != printed) {
                broken(Ending::Garbled,
                       fmt::format("the machine says that the program printed {} octets, but {} arrived",
                                   reply.end->text("out_bytes").value_or("(nothing)"), printed));
                break;
            }
            const std::string status = reply.end->text("status").value_or("");
            reply.outcome.ending = Ending::Exited;
            reply.outcome.exit_code = status == "ok" ? 0 : 1;
            if (status == "exit") {
                reply.outcome.exit_code = static_cast<int>(reply.end->number("exit").value_or(1) & 0xff);
                reply.outcome.output += reply.end->text("exit_text").value_or("");
            }
            sent_.pop_front();
            break;
        } else if (frame.kind == "fault") {
            reply.fault = std::move(*record);
            reply.outcome.ending = Ending::Faulted;
            const bool restarts = reply.fault->text("kind") != "double";
            const bool image_is_safe =
                (hello_.text("guards").value_or("")).find("artifacts") != std::string::npos;
            reply.machine_is_good = restarts && image_is_safe;
            sent_.pop_front();
            break;
        } else if (frame.kind == "error") {
            broken(Ending::Unavailable, fmt::format("the machine refused the run: {}",
                                                    record->text("text").value_or(frame.payload)));
            break;
        } else {
            broken(Ending::Garbled, fmt::format("the console brought an unexpected frame {}", frame.kind));
            break;
        }
    }
    reply.outcome.wall = Clock::now() - (begun ? begun_at : started);
    if (reply.outcome.cpu.count() == 0) reply.outcome.cpu = child_.cpu_time() - cpu_before;
    if (!reply.machine_is_good) sent_.clear();
    co_return reply;
}

}  // namespace harness::monitor
