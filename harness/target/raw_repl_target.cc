#include "harness/target/raw_repl_target.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "harness/base/files.h"
#include "harness/process/process.h"
#include "harness/target/probe.h"
#include "harness/target/unavailable.h"

namespace harness {
namespace asio = boost::asio;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

namespace {

/// How often a board is brought back for one program before it is given up.
constexpr int kAttempts = 3;
/// A device that has just been switched on is not there at once, a service does not listen at once.
constexpr milliseconds kReopenPatience{10000};
constexpr milliseconds kReopenPause{500};
/// For the user's command; relays and hubs are slow, but not that slow.
constexpr milliseconds kPowerCycleLimit{60000};
/// For a board to stop what it runs.
constexpr milliseconds kInterruptPatience{3000};
/// The time limit of a test is one between two octets; all together it may take so many times as long.
constexpr int kTotalFactor = 10;
/// Few enough that several boards end together.
constexpr std::size_t kBatch = 16;

milliseconds scaled(milliseconds limit, double factor) {
    return std::chrono::duration_cast<milliseconds>(limit * factor);
}

asio::awaitable<void> wait(milliseconds time) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, time);
    static_cast<void>(co_await timer.async_wait(asio::as_tuple(asio::use_awaitable)));
}

}  // namespace

asio::awaitable<Result<Capabilities>> RawReplTarget::probe() {
    std::filesystem::path cache;
    if (!config_.identity.empty()) cache = config_.probe_cache;
    auto capabilities = co_await probe_target(*this, config_.identity, cache);
    co_return capabilities;
}

std::size_t RawReplTarget::batch_limit() const {
    return kBatch;
}

asio::awaitable<Result<void>> RawReplTarget::cycle_power() {
    Command command;
    command.argv = {"/bin/sh", "-c", config_.power_cycle};
    command.environment = inherited_environment({{"MPYCONFORM_BOARD", config_.where}});
    Limits limits;
    limits.wall = kPowerCycleLimit;
    MPY_CO_TRY(const ProcessResult ran, co_await run_process(std::move(command), limits));
    if (ran.ending == Ending::Exited && ran.exit_code == 0) co_return Result<void>{};
    co_return io_error(fmt::format("the power-cycle command ended with {} and wrote {:?}",
                                   ran.ending == Ending::Exited ? fmt::format("status {}", ran.exit_code)
                                                                : std::string(word(ran.ending)),
                                   ran.output));
}

/// Opens the board and gives it a fresh interpreter.
asio::awaitable<Result<void>> RawReplTarget::start(Board& board) {
    const auto started = Clock::now();
    if (needs_power_ && !config_.power_cycle.empty()) {
        MPY_CO_CHECK_OK(co_await cycle_power());
        ++costs_.replaced;
    }
    const auto deadline = Clock::now() + (needs_power_ ? kReopenPatience : milliseconds(0));
    for (;;) {
        auto stream = co_await config_.open();
        if (stream) {
            board = std::make_unique<raw_repl::Session>(std::move(*stream), config_.patience, config_.pace);
            break;
        }
        if (Clock::now() >= deadline) co_return stream.error();
        co_await wait(kReopenPause);
    }
    if (config_.opening_starts_board) {
        MPY_CO_CHECK_OK(co_await board->fresh_after_start());
    } else {
        MPY_CO_CHECK_OK(co_await board->fresh());
    }
    needs_power_ = false;
    ++costs_.boots;
    costs_.booting += Clock::now() - started;
    co_return Result<void>{};
}

asio::awaitable<Result<void>> RawReplTarget::make_ready(Board& board) {
    if (!given_up_.empty()) co_return io_error(given_up_);
    std::string trouble;
    if (board) {
        const auto before = Clock::now();
        const auto fresh = co_await board->fresh();
        costs_.restarting += Clock::now() - before;
        if (fresh) co_return fresh;
        trouble = fresh.error().message;
        needs_power_ = true;
    }
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        board.reset();
        const auto started = co_await start(board);
        if (started) co_return started;
        trouble = started.error().message;
        if (started.error().kind == ErrorKind::Usage || started.error().kind == ErrorKind::MissingTool) break;
        needs_power_ = true;
    }
    board.reset();
    given_up_ = fmt::format("{}: the board is given up: {}{}", config_.description.name, trouble,
                            config_.power_cycle.empty() && !config_.opening_starts_board
                                ? "; reset it by hand, or let --power-cycle COMMAND do it"
                                : "");
    co_return io_error(given_up_);
}

void RawReplTarget::count(const raw_repl::Session& session, const raw_repl::Reply& reply) {
    ++costs_.runs;
    costs_.running += reply.wall;
    way_of_sending_ = session.way_of_sending();
}

