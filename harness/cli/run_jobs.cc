#include "harness/cli/run_jobs.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <random>
#include <set>
#include <unordered_map>

#include "harness/base/files.h"
#include "harness/cli/repeat_command.h"

namespace harness {
namespace asio = boost::asio;

namespace {

/// On top of the workers, for tests that sleep: enough that the slowest of them alone decides how long all of
/// them take together.
constexpr unsigned kSleepersPerWorker = 8;
constexpr std::chrono::milliseconds kTick{50};
/// A test that is typed waits nearly all the time, which is known before it ran for the first time.
constexpr KnownDuration kTyping{std::chrono::milliseconds(600), std::chrono::milliseconds(20)};
/// What a test is taken for that was never run and has the word in its source.
constexpr KnownDuration kSleeping{std::chrono::milliseconds(100), std::chrono::milliseconds(5)};

bool mentions_sleep(const Test& test) {
    const auto source = read_file(test.path);
    return source && source->find("sleep") != std::string::npos;
}

/// How often a failed test that looks at a clock is repeated although nobody asked for it.
constexpr unsigned kTimedRetries = 3;
/// With more failures than this the moment is not what is wrong.
constexpr std::size_t kMostTimed = 40;

/// Shared with the coroutine that ticks, which may wake once more after the run is over.
struct Ticker {
    explicit Ticker(const asio::any_io_executor& executor) : timer(executor) {}
    asio::steady_timer timer;
    bool over = false;
};

asio::awaitable<void> tick(std::shared_ptr<Ticker> ticker, Reports& reports) {
    while (!ticker->over) {
        ticker->timer.expires_after(kTick);
        co_await ticker->timer.async_wait(asio::as_tuple(asio::use_awaitable));
        if (!ticker->over) reports.tick();
    }
}

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

}  // namespace

JobsRun::JobsRun(const RunOptions& options, Workbench& bench, Reports& reports, std::string command_line,
                 std::vector<std::string> notes)
    : options_(options),
      bench_(bench),
      reports_(reports),
      command_line_(std::move(command_line)),
      notes_(std::move(notes)),
      capabilities_(bench.capabilities()) {
    for (const auto& compiler : bench.compilers)
        compiler_releases_[compiler->identity().name] = compiler->identity().release.text();
}

JobsRun::~JobsRun() = default;

std::chrono::nanoseconds JobsRun::compiler_cpu() const {
    return artifacts_ ? artifacts_->compiler_cpu() : std::chrono::nanoseconds{0};
}

void JobsRun::interrupt() {
    if (interrupted_) kill_all_families();
    interrupted_ = true;
    if (schedule_) schedule_->stop();
}

RequirementScope JobsRun::scope_of(const Job& job) const {
    RequirementScope scope{capabilities_.at(job.target), job.mode, job.emitter, job.arch};
    if (const auto found = compiler_releases_.find(job.compiler); found != compiler_releases_.end())
        scope.compiler_release = found->second;
    return scope;
}

JudgeContext JobsRun::context_of(const Job& job) const {
    JudgeContext context{*job.test, job.mode, job.emitter};
    const Capabilities& capabilities = capabilities_.at(job.target);
    context.target_has_unittest = capabilities.has("unittest");
    context.too_large_is_skip =
        std::any_of(bench_.target_set.machines.begin(), bench_.target_set.machines.end(),
                    [&](const MachineTarget* machine) { return machine->description().name == job.target; });
    return context;
}

void JobsRun::annotate(JobResult& result) {
    result.repeat_command = repeat_command(result.job, options_);
    if (auto match = bench_.known_failures.look_up(result, scope_of(result.job))) {
        result.known_failure = std::move(match->note);
    } else if (counts_as_failure(result.judgement.verdict)) {
        for (const auto& source : bench_.sources)
            if (source->name() == result.job.test->suite)
                result.flaky = source->flaky_reason(*result.job.test, scope_of(result.job));
    }
    result.quarantine = bench_.quarantine.look_up(result);
    if (result.outcome.ending == Ending::Unavailable || result.judgement.stage != Stage::Run) return;
    // A job that shares another's run takes no time.
    KnownDuration took;
    if (result.outcome_of.empty())
        took = {result.outcome.wall + result.outcome.aftermath,
                result.outcome.cpu + result.outcome.aftermath};
    history_.note(result.job.key(), took);
}

JudgeRules JobsRun::rules() {
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

PlanSummary JobsRun::plan_summary(const std::string& cpython) const {
    PlanSummary summary;
    summary.environment = bench_.environment(cpython);
    std::set<std::string> tests;
    for (const Job& job : bench_.plan.jobs) {
        tests.insert(job.test->suite + ":" + job.test->id);
        const auto known = history_.duration(job.key());
        summary.jobs.push_back({job, known ? known->wall : std::chrono::nanoseconds{0}});
    }
    summary.tests = tests.size();
    summary.dropped = bench_.plan.dropped;
    summary.shard = bench_.shard;
    summary.whole = bench_.whole;
    summary.expired_quarantine = bench_.quarantine.expired();
    summary.workers = options_.jobs;
    summary.command_line = command_line_;
    return summary;
}

RunFacts JobsRun::facts(std::chrono::system_clock::time_point started_at,
                        std::chrono::nanoseconds wall) const {
    RunFacts facts;
    facts.interrupted = interrupted_;
    facts.started_at = started_at;
    facts.wall = wall;
    facts.artifacts = {artifacts_->hits(), artifacts_->misses()};
    for (const auto& [suite, oracle] : bench_.oracles) {
        const OracleStatistics statistics = oracle->statistics();
        facts.expectations.hits += static_cast<std::size_t>(statistics.from_cache);
        facts.expectations.misses += static_cast<std::size_t>(statistics.forked + statistics.fresh);
    }
    for (const auto& target : bench_.target_set.targets)
        if (const MachineCosts* costs = target->machine_costs(); costs != nullptr && costs->boots != 0)
            facts.machines[target->description().name] = *costs;
    facts.notes = notes_;
    if (bench_.compile_cache)
        for (const std::string& note : bench_.compile_cache->notes()) facts.notes.push_back(note);
    for (const auto& [suite, oracle] : bench_.oracles)
        for (const std::string& note : oracle->notes()) facts.notes.push_back(note);
    for (const AskedTarget& asked : bench_.asked)
        if (asked.target != nullptr)
            for (std::string& note : asked.target->notes()) facts.notes.push_back(std::move(note));
    return facts;
}

unsigned JobsRun::retries_of(const JobResult& result) const {
    if (!result.fails_the_run() || result.known_failure) return 0;
    return std::max(options_.retries, result.job.test->timed ? kTimedRetries : 0);
}

/// Each failed job once more with nothing beside it, as often as was asked for; those that look at a clock
/// without being asked, unless so much failed that the host's load cannot be why. The failure stays in the
/// report; a job that passed when repeated is flaky.
asio::awaitable<void> JobsRun::repeat_failed(JobRunner& runner, std::vector<JobResult> failed) {
    const bool by_chance = failed.size() <= kMostTimed;
    for (JobResult& first : failed) {
        const unsigned attempts = by_chance ? retries_of(first) : options_.retries;
        for (unsigned attempt = 1; attempt <= attempts && !first.flaky && !interrupted_; ++attempt) {
            const std::vector<Job> again{first.job};
            runner.forget_runs();
            schedule_ = std::make_unique<Schedule>(runner, ScheduleOptions{});
            co_await schedule_->run(
                again,
                [&](JobResult second) {
                    if (!second.fails_the_run())
                        first.flaky = fmt::format("passed when it was repeated alone, attempt {}", attempt);
                },
                [](const Job&) {});
        }
        finish(std::move(first));
    }
}

ScheduleOptions JobsRun::schedule_options(const std::map<std::string, Target*>& targets) {
    ScheduleOptions schedule;
    schedule.jobs = options_.jobs;
    schedule.sleepers = options_.jobs * kSleepersPerWorker;
    // Read once for all jobs of a test.
    std::unordered_map<const Test*, bool> mentions;
    schedule.known_duration = [this, &targets, mentions](const Job& job) mutable {
        auto known = history_.duration(job.key());
        if (!known && job.test->kind == TestKind::Repl) known = kTyping;
        // A machine's program never sleeps, its time is virtual: where the processor's time is less than the
        // wall's the host was busy.
        const auto found = targets.find(job.target);
        if (!known && found != targets.end() && found->second->description().takes_command_line &&
            job.test->kind == TestKind::Program) {
            const auto [entry, is_new] = mentions.try_emplace(job.test.get(), false);
            if (is_new) entry->second = mentions_sleep(*job.test);
            if (entry->second) known = kSleeping;
        }
        if (known && found != targets.end() && found->second->machine_costs() != nullptr)
            known->cpu = known->wall;
        return known;
    };
    schedule.failed_before = [this](const Job& job) { return verdicts_.failed_last_time(job.key()); };
    schedule.batch_limit = [&targets](const std::string& name) {
        const auto found = targets.find(name);
        return found == targets.end() ? std::size_t{1} : found->second->batch_limit();
    };
    if (options_.shuffle) {
        std::shuffle(bench_.plan.jobs.begin(), bench_.plan.jobs.end(),
                     std::mt19937_64(options_.shuffle_seed));
        schedule.known_duration = {};
        schedule.failed_before = {};
    }
    return schedule;
}

void JobsRun::open_histories() {
    const std::filesystem::path file = bench_.results_cache / "history.sqlite";
    auto history = History::open(file);
    auto verdicts = VerdictHistory::open(file);
    if (history && verdicts) {
        history_ = std::move(*history);
        verdicts_ = std::move(*verdicts);
    } else {
        notes_.push_back(history ? verdicts.error().text() : history.error().text());
    }
}

/// A result that nothing changes any more.
void JobsRun::finish(JobResult result) {
    verdicts_.note(result);
    reports_.job_finished(std::move(result));
}

asio::awaitable<void> JobsRun::run_schedule(JobRunner& runner) {
    std::vector<JobResult> failed;
    co_await schedule_->run(
        bench_.plan.jobs,
        [&](JobResult result) {
            if (retries_of(result) > 0)
                failed.push_back(std::move(result));
            else
                finish(std::move(result));
        },
        [this](const Job& job) { reports_.job_started(job); });
    co_await repeat_failed(runner, std::move(failed));
}

asio::awaitable<Result<std::vector<Error>>> JobsRun::run() {
    const auto started_at = std::chrono::system_clock::now();
    const auto started = std::chrono::steady_clock::now();
    open_histories();

    JobArtifacts::Setup setup;
    std::map<std::string, Target*> targets;
    for (const auto& compiler : bench_.compilers) setup.compilers[compiler->identity().name] = compiler.get();
    setup.capabilities = capabilities_;
    setup.flags = split_words(options_.mpy_cross_flags);
    artifacts_ = std::make_unique<JobArtifacts>(std::move(setup));
    JobExpectations expectations(bench_.oracles);
    for (const AskedTarget& asked : bench_.asked)
        if (asked.target != nullptr) targets[asked.planned.description.name] = asked.target;
    JobLimits limits;
    limits.time_limit = std::chrono::milliseconds(static_cast<long>(options_.timeout_seconds * 1000));
    limits.share_runs = !options_.separate_runs;
    JobRunner runner(*artifacts_, expectations, targets, rules(), limits);
    schedule_ = std::make_unique<Schedule>(runner, schedule_options(targets));

    const auto interpreter = co_await bench_.oracles.begin()->second->interpreter();
    if (!interpreter) co_return interpreter.error();  // almost every job would say the same
    reports_.run_started(plan_summary(interpreter->name()));

    const auto ticker = std::make_shared<Ticker>(co_await asio::this_coro::executor);
    asio::co_spawn(ticker->timer.get_executor(), tick(ticker, reports_), asio::detached);
    std::exception_ptr failure;
    try {
        if (!interrupted_) co_await run_schedule(runner);
    } catch (...) {
        failure = std::current_exception();
    }
    ticker->over = true;
    ticker->timer.cancel();
    if (const auto saved = history_.save(); !saved) notes_.push_back(saved.error().text());
    if (const auto saved = verdicts_.save(started_at); !saved) notes_.push_back(saved.error().text());
    if (bench_.compile_cache) bench_.compile_cache->prune();
    auto troubles = reports_.run_finished(facts(started_at, std::chrono::steady_clock::now() - started));
    if (failure) std::rethrow_exception(failure);
    co_return troubles;
}

}  // namespace harness
