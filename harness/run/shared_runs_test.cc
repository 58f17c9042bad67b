// Jobs that load the same octets share one run; each is judged and reported by itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <map>

#include "harness/run/fakes.h"
#include "harness/run/schedule.h"

namespace harness {
namespace {
using fakes::job_for;
using testing::SizeIs;

/// What a compiler makes of a program: the same octets, unless the compiler's name is "other".
class CompilersThatAgree : public fakes::FakeArtifacts {
  public:
    boost::asio::awaitable<ArtifactReply> artifact_for(const Job& job) override {
        ArtifactReply reply;
        reply.octets =
            std::make_shared<const std::string>(job.compiler == "other" ? "other octets" : "octets");
        if (job.test->id == "helped")
            reply.modules.emplace_back("helper.mpy", std::make_shared<const std::string>(job.compiler));
        co_return reply;
    }
};

class SharedRunsTest : public testing::Test {
  protected:
    void add(const std::string& id, const std::string& compiler, Emitter emitter = Emitter::Native,
             const std::string& exclusive = {}) {
        auto& test = tests_[id];
        Job job = job_for(id, "t", exclusive);
        if (!test) test = job.test;
        job.test = test;
        job.compiler = compiler;
        job.emitter = emitter;
        jobs_.push_back(std::move(job));
    }
    void run(JobRunner& runner, unsigned workers = 1) {
        ScheduleOptions options{.jobs = workers};
        options.batch_limit = [this](const std::string&) { return target_.limit; };
        Schedule schedule(runner, std::move(options));
        boost::asio::io_context loop;
        boost::asio::co_spawn(
            loop,
            schedule.run(
                jobs_, [this](JobResult result) { results_[result.job.key()].push_back(std::move(result)); },
                [](const Job&) {}),
            [](std::exception_ptr thrown) { EXPECT_FALSE(thrown); });
        loop.run_for(std::chrono::seconds(20));
        EXPECT_TRUE(loop.stopped());
    }
    JobRunner runner(JobLimits limits = {}, JudgeRules rules = fakes::simple_rules()) {
        return {artifacts_, expectations_, {{"t", &target_}}, std::move(rules), limits};
    }
    [[nodiscard]] int shared() const {
        int count = 0;
        for (const auto& [key, all] : results_)
            for (const JobResult& result : all) count += result.outcome_of.empty() ? 0 : 1;
        return count;
    }

    CompilersThatAgree artifacts_;
    fakes::FakeExpectations expectations_;
    fakes::FakeTarget target_{"t"};
    std::map<std::string, std::shared_ptr<const harness::Test>> tests_;
    std::vector<Job> jobs_;
    std::map<std::string, std::vector<JobResult>> results_;
};

TEST_F(SharedRunsTest, OneRunForTwoCompilersThatMakeTheSameOctets) {
    for (const unsigned workers : {1U, 2U}) {
        results_.clear();
        jobs_.clear();
        target_.order.clear();
        for (int i = 0; i < 5; ++i)
            for (const char* compiler : {"old", "new", "other"}) add("test" + std::to_string(i), compiler);
        JobRunner jobs = runner();
        run(jobs, workers);
        EXPECT_THAT(target_.order, SizeIs(10)) << workers;
        EXPECT_THAT(results_, SizeIs(15));
        for (const auto& [key, all] : results_) {
            ASSERT_THAT(all, SizeIs(1)) << key;
            EXPECT_EQ(all.front().judgement.verdict, Verdict::Pass) << key;
            if (!all.front().outcome_of.empty()) {
                EXPECT_TRUE(results_.contains(all.front().outcome_of));
            }
        }
        EXPECT_EQ(shared(), 5);
    }
}

TEST_F(SharedRunsTest, ABatchMayHoldBothOrEachItsOwn) {
    for (const std::size_t limit : {1U, 2U, 100U}) {
        results_.clear();
        jobs_.clear();
        target_.order.clear();
        target_.limit = limit;
        for (int i = 0; i < 7; ++i)
            for (const char* compiler : {"old", "new"}) add("test" + std::to_string(i), compiler);
        JobRunner jobs = runner();
        run(jobs, 3);
        EXPECT_THAT(target_.order, SizeIs(7)) << limit;
        EXPECT_THAT(results_, SizeIs(14)) << limit;
    }
}

TEST_F(SharedRunsTest, OtherHelpersEmittersOrAnExclusiveKeyAreRunsOfTheirOwn) {
    add("helped", "old");
    add("helped", "new");
    add("emitted", "old", Emitter::Native);
    add("emitted", "old", Emitter::Bytecode);
    add("alone", "old", Emitter::Native, "port");
    add("alone", "new", Emitter::Native, "port");
    JobRunner jobs = runner();
    run(jobs);
    EXPECT_THAT(target_.order, SizeIs(6));
    EXPECT_EQ(shared(), 0);
}

TEST_F(SharedRunsTest, EachIsJudgedByItsOwnRules) {
    add("hangs", "old");
    add("hangs", "new");
    JudgeRules rules = fakes::simple_rules();
    rules.annotate = [](JobResult& result) { result.repeat_command = result.job.compiler; };
    JobRunner jobs = runner({}, rules);
    run(jobs);
    EXPECT_THAT(target_.order, SizeIs(1));
    for (const auto& [key, all] : results_) {
        EXPECT_EQ(all.front().judgement.verdict, Verdict::Timeout);
        EXPECT_EQ(all.front().repeat_command, all.front().job.compiler);
    }
}

TEST_F(SharedRunsTest, ARunThatTheHarnessCouldNotMakeIsNotKept) {
    target_.limit = 1;
    add("target-forgets", "old");
    add("target-forgets", "new");
    JobRunner jobs = runner();
    run(jobs);
    EXPECT_THAT(target_.order, SizeIs(2));
    for (const auto& [key, all] : results_) EXPECT_EQ(all.front().judgement.verdict, Verdict::Error);
}

TEST_F(SharedRunsTest, RepeatedJobsAndSeparateRunsAreRunAnew) {
    add("test", "old");
    add("test", "new");
    JobRunner jobs = runner();
    run(jobs);
    EXPECT_THAT(target_.order, SizeIs(1));
    jobs.forget_runs();
    run(jobs);
    EXPECT_THAT(target_.order, SizeIs(2));
    JobLimits separate;
    separate.share_runs = false;
    JobRunner each = runner(separate);
    run(each);
    EXPECT_THAT(target_.order, SizeIs(4));
}

}  // namespace
}  // namespace harness
