#include "harness/cli/run_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <random>

#include "harness/cli/exit_status.h"
#include "harness/cli/job_artifacts.h"
#include "harness/cli/repeat_command.h"
#include "harness/cli/stock_source.h"
#include "harness/cli/workbench.h"
#include "harness/report/file_report.h"
#include "harness/report/reports.h"
#include "harness/run/history.h"
#include "harness/run/judge.h"
#include "harness/run/schedule.h"

namespace harness {
namespace asio = boost::asio;

namespace {

/// On top of the workers, for tests that sleep: enough that the few slow asyncio tests do not follow one
/// another.
constexpr unsigned kSleepersPerWorker = 2;
constexpr std::chrono::milliseconds kTick{50};
/// How often a failed test that looks at a clock is repeated although nobody asked for it.
constexpr unsigned kTimedRetries = 3;
/// With more failures than this the moment is not what is wrong.
constexpr std::size_t kMostTimed = 40;

/// The oracle behind the runner's interface.
class JobExpectations : public ExpectationProvider {
  public:
    explicit JobExpectations(const std::map<std::string, std::unique_ptr<Oracle>>& oracles)
        : oracles_(oracles) {}

    asio::awaitable<ExpectationReply> expectation_for(const Job& job) override {
        const auto started = std::chrono::steady_clock::now();
        auto answer = co_await oracles_.at(job.test->suite)->expect({*job.test, job.emitter});
        ExpectationReply reply{answer ? Result<Expectation>(std::move(answer->expectation))
                                      : Result<Expectation>(answer.error())};
        reply.elapsed = std::chrono::steady_clock::now() - started;
        reply.cached = answer && answer->cached;
        co_return reply;
    }

  private:
    const std::map<std::string, std::unique_ptr<Oracle>>& oracles_;
};

class Run {
  public:
    Run(const RunOptions& options, std::string command_line)
        : options_(options), command_line_(std::move(command_line)) {}

    asio::awaitable<int> main();
    void interrupt();

  private:
    [[nodiscard]] JudgeRules rules();
    void annotate(JobResult& result);
    [[nodiscard]] RequirementScope scope_of(const Job& job) const;
    [[nodiscard]] JudgeContext context_of(const Job& job) const;
    [[nodiscard]] PlanSummary plan_summary(const std::string& cpython) const;
    [[nodiscard]] std::unique_ptr<Reports> make_reports();
    [[nodiscard]] asio::awaitable<int> run_jobs();
    [[nodiscard]] unsigned retries_of(const JobResult& result) const;
    [[nodiscard]] asio::awaitable<void> repeat_failed(JobRunner& runner, std::vector<JobResult> failed);
    [[nodiscard]] RunFacts facts(std::chrono::system_clock::time_point started_at,
                                 std::chrono::nanoseconds wall) const;
    void print_plan() const;