/// After a program that did not end: a board that cannot be stopped is not used any more.
asio::awaitable<void> RawReplTarget::settle(Board& board, const raw_repl::Reply& reply) {
    if (board->at_prompt() || reply.end == raw_repl::End::Finished) co_return;
    const bool may_answer = reply.end == raw_repl::End::Silent || reply.end == raw_repl::End::Flood;
    if (may_answer && !config_.opening_starts_board) {
        const bool stopped = co_await board->interrupt(kInterruptPatience);
        if (stopped) co_return;
    }
    if (config_.opening_starts_board || reply.end == raw_repl::End::Closed) {
        if (config_.opening_starts_board) ++costs_.replaced;
        costs_.emulator_cpu += board->stream().cpu_time();
        board.reset();
    }
}

asio::awaitable<raw_repl::Reply> RawReplTarget::execute(Board& board, const RunRequest& request,
                                                        std::string source) {
    raw_repl::Request program;
    program.source = std::move(source);
    program.silence = scaled(request.time_limit, config_.description.time_factor);
    program.total = program.silence * kTotalFactor;
    program.output_limit_bytes = config_.output_limit_bytes;
    program.last_words = config_.last_words;
    raw_repl::Reply reply = co_await board->execute(std::move(program));
    co_return reply;
}

asio::awaitable<Outcome> RawReplTarget::run_one(Board& board, const RunRequest& request) {
    const Job& job = *request.job;
    const bool carried = request.artifact != nullptr;
    // Only MicroPython's own tests expect line numbers that count the marker's line.
    const raw_repl::Marker marker =
        carried || job.test->suite == "micropython" ? raw_repl::Marker::Expected : raw_repl::Marker::None;
    std::vector<raw_repl::File> files(request.modules.begin(), request.modules.end());
    std::string source;
    if (carried) {
        source = raw_repl::carrier_source(*request.artifact, files, config_.prologue);
        carried_ = true;
    } else {
        auto text = read_file(job.test->path);
        if (!text) co_return unavailable(text.error().text());
        source = marker == raw_repl::Marker::Expected ? raw_repl::marked_source(*text) : std::move(*text);
        for (const TestHelper& helper : job.test->helpers) {
            auto octets = read_file(helper.path);
            if (!octets) co_return unavailable(octets.error().text());
            files.emplace_back(helper.name + ".py", std::make_shared<const std::string>(std::move(*octets)));
        }
    }
    for (bool second_time = false;; second_time = true) {
        const auto ready = co_await make_ready(board);
        if (!ready) co_return unavailable(ready.error().message);
        if (!carried && !files.empty()) {
            std::string mount = raw_repl::mount_source(files);
            const raw_repl::Reply mounted = co_await execute(board, request, std::move(mount));
            if (mounted.end != raw_repl::End::Finished || !mounted.exception.empty())
                co_return unavailable(
                    fmt::format("the program's helpers could not be given to the board: {}{}",
                                mounted.trouble, mounted.exception));
        }
        const auto before = board->stream().cpu_time();
        raw_repl::Reply reply = co_await execute(board, request, source);
        const auto cpu = board->stream().cpu_time() - before;
        count(*board, reply);
        const bool fault_of_board = !reply.started && reply.end != raw_repl::End::NotTaken;
        co_await settle(board, reply);
        // A board that does not even take a program was broken before it; what is broken twice is the
        // program.
        if (fault_of_board && !second_time) continue;
        if (fault_of_board)
            co_return unavailable(fmt::format("the board does not take it: {}", reply.trouble));
        Outcome outcome = raw_repl::outcome_of(std::move(reply), marker, carried);
        outcome.cpu = cpu;
        co_return outcome;
    }
}

asio::awaitable<void> RawReplTarget::run(std::span<const RunRequest> requests, const OutcomeSink& sink) {
    std::optional<Turnstile::Pass> pass;
    if (config_.only_one) {
        Turnstile::Pass entered = co_await turn_.enter();
        pass.emplace(std::move(entered));
    }
    Board board;
    if (!idle_.empty()) {
        board = std::move(idle_.back());
        idle_.pop_back();
    }
    for (std::size_t i = 0; i < requests.size(); ++i) {
        Outcome outcome = co_await run_one(board, requests[i]);
        sink(i, std::move(outcome));
    }
    if (board) idle_.push_back(std::move(board));
}

asio::awaitable<void> RawReplTarget::finish() {
    for (Board& board : idle_) {
        costs_.emulator_cpu += board->stream().cpu_time();
        if (!config_.opening_starts_board) co_await board->leave();
    }
    idle_.clear();
}

std::vector<std::string> RawReplTarget::notes() const {
    std::vector<std::string> notes = notes_;
    if (!way_of_sending_.empty())
        notes.push_back(fmt::format(
            "{}: programs were sent over the raw REPL in {} mode{}", config_.description.name,
            way_of_sending_,
            carried_ ? ", artifacts inside the program that loads them from the board's memory" : ""));
    if (!given_up_.empty()) notes.push_back(given_up_);
    return notes;
}

const MachineCosts* RawReplTarget::machine_costs() const {
    return &costs_;
}

std::string RawReplTarget::command_line(const RunRequest& request) const {
    return fmt::format("# on the raw REPL of {} (Ctrl-A): the text of {}, then Ctrl-D", config_.where,
                       request.job->test->path.string());
}

}  // namespace harness
