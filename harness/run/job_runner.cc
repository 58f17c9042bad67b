#include "harness/run/job_runner.h"

#include <fmt/format.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <vector>

#include "harness/base/files.h"

namespace harness {
namespace asio = boost::asio;

namespace {

/// Indices of requests whose outcome is there.
using Arrivals = asio::experimental::channel<void(boost::system::error_code, std::size_t)>;

asio::awaitable<bool> is_cancelled() {
    co_return (co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none;
}

Judgement error_judgement(Stage stage, std::string reason) {
    Judgement judgement;
    judgement.verdict = Verdict::Error;
    judgement.stage = stage;
    judgement.reason = std::move(reason);
    return judgement;
}

/// Longer outputs are not kept for jobs that come later: they run themselves.
constexpr std::size_t kMostKeptOutput = std::size_t{64} << 10;

/// How long a batch is prepared before the event loop looks after the machines that run.
constexpr std::chrono::milliseconds kLongestTurn{2};

/// The same for two jobs when nothing that their runs could notice differs: the program's place, emitter
/// (targets are told it) and target, the octets of the artifact and of its helpers. Empty: nobody can share
/// it.
std::string run_key(const Job& job, const RunRequest& request) {
    if (!request.artifact || !job.test->exclusive.empty()) return {};
    KeyBuilder key;
    key.add(job.test->suite).add(job.test->id).add(word(job.emitter)).add(job.target);
    key.add(content_hash(*request.artifact));
    for (const auto& [name, octets] : request.modules) key.add(name).add(content_hash(*octets));
    return key.hex();
}

void adopt(JobResult& result, const Outcome& outcome, const std::string& job) {
    result.outcome = outcome;
    result.outcome_of = job;
}

}  // namespace

JobRunner::JobRunner(ArtifactProvider& artifacts, ExpectationProvider& expectations,
                     std::map<std::string, Target*> targets, JudgeRules rules, JobLimits limits)
    : artifacts_(artifacts),
      expectations_(expectations),
      targets_(std::move(targets)),
      rules_(std::move(rules)),
      limits_(limits) {}

asio::awaitable<void> JobRunner::prepare(Pending& pending) {
    const Job& job = pending.result.job;
    // What is typed, or given on the command line, is never an artifact (test-conventions 4.1).
    if (job.mode == Mode::Source || job.test->kind != TestKind::Program) co_return;
    std::optional<std::string> thrown;
    try {
        ArtifactReply reply = co_await artifacts_.artifact_for(job);
        pending.result.timings.compile = reply.elapsed;
        pending.result.timings.compile_cached = reply.cached;
        pending.request.artifact = std::move(reply.octets);
        pending.request.modules = std::move(reply.modules);
        if (pending.request.artifact) pending.result.artifact_bytes = pending.request.artifact->size();
        if (reply.verdict) {
            pending.result.judgement = std::move(*reply.verdict);
            pending.finished = true;
        } else if (!pending.request.artifact) {
            thrown = "the compile stage gave neither an artifact nor a verdict";
        }
    } catch (const std::exception& exception) {
        thrown = exception.what();
    }
    if (thrown && !co_await is_cancelled()) {
        pending.result.judgement = error_judgement(Stage::Compile, *thrown);
        pending.finished = true;
    }
}

asio::awaitable<void> JobRunner::judge(Pending& pending) {
    JobResult& result = pending.result;
    std::optional<Judgement> alone = rules_.judge_alone(result.job, result.outcome);
    if (alone) {
        result.judgement = std::move(*alone);
        co_return;
    }
    ExpectationReply reply = co_await expectations_.expectation_for(result.job);
    result.timings.oracle = reply.elapsed;
    result.timings.oracle_cached = reply.cached;
    if (reply.expectation) {
        result.judgement = rules_.judge(result.job, result.outcome, *reply.expectation);
        co_return;
    }
    // A program that hangs or crashes has a verdict of its own, also where CPython cannot tell what it should
    // have printed.
    const std::string trouble = reply.expectation.error().text();
    if (result.outcome.ending == Ending::TimedOut || result.outcome.ending == Ending::Signalled) {
        result.judgement = rules_.judge(result.job, result.outcome, Expectation{});
        result.judgement.expected.clear();
        result.judgement.cases = 0;
        result.judgement.reason += "; " + trouble;
    } else {
        result.judgement = error_judgement(Stage::Oracle, trouble);
    }
}

void JobRunner::finish(Pending& pending, const ResultSink& sink) const {
    pending.finished = true;
    try {
        rules_.annotate(pending.result);
    } catch (const std::exception& exception) {
        pending.result.judgement = error_judgement(Stage::Run, exception.what());
    }
    sink(std::move(pending.result));
}

/// Judges a job whose outcome is there and hands its result out.
asio::awaitable<void> JobRunner::conclude(Pending& pending, const ResultSink& sink) {
    std::string thrown;
    try {
        co_await judge(pending);
    } catch (const std::exception& exception) {
        thrown = exception.what();
    }
    const bool cancelled = co_await is_cancelled();
    if (cancelled) co_return;
    if (!thrown.empty()) pending.result.judgement = error_judgement(Stage::Oracle, thrown);
    finish(pending, sink);
}

/// True when the job needs no run of its own: it has the outcome of another already, or waits for it.
asio::awaitable<bool> JobRunner::shares_a_run(Pending& pending, const ResultSink& sink) {
    if (!limits_.share_runs) co_return false;
    const Job& job = pending.result.job;
    std::string key = run_key(job, pending.request);
    if (key.empty()) co_return false;
    const auto [found, first] = runs_.try_emplace(key);
    SharedRun& run = found->second;
    if (first) {
        run.job = job.key();
        pending.run = std::move(key);
        co_return false;
    }
    if (!run.outcome) {
        run.waiting.push_back(std::move(pending));
        co_return true;
    }
    adopt(pending.result, *run.outcome, run.job);
    co_await conclude(pending, sink);
    co_return true;
}

asio::awaitable<void> JobRunner::pass_on(std::string run, Outcome outcome, const ResultSink& sink) {
    const auto found = runs_.find(run);
    if (found == runs_.end()) co_return;
    const std::string job = found->second.job;
    std::vector<Pending> waiting = std::move(found->second.waiting);
    // What the harness could not do says nothing about the program: jobs that come later try again.
    if (outcome.ending == Ending::Unavailable || outcome.output.size() > kMostKeptOutput)
        runs_.erase(found);
    else
        found->second.outcome = outcome;
    for (Pending& each : waiting) {
        adopt(each.result, outcome, job);
        co_await conclude(each, sink);
    }
}

asio::awaitable<void> JobRunner::run_batch(std::span<const Job* const> jobs, const ResultSink& sink) {
    std::vector<Pending> pending(jobs.size());
    std::vector<RunRequest> requests;
    std::vector<std::size_t> request_owner;
    Target* target = nullptr;
    auto others_waited_since = std::chrono::steady_clock::now();

    for (std::size_t i = 0; i < jobs.size(); ++i) {
        // With all caches warm nothing below waits for anything, and a batch has thousands of jobs.
        if (std::chrono::steady_clock::now() - others_waited_since > kLongestTurn) {
            co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
            others_waited_since = std::chrono::steady_clock::now();
        }
        pending[i].result.job = *jobs[i];
        co_await prepare(pending[i]);
        if (co_await is_cancelled()) co_return;
        if (pending[i].finished) {
            finish(pending[i], sink);
            continue;
        }
        const auto found = targets_.find(jobs[i]->target);
        if (found == targets_.end()) {
            Judgement& judgement = pending[i].result.judgement;
            judgement.verdict = Verdict::Checked;
            judgement.stage = Stage::Check;
            finish(pending[i], sink);
            continue;
        }
        const bool shared = co_await shares_a_run(pending[i], sink);
        if (shared) continue;
        target = found->second;
        RunRequest& request = requests.emplace_back(std::move(pending[i].request));
        request.job = jobs[i];
        request.time_limit = std::chrono::duration_cast<std::chrono::milliseconds>(
            limits_.time_limit * jobs[i]->test->time_factor);
        request_owner.push_back(i);
    }
    if (requests.empty()) co_return;

    // The target reports outcomes through a plain callback while it goes on with the next request; judging
    // may have to wait for the oracle. A channel joins the two, so that each result is out as soon as it is
    // known.
    using asio::experimental::awaitable_operators::operator&&;
    Arrivals arrivals(co_await asio::this_coro::executor, requests.size() + 1);
    std::vector<bool> reached(requests.size(), false);
    std::string trouble = "the target ended its batch without an outcome";
    const auto run = [&]() -> asio::awaitable<void> {
        try {
            co_await target->run(requests, [&](std::size_t index, Outcome outcome) {
                JobResult& result = pending[request_owner[index]].result;
                result.timings.run_wall = outcome.wall;
                result.timings.run_cpu = outcome.cpu;
                result.outcome = std::move(outcome);
                reached[index] = true;
                arrivals.try_send(boost::system::error_code{}, index);
            });
        } catch (const std::exception& exception) {
            trouble = exception.what();
        }
        if (!co_await is_cancelled()) {
            for (std::size_t index = 0; index < requests.size(); ++index) {
                if (reached[index]) continue;
                Outcome& outcome = pending[request_owner[index]].result.outcome;
                outcome.ending = Ending::Unavailable;
                outcome.trouble = trouble;
                arrivals.try_send(boost::system::error_code{}, index);
            }
        }
        // An end marker instead of close(): closing drops what is still buffered (Boost 1.81).
        arrivals.try_send(boost::system::error_code{}, requests.size());
    };
    const auto judge_all = [&]() -> asio::awaitable<void> {
        for (;;) {
            const auto [closed, index] = co_await arrivals.async_receive(asio::as_tuple(asio::use_awaitable));
            if (closed || index == requests.size()) co_return;
            Pending& entry = pending[request_owner[index]];
            std::string shared = std::move(entry.run);
            Outcome outcome;
            if (!shared.empty()) outcome = entry.result.outcome;
            co_await conclude(entry, sink);
            const bool cancelled = co_await is_cancelled();
            if (cancelled) co_return;
            if (!shared.empty()) co_await pass_on(std::move(shared), std::move(outcome), sink);
        }
    };
    co_await (run() && judge_all());
}

}  // namespace harness