    const RunOptions& options_;
    std::string command_line_;
    std::unique_ptr<Workbench> bench_;
    std::map<std::string, Capabilities> capabilities_;
    std::map<std::string, std::string> compiler_releases_;  ///< by the compiler's name
    std::unique_ptr<JobArtifacts> artifacts_;
    std::unique_ptr<StandardOutput> terminal_;
    std::unique_ptr<Reports> reports_;
    History history_;
    std::vector<std::string> notes_;
    std::unique_ptr<Schedule> schedule_;
    bool interrupted_ = false;
};

void Run::interrupt() {
    if (interrupted_) kill_all_families();
    interrupted_ = true;
    if (schedule_) schedule_->stop();
}

RequirementScope Run::scope_of(const Job& job) const {
    RequirementScope scope{capabilities_.at(job.target), job.mode, job.emitter, job.arch};
    if (const auto found = compiler_releases_.find(job.compiler); found != compiler_releases_.end())
        scope.compiler_release = found->second;
    return scope;
}

JudgeContext Run::context_of(const Job& job) const {
    JudgeContext context{*job.test, job.mode, job.emitter};
    const Capabilities& capabilities = capabilities_.at(job.target);
    context.target_has_unittest = capabilities.has("unittest");
    context.too_large_is_skip =
        std::any_of(bench_->target_set.machines.begin(), bench_->target_set.machines.end(),
                    [&](const MachineTarget* machine) { return machine->description().name == job.target; });
    return context;
}

void Run::annotate(JobResult& result) {
    result.repeat_command = repeat_command(result.job, options_);
    if (auto match = bench_->known_failures.look_up(result, scope_of(result.job))) {
        result.known_failure = std::move(match->note);
    } else if (counts_as_failure(result.judgement.verdict)) {
        for (const auto& source : bench_->sources)
            if (source->name() == result.job.test->suite)
                result.flaky = source->flaky_reason(*result.job.test, scope_of(result.job));
    }
    if (result.outcome.ending == Ending::Exited && result.judgement.stage == Stage::Run)
        history_.note(result.job.key(), {result.outcome.wall, result.outcome.cpu});
}

JudgeRules Run::rules() {
    JudgeRules rules;
    rules.judge_alone = [this](const Job& job, const Outcome& outcome) {
        return judge_alone(context_of(job), outcome);
    };
    rules.judge = [this](const Job& job, const Outcome& outcome, const Expectation& expectation) {
        return judge(context_of(job), outcome, expectation);
    };
    rules.annotate = [this](JobResult& result) { annotate(result); };
    return rules;
}

void Run::print_plan() const {
    for (const Job& job : bench_->plan.jobs) fmt::print("run   {}\n", job.key());
    for (const DroppedJob& dropped : bench_->plan.dropped)
        fmt::print("{:5} {}: {}\n", dropped.verdict == Verdict::Skip ? "skip" : word(dropped.verdict),
                   dropped.job.key(), dropped.reason);
    fmt::print("{} jobs, {} combinations left out\n", bench_->plan.jobs.size(), bench_->plan.dropped.size());
}

PlanSummary Run::plan_summary(const std::string& cpython) const {
    PlanSummary summary;
    summary.environment = bench_->environment(cpython);
    std::set<std::string> tests;
    for (const Job& job : bench_->plan.jobs) {
        tests.insert(job.test->suite + ":" + job.test->id);
        const auto known = history_.duration(job.key());
        summary.jobs.push_back({job, known ? known->wall : std::chrono::nanoseconds{0}});
    }
    summary.tests = tests.size();
    summary.dropped = bench_->plan.dropped;
    summary.workers = options_.jobs;
    summary.command_line = command_line_;
    return summary;
}

std::unique_ptr<Reports> Run::make_reports() {
    terminal_ = std::make_unique<StandardOutput>();
    auto reports = std::make_unique<Reports>(std::make_unique<Console>(*terminal_));
    if (!options_.json.empty()) reports->add(std::make_unique<FileReport>(options_.json, json_report));
    if (!options_.junit.empty()) reports->add(std::make_unique<FileReport>(options_.junit, junit_report));
    return reports;
}

RunFacts Run::facts(std::chrono::system_clock::time_point started_at, std::chrono::nanoseconds wall) const {
    RunFacts facts;
    facts.interrupted = interrupted_;
    facts.started_at = started_at;
    facts.wall = wall;
    facts.artifacts = {artifacts_->hits(), artifacts_->misses()};
    for (const auto& [suite, oracle] : bench_->oracles) {
        const OracleStatistics statistics = oracle->statistics();
        facts.expectations.hits += static_cast<std::size_t>(statistics.from_cache);
        facts.expectations.misses += static_cast<std::size_t>(statistics.forked + statistics.fresh);
    }
    facts.notes = notes_;
    for (const std::string& note : bench_->compile_cache->notes()) facts.notes.push_back(note);
    for (const auto& [suite, oracle] : bench_->oracles)
        for (const std::string& note : oracle->notes()) facts.notes.push_back(note);
    for (const AskedTarget& asked : bench_->asked)
        if (asked.target != nullptr)
            for (std::string& note : asked.target->notes()) facts.notes.push_back(std::move(note));
    return facts;
}

unsigned Run::retries_of(const JobResult& result) const {
    if (!result.fails_the_run() || result.known_failure) return 0;
    return std::max(options_.retries, result.job.test->timed ? kTimedRetries : 0);
}

/// Each failed job once more with nothing beside it, as often as was asked for; those that look at a clock
/// without being asked, unless so much failed that the host's load cannot be why. The failure stays in the
/// report; a job that passed when repeated is flaky.
asio::awaitable<void> Run::repeat_failed(JobRunner& runner, std::vector<JobResult> failed) {
    const bool by_chance = failed.size() <= kMostTimed;
    for (JobResult& first : failed) {
        const unsigned attempts = by_chance ? retries_of(first) : options_.retries;
        for (unsigned attempt = 1; attempt <= attempts && !first.flaky && !interrupted_; ++attempt) {
            const std::vector<Job> again{first.job};
            schedule_ = std::make_unique<Schedule>(runner, ScheduleOptions{});
            co_await schedule_->run(
                again,
                [&](JobResult second) {
                    if (!second.fails_the_run())
                        first.flaky = fmt::format("passed when it was repeated alone, attempt {}", attempt);
                },
                [](const Job&) {});
        }
        reports_->job_finished(std::move(first));
    }
}

asio::awaitable<int> Run::run_jobs() {
    const auto started_at = std::chrono::system_clock::now();
    const auto started = std::chrono::steady_clock::now();
    if (auto history = History::open(bench_->project.cache / "history.sqlite"))
        history_ = std::move(*history);
    else
        notes_.push_back(history.error().text());

    JobArtifacts::Setup setup;
    std::map<std::string, Target*> targets;
    for (const auto& compiler : bench_->compilers)
        setup.compilers[compiler->identity().name] = compiler.get();
    setup.capabilities = capabilities_;
    setup.flags = split_words(options_.mpy_cross_flags);
    artifacts_ = std::make_unique<JobArtifacts>(std::move(setup));
    JobExpectations expectations(bench_->oracles);
    for (const AskedTarget& asked : bench_->asked)
        if (asked.target != nullptr) targets[asked.planned.description.name] = asked.target;
    JobLimits limits;
    limits.time_limit = std::chrono::milliseconds(static_cast<long>(options_.timeout_seconds * 1000));
    JobRunner runner(*artifacts_, expectations, targets, rules(), limits);

    ScheduleOptions schedule;
    schedule.jobs = options_.jobs;
    schedule.sleepers = options_.jobs * kSleepersPerWorker;
    schedule.known_duration = [this](const Job& job) { return history_.duration(job.key()); };
    schedule.batch_limit = [&](const std::string& name) {
        const auto found = targets.find(name);
        return found == targets.end() ? std::size_t{1} : found->second->batch_limit();
    };
    if (options_.shuffle) {
        std::shuffle(bench_->plan.jobs.begin(), bench_->plan.jobs.end(),
                     std::mt19937_64(options_.shuffle_seed));
        schedule.known_duration = {};
    }
    schedule_ = std::make_unique<Schedule>(runner, std::move(schedule));

    const auto interpreter = co_await bench_->oracles.begin()->second->interpreter();
    if (!interpreter) {
        // Almost every job would say the same.
        fmt::print(stderr, "mpyconform: {}\n", interpreter.error().text());
        co_return exit_status_of(interpreter.error());
    }
    reports_ = make_reports();
    reports_->run_started(plan_summary(interpreter->name()));

    asio::steady_timer ticker(co_await asio::this_coro::executor);
    asio::co_spawn(
        ticker.get_executor(),
        [&]() -> asio::awaitable<void> {
            for (;;) {
                ticker.expires_after(kTick);
                const auto [stopped] = co_await ticker.async_wait(asio::as_tuple(asio::use_awaitable));
                if (stopped) co_return;
                reports_->tick();
            }
        },
        asio::detached);
    std::exception_ptr failure;
    try {
        std::vector<JobResult> failed;
        co_await schedule_->run(
            bench_->plan.jobs,
            [&](JobResult result) {
                if (retries_of(result) > 0)
                    failed.push_back(std::move(result));
                else
                    reports_->job_finished(std::move(result));
            },
            [this](const Job& job) { reports_->job_started(job); });
        co_await repeat_failed(runner, std::move(failed));
    } catch (...) {
        failure = std::current_exception();
    }
    ticker.cancel();
    if (const auto saved = history_.save(); !saved) notes_.push_back(saved.error().text());
    bench_->compile_cache->prune();
    const auto troubles =
        reports_->run_finished(facts(started_at, std::chrono::steady_clock::now() - started));
    if (failure) std::rethrow_exception(failure);

    const Totals& totals = reports_->record().totals;
    if (interrupted_) co_return kExitStopped;
    if (totals[Standing::Failed] > 0) co_return kExitFailed;
    const bool lost_target = std::any_of(bench_->asked.begin(), bench_->asked.end(),
                                         [](const AskedTarget& asked) { return !asked.trouble.empty(); });
    if (!troubles.empty() || totals[Standing::Error] > 0 || lost_target || totals.finished != totals.planned)
        co_return kExitTrouble;
    co_return kExitPassed;
}

asio::awaitable<int> Run::main() {
    for (const std::string& path : {options_.json, options_.junit}) {
        if (path.empty()) continue;
        if (const auto writable = check_report_path(path); !writable) {
            fmt::print(stderr, "mpyconform: {}\n", writable.error().text());
            co_return kExitUsage;
        }
    }
    auto bench = co_await make_workbench(options_, [this](const std::string& line) {
        notes_.push_back(line);
        fmt::print(stderr, "mpyconform: {}\n", line);
    });
    if (!bench) {
        fmt::print(stderr, "mpyconform: {}\n", bench.error().text());
        co_return exit_status_of(bench.error());
    }
    bench_ = std::move(*bench);
    capabilities_ = bench_->capabilities();
    for (const auto& compiler : bench_->compilers)
        compiler_releases_[compiler->identity().name] = compiler->identity().release.text();
    if (options_.list) {
        print_plan();
        co_return kExitPassed;
    }
    if (interrupted_) co_return kExitStopped;
    co_return co_await run_jobs();
}

}  // namespace

int run_command(const RunOptions& options, const std::string& command_line) {
    asio::io_context loop(1);
    Run run(options, command_line);
    asio::signal_set signals(loop, SIGINT, SIGTERM);
    std::function<void()> listen = [&] {
        signals.async_wait([&](boost::system::error_code stopped, int) {
            if (stopped) return;
            run.interrupt();
            listen();
        });
    };
    listen();
    int status = kExitTrouble;
    std::exception_ptr failure;
    asio::co_spawn(loop, run.main(), [&](std::exception_ptr thrown, int result) {
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
