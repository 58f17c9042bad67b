// Takes jobs from artifact to result: compile, check, run, ask the oracle, judge, explain.
//
// It knows no tool: compiler, oracle and targets stand behind interfaces, so that tests drive it with fakes.
// What it guarantees: every job that is handed in gets exactly one JobResult, also when a part of the harness
// fails (verdict `error`) or throws.
//
// Nothing is run twice: two compilers often make the same octets of a program. Jobs of the same test, emitter
// and target that load the same octets (artifact and helpers) share one run; each is judged by itself.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/job.h"
#include "harness/target/target.h"

namespace harness {

/// What the compile stage made of a job.
struct ArtifactReply {
    /// The artifact; null when the job ends here, see `verdict`.
    std::shared_ptr<const std::string> octets;
    /// Artifacts of the test's helpers, "NAME.mpy" and octets.
    std::vector<std::pair<std::string, std::shared_ptr<const std::string>>> modules;
    /// Set when there is no artifact to run: unsupported, fail, crash, timeout, error, with stage and reason.
    std::optional<Judgement> verdict;
    std::chrono::nanoseconds elapsed{0};
    bool cached = false;
};

class ArtifactProvider {
  public:
    virtual ~ArtifactProvider() = default;
    /// Compiles and checks. Never fails: trouble is a verdict.
    [[nodiscard]] virtual boost::asio::awaitable<ArtifactReply> artifact_for(const Job& job) = 0;
};

struct ExpectationReply {
    Result<Expectation> expectation;
    std::chrono::nanoseconds elapsed{0};
    bool cached = false;
};

class ExpectationProvider {
  public:
    virtual ~ExpectationProvider() = default;
    [[nodiscard]] virtual boost::asio::awaitable<ExpectationReply> expectation_for(const Job& job) = 0;
};

/// The rules that turn outcome and expectation into a verdict, and verdict into result.
struct JudgeRules {
    /// Verdict from the outcome alone (skip, unittest, unavailable …); empty when an expectation is needed.
    std::function<std::optional<Judgement>(const Job&, const Outcome&)> judge_alone;
    std::function<Judgement(const Job&, const Outcome&, const Expectation&)> judge;
    /// Known failures and flaky tests, the command that repeats the job: applied to every finished result.
    std::function<void(JobResult&)> annotate;
};

struct JobLimits {
    std::chrono::milliseconds time_limit{30000};
    bool share_runs = true;  ///< one run for jobs that load the same octets
};

using ResultSink = std::function<void(JobResult)>;

class JobRunner {
  public:
    /// Everything is borrowed and outlives the runner. `targets` is by name and need not hold those that only
    /// check.
    JobRunner(ArtifactProvider& artifacts, ExpectationProvider& expectations,
              std::map<std::string, Target*> targets, JudgeRules rules, JobLimits limits);

    /// Runs a batch of jobs of one target. The sink gets one result for each job, in any order, each as soon
    /// as it is known. Jobs of a target that is not in `targets` end with the verdict `checked` once they
    /// have an artifact. When the awaiting coroutine is cancelled, jobs without a result yet give none.
    [[nodiscard]] boost::asio::awaitable<void> run_batch(std::span<const Job* const> jobs,
                                                         const ResultSink& sink);

    /// What is handed in from now on is run even if the same octets have run before: a failure is repeated to
    /// see whether it comes again.
    void forget_runs() { runs_.clear(); }

  private:
    struct Pending {
        JobResult result;
        RunRequest request;
        bool finished = false;
        std::string run;  ///< key in runs_ when others may share this job's run
    };
    /// A run that jobs share. The job that began it passes its outcome on to those that wait.
    struct SharedRun {
        std::string job;  ///< key of the job that is run
        std::optional<Outcome> outcome;
        std::vector<Pending> waiting;
    };

    [[nodiscard]] boost::asio::awaitable<void> prepare(Pending& pending);
    [[nodiscard]] boost::asio::awaitable<void> judge(Pending& pending);
    [[nodiscard]] boost::asio::awaitable<void> conclude(Pending& pending, const ResultSink& sink);
    [[nodiscard]] boost::asio::awaitable<bool> shares_a_run(Pending& pending, const ResultSink& sink);
    [[nodiscard]] boost::asio::awaitable<void> pass_on(std::string run, Outcome outcome,
                                                       const ResultSink& sink);
    void finish(Pending& pending, const ResultSink& sink) const;

    ArtifactProvider& artifacts_;
    ExpectationProvider& expectations_;
    std::map<std::string, Target*> targets_;
    JudgeRules rules_;
    JobLimits limits_;
    std::unordered_map<std::string, SharedRun> runs_;
};

}  // namespace harness
