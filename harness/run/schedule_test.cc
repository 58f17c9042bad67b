#include "harness/run/schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <functional>
#include <map>

#include "harness/run/fakes.h"

namespace harness {
namespace {
using fakes::job_for;
using std::chrono::milliseconds;
using testing::ElementsAre;

class ScheduleTest : public testing::Test {
  protected:
    void run(ScheduleOptions options, std::optional<milliseconds> stop_after = std::nullopt) {
        std::map<std::string, Target*> targets{{"t", &target_}, {"u", &other_}};
        JobRunner runner(artifacts_, expectations_, targets, fakes::simple_rules(), {});
        options.batch_limit = [this](const std::string&) { return target_.limit; };
        Schedule schedule(runner, std::move(options));
        boost::asio::io_context loop;
        std::exception_ptr failure;
        boost::asio::co_spawn(
            loop,
            schedule.run(
                jobs_, [this](JobResult result) { results_[result.job.test->id] = std::move(result); },
                [this](const Job& job) { started_.push_back(job.test->id); }),
            [&](std::exception_ptr thrown) { failure = thrown; });
        boost::asio::steady_timer stopper(loop);
        if (stop_after) {
            stopper.expires_after(*stop_after);
            stopper.async_wait([&](boost::system::error_code) { schedule.stop(); });
        }
        loop.run_for(std::chrono::seconds(20));
        EXPECT_TRUE(loop.stopped()) << "the schedule did not end";
        if (failure) std::rethrow_exception(failure);
    }
    void add(const std::string& id, const std::string& exclusive = {}, const std::string& target = "t") {
        jobs_.push_back(job_for(id, target, exclusive));
    }
    [[nodiscard]] Verdict verdict(const std::string& id) const { return results_.at(id).judgement.verdict; }

