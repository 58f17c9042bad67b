#include "harness/run/shard.h"

#include <gmock/gmock.h>

#include "harness/run/fakes.h"

namespace harness {
namespace {

using ::testing::HasSubstr;

Plan plan_of(int tests) {
    Plan plan;
    for (int i = 0; i < tests; ++i) {
        const Job job = fakes::job_for("basics/t" + std::to_string(i) + ".py", "unix-x64");
        plan.jobs.push_back(job);
        Job other = job;
        other.target = "unix-x86";
        plan.jobs.push_back(other);
        other.target = "unix-armel";
        plan.dropped.push_back({other, Verdict::Skip, "slow"});
    }
    return plan;
}

TEST(Shard, EachTestIsInExactlyOneWithAllItsJobs) {
    std::map<std::string, unsigned> homes;
    std::size_t jobs = 0;
    std::size_t dropped = 0;
    for (unsigned index = 1; index <= 4; ++index) {
        Plan plan = plan_of(400);
        const WholePlan whole = keep_shard(plan, Shard{index, 4});
        EXPECT_EQ(whole.tests, 400U);
        EXPECT_EQ(whole.jobs, 800U);
        EXPECT_EQ(whole.dropped, 400U);
        // Near enough to a quarter that no machine waits long for the others.
        EXPECT_GT(plan.jobs.size(), 150U);
        EXPECT_LT(plan.jobs.size(), 250U);
        EXPECT_EQ(plan.jobs.size(), 2 * plan.dropped.size());
        jobs += plan.jobs.size();
        dropped += plan.dropped.size();
        for (const Job& job : plan.jobs)
            EXPECT_EQ(homes.try_emplace(job.test->id, index).first->second, index) << job.test->id;
    }
    EXPECT_EQ(jobs, 800U);
    EXPECT_EQ(dropped, 400U);
}

TEST(Shard, DoesNotDependOnWhatElseIsInThePlan) {
    Plan small = plan_of(20);
    Plan large = plan_of(200);
    std::ranges::reverse(large.jobs);
    keep_shard(small, Shard{2, 3});
    keep_shard(large, Shard{2, 3});
    for (const Job& job : small.jobs)
        EXPECT_TRUE(std::ranges::any_of(large.jobs, [&](const Job& one) { return one.key() == job.key(); }));
    // Fixed: reports of two versions of the program on two machines have to fit together.
    EXPECT_TRUE((Shard{1, 1}.holds(*fakes::job_for("x", "t").test)));
    std::string homes;
    for (const char* id : {"a", "b", "c", "d", "e", "f", "g", "h"})
        for (unsigned index = 1; index <= 4; ++index)
            if (Shard{index, 4}.holds(*fakes::job_for(id, "t").test)) homes += std::to_string(index);
    EXPECT_EQ(homes, "41122142");
}

TEST(Shard, TheFingerprintIsThatOfThePlanAndNotOfItsOrder) {
    Plan first = plan_of(20);
    Plan second = plan_of(20);
    std::ranges::reverse(second.jobs);
    EXPECT_EQ(keep_shard(first, Shard{1, 3}), keep_shard(second, Shard{2, 3}));
    Plan other = plan_of(20);
    other.jobs.back().target = "unix-x64-1.29";
    EXPECT_NE(keep_shard(other, Shard{1, 3}).fingerprint,
              keep_shard(second = plan_of(20), Shard{1, 3}).fingerprint);
}

TEST(Shard, RefusesWhatIsNoPartOfAWhole) {
    EXPECT_EQ(Shard::parse("2/4").value().text(), "2/4");
    for (const char* text : {"", "2", "2/", "/4", "0/4", "5/4", "1/0", "-1/4", "1/4x", "1 / 4", "1/2000"}) {
        const auto shard = Shard::parse(text);
        ASSERT_FALSE(shard) << text;
        EXPECT_THAT(shard.error().message, HasSubstr("expected i/n"));
    }
}

}  // namespace
}  // namespace harness
