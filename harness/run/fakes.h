// Stand-ins for compiler, oracle and target, for the tests of this folder.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "harness/run/job_runner.h"

namespace harness::fakes {

inline boost::asio::awaitable<void> sleep_for(std::chrono::milliseconds time) {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, time);
    co_await timer.async_wait(boost::asio::use_awaitable);
}

/// An artifact for every job, unless a test says otherwise by the test's id.
class FakeArtifacts : public ArtifactProvider {
  public:
    boost::asio::awaitable<ArtifactReply> artifact_for(const Job& job) override {
        ++asked;
        std::this_thread::sleep_for(takes);  // as work would: without a turn for anybody else
        if (job.test->id == "compile-throws") throw std::runtime_error("compiler adapter broke");
        ArtifactReply reply;
        if (job.test->id == "refused") {
            reply.verdict.emplace();
            reply.verdict->verdict = Verdict::Unsupported;
            reply.verdict->stage = Stage::Compile;
            reply.verdict->reason = "native raise";
        } else {
            reply.octets = std::make_shared<const std::string>("octets");
        }
        co_return reply;
    }
    int asked = 0;
    std::chrono::milliseconds takes{0};
};

/// Every program must print "expected".
class FakeExpectations : public ExpectationProvider {
  public:
    boost::asio::awaitable<ExpectationReply> expectation_for(const Job& job) override {
        if (job.test->id.starts_with("oracle-missing"))
            co_return ExpectationReply{missing_tool("no python3")};
        Expectation expectation;
        expectation.text = "expected";
        co_return ExpectationReply{expectation};
    }
};

/// Prints what the test's id says; notes how many runs overlap and in which order they start.
class FakeTarget : public Target {
  public:
    explicit FakeTarget(std::string name) { description_.name = std::move(name); }

    const TargetDescription& description() const override { return description_; }
    boost::asio::awaitable<Result<Capabilities>> probe() override { co_return Capabilities{}; }
    std::size_t batch_limit() const override { return limit; }
    std::string command_line(const RunRequest&) const override { return "fake"; }

    boost::asio::awaitable<void> run(std::span<const RunRequest> requests, const OutcomeSink& sink) override {
        ++batches;
        for (std::size_t i = 0; i < requests.size(); ++i) {
            const Test& test = *requests[i].job->test;
            order.push_back(test.id);
            if (!test.exclusive.empty()) most_exclusive = std::max(most_exclusive, ++exclusive_running);
            most_running = std::max(most_running, ++running);
            co_await sleep_for(duration);
            --running;
            if (!test.exclusive.empty()) --exclusive_running;
            if (test.id == "target-throws") throw std::runtime_error("transport broke");
            if (test.id == "target-forgets") co_return;
            Outcome outcome;
            outcome.ending = test.id.ends_with("hangs") ? Ending::TimedOut : Ending::Exited;
            outcome.output = test.id == "prints-wrong" ? "wrong" : "expected";
            outcome.wall = duration;
            sink(i, std::move(outcome));
        }
    }

    std::size_t limit = 1;
    std::chrono::milliseconds duration{1};
    std::vector<std::string> order;
    int batches = 0;
    int running = 0;
    int most_running = 0;
    int exclusive_running = 0;
    int most_exclusive = 0;

  private:
    TargetDescription description_;
};

inline JudgeRules simple_rules() {
    JudgeRules rules;
    rules.judge_alone = [](const Job&, const Outcome& outcome) -> std::optional<Judgement> {
        if (outcome.ending != Ending::Unavailable) return std::nullopt;
        Judgement judgement;
        judgement.verdict = Verdict::Error;
        judgement.reason = outcome.trouble;
        return judgement;
    };
    rules.judge = [](const Job&, const Outcome& outcome, const Expectation& expectation) {
        Judgement judgement;
        if (outcome.ending == Ending::TimedOut)
            judgement.verdict = Verdict::Timeout;
        else
            judgement.verdict = outcome.output == expectation.text ? Verdict::Pass : Verdict::Fail;
        return judgement;
    };
    rules.annotate = [](JobResult&) {};
    return rules;
}

inline Job job_for(const std::string& id, const std::string& target, const std::string& exclusive = {}) {
    auto test = std::make_shared<Test>();
    test->id = id;
    test->suite = "fake";
    test->exclusive = exclusive;
    Job job;
    job.test = test;
    job.target = target;
    return job;
}

}  // namespace harness::fakes