    fakes::FakeArtifacts artifacts_;
    fakes::FakeExpectations expectations_;
    fakes::FakeTarget target_{"t"};
    fakes::FakeTarget other_{"u"};
    std::vector<Job> jobs_;
    std::map<std::string, JobResult> results_;
    std::vector<std::string> started_;
};

TEST_F(ScheduleTest, WhatIsTypedOrGivenOnTheCommandLineIsNotCompiled) {
    for (const TestKind kind : {TestKind::Repl, TestKind::CommandLine, TestKind::Program}) {
        auto test = std::make_shared<harness::Test>(*job_for("good", "t").test);
        test->kind = kind;
        jobs_ = {job_for("good", "t")};
        jobs_.front().test = test;
        jobs_.front().mode = Mode::Mpy;
        artifacts_.asked = 0;
        run({.jobs = 1});
        EXPECT_EQ(artifacts_.asked, kind == TestKind::Program ? 1 : 0);
        EXPECT_EQ(verdict("good"), Verdict::Pass);
    }
}

TEST_F(ScheduleTest, GivesEveryJobExactlyOneResultWhateverBreaks) {
    for (const char* id : {"good", "prints-wrong", "refused", "compile-throws", "oracle-missing",
                           "target-throws", "target-forgets", "oracle-missing-hangs"})
        add(id);
    add("only-checked", {}, "check-xtensa");
    run({.jobs = 2});
    ASSERT_EQ(results_.size(), jobs_.size());
    EXPECT_EQ(verdict("good"), Verdict::Pass);
    EXPECT_EQ(verdict("prints-wrong"), Verdict::Fail);
    EXPECT_EQ(verdict("refused"), Verdict::Unsupported);
    EXPECT_EQ(verdict("only-checked"), Verdict::Checked);
    for (const char* id : {"compile-throws", "oracle-missing", "target-throws", "target-forgets"})
        EXPECT_EQ(verdict(id), Verdict::Error) << id;
    EXPECT_EQ(results_.at("target-throws").judgement.reason, "transport broke");
    EXPECT_EQ(results_.at("oracle-missing").judgement.stage, Stage::Oracle);
    // The subject hangs whatever it should have printed.
    EXPECT_EQ(verdict("oracle-missing-hangs"), Verdict::Timeout);
    EXPECT_NE(results_.at("oracle-missing-hangs").judgement.reason.find("no python3"), std::string::npos);
}

TEST_F(ScheduleTest, WhatFailedLastTimeComesFirstThenTheLongest) {
    for (const char* id : {"short", "long", "failed-short", "unknown", "failed-long"}) add(id);
    const auto known = [](const Job& job) -> std::optional<KnownDuration> {
        if (job.test->id == "unknown") return std::nullopt;
        return KnownDuration{milliseconds(job.test->id.ends_with("long") ? 900 : 100), {}};
    };
    run({.jobs = 1, .known_duration = known, .failed_before = [](const Job& job) {
             return job.test->id.starts_with("failed");
         }});
    EXPECT_THAT(target_.order, ElementsAre("failed-long", "failed-short", "long", "short", "unknown"));
}

/// They may share a run, and are then nothing that should be left for the end.
TEST_F(ScheduleTest, JobsOfOneProgramStayTogetherAlsoWhenOnlyOneIsKnown) {
    for (const char* id : {"short", "long"}) add(id);
    for (int i = 0; i < 2; ++i) {
        Job other = jobs_[static_cast<std::size_t>(i)];
        other.arch = "armv7em";
        jobs_.push_back(std::move(other));
    }
    const auto known = [](const Job& job) -> std::optional<KnownDuration> {
        if (job.arch == "armv7em") return std::nullopt;
        return KnownDuration{milliseconds(job.test->id == "long" ? 900 : 100), {}};
    };
    run({.jobs = 1, .known_duration = known});
    EXPECT_THAT(started_, ElementsAre("long", "long", "short", "short"));
}

TEST_F(ScheduleTest, ATroubleInTheMiddleOfABatchDoesNotCostTheVerdictsBeforeIt) {
    target_.limit = 10;
    for (const char* id : {"a", "b", "target-throws", "c"}) add(id);
    run({.jobs = 1});
    EXPECT_EQ(target_.batches, 1);
    EXPECT_EQ(verdict("a"), Verdict::Pass);
    EXPECT_EQ(verdict("b"), Verdict::Pass);
    EXPECT_EQ(verdict("target-throws"), Verdict::Error);
    EXPECT_EQ(verdict("c"), Verdict::Error);
}

TEST_F(ScheduleTest, OneWorkerTakesAllThatABatchHolds) {
    target_.limit = 10;
    for (int i = 0; i < 25; ++i) add("job" + std::to_string(i));
    run({.jobs = 1});
    EXPECT_EQ(target_.batches, 3);
    EXPECT_EQ(results_.size(), 25U);
}

TEST_F(ScheduleTest, LongJobsAreSharedAmongTheWorkersInsteadOfFillingOneBatch) {
    target_.limit = 100;
    for (int i = 0; i < 16; ++i) add("long" + std::to_string(i));
    ScheduleOptions options{.jobs = 2};
    options.known_duration = [](const Job&) { return KnownDuration{milliseconds(400), milliseconds(400)}; };
    run(std::move(options));
    // Halves of halves: 4, 3, 3, 2 and single pairs; never all 16 for one worker.
    EXPECT_GE(target_.batches, 4);
    EXPECT_LE(target_.batches, 8);
    EXPECT_EQ(target_.most_running, 2);
    EXPECT_EQ(results_.size(), 16U);
}

/// While much is left in all, a target's machine starts once for all that it has.
TEST_F(ScheduleTest, ATargetsPartIsMeasuredByAllThatIsLeft) {
    target_.limit = 100;
    for (int i = 0; i < 8; ++i) add("mine" + std::to_string(i));
    for (int i = 0; i < 100; ++i) add("other" + std::to_string(i), {}, "u");
    ScheduleOptions options{.jobs = 2};
    options.known_duration = [](const Job& job) {
        const milliseconds time(job.test->id.starts_with("mine") ? 300 : 200);
        return KnownDuration{time, time};
    };
    run(std::move(options));
    EXPECT_EQ(target_.batches, 1);
    EXPECT_GE(other_.batches, 4);
    EXPECT_EQ(results_.size(), 108U);
}

/// Preparing a long batch does not keep what runs from being read.
TEST_F(ScheduleTest, WhatRunsIsLookedAfterWhileABatchIsPrepared) {
    target_.limit = 1000;
    for (int i = 0; i < 30; ++i) add("slow-to-prepare" + std::to_string(i));
    std::map<std::string, Target*> targets{{"t", &target_}};
    JobRunner runner(artifacts_, expectations_, targets, fakes::simple_rules(), {});
    Schedule schedule(runner, {.jobs = 1, .batch_limit = [](const std::string&) { return 1000; }});
    boost::asio::io_context loop;
    boost::asio::co_spawn(loop,
                          schedule.run(
                              jobs_, [](const JobResult&) {}, [](const Job&) {}),
                          boost::asio::detached);
    int turns = 0;
    const std::function<void()> turn = [&] {
        if (target_.batches > 0) return;
        ++turns;
        boost::asio::post(loop, turn);
    };
    boost::asio::post(loop, turn);
    artifacts_.takes = milliseconds(1);
    loop.run_for(std::chrono::seconds(20));
    EXPECT_EQ(target_.batches, 1);
    EXPECT_GE(turns, 5) << "of 30 ms the loop got none to itself";
}

TEST_F(ScheduleTest, KeepsAllWorkersBusyButNotMore) {
    for (int i = 0; i < 12; ++i) add("job" + std::to_string(i));
    run({.jobs = 3});
    EXPECT_EQ(target_.most_running, 3);
    EXPECT_EQ(results_.size(), 12U);
}

TEST_F(ScheduleTest, ExclusiveJobsNeverOverlapAndDoNotStopTheOthers) {
    for (int i = 0; i < 6; ++i) add("udp" + std::to_string(i), "udp-port");
    for (int i = 0; i < 6; ++i) add("job" + std::to_string(i));
    run({.jobs = 3});
    EXPECT_EQ(target_.most_exclusive, 1);
    EXPECT_GT(target_.most_running, 1);
    EXPECT_EQ(results_.size(), 12U);
}

TEST_F(ScheduleTest, LongestKnownJobsGoFirst) {
    for (const char* id : {"unknown", "short", "long"}) add(id);
    ScheduleOptions options{.jobs = 1};
    options.known_duration = [](const Job& job) -> std::optional<KnownDuration> {
        if (job.test->id == "short") return KnownDuration{milliseconds(5), milliseconds(5)};
        if (job.test->id == "long") return KnownDuration{milliseconds(50), milliseconds(50)};
        return std::nullopt;
    };
    run(std::move(options));
    EXPECT_THAT(target_.order, ElementsAre("long", "short", "unknown"));
}

TEST_F(ScheduleTest, JobsThatSleepRunOnTopOfTheWorkers) {
    for (int i = 0; i < 4; ++i) add("sleeper" + std::to_string(i));
    for (int i = 0; i < 4; ++i) add("busy" + std::to_string(i));
    target_.duration = milliseconds(20);
    ScheduleOptions options{.jobs = 1, .sleepers = 2};
    options.known_duration = [](const Job& job) -> std::optional<KnownDuration> {
        if (job.test->id.starts_with("sleeper")) return KnownDuration{milliseconds(500), milliseconds(1)};
        return KnownDuration{milliseconds(500), milliseconds(500)};
    };
    run(std::move(options));
    EXPECT_EQ(target_.most_running, 3);
}

TEST_F(ScheduleTest, StopKeepsWhatIsReachedAndEndsSoon) {
    for (int i = 0; i < 50; ++i) add("job" + std::to_string(i));
    target_.duration = milliseconds(10);
    run({.jobs = 2}, milliseconds(100));
    EXPECT_GT(results_.size(), 2U);
    EXPECT_LT(results_.size(), 40U);
    for (const auto& [id, result] : results_) EXPECT_EQ(result.judgement.verdict, Verdict::Pass) << id;
}

}  // namespace
}  // namespace harness
