#include "harness/report/shard_merge.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>

#include "harness/report/file_report.h"
#include "harness/report/fixture.h"

namespace harness {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// The finished run cut into `count` shards, every test in one of them.
std::vector<ShardReport> shards(unsigned count) {
    fixture::FakeTerminal terminal;
    const RunRecord run = fixture::run(terminal)->record();
    std::map<std::string, std::size_t> homes;
    const auto home = [&](const Job& job) {
        return homes.try_emplace(job.test->suite + ":" + job.test->id, homes.size() % count).first->second;
    };
    std::vector<ShardReport> parts(count);
    for (unsigned i = 0; i < count; ++i) {
        parts[i].file = fmt::format("{}.json", i + 1);
        parts[i].record.plan.environment = run.plan.environment;
        parts[i].record.plan.expired_quarantine = run.plan.expired_quarantine;
        parts[i].record.plan.shard = fmt::format("{}/{}", i + 1, count);
        parts[i].record.facts = run.facts;
        parts[i].record.facts.wall = std::chrono::seconds(i + 1);
    }
    for (const RecordedResult& result : run.results)
        parts[home(result.result.job)].record.results.push_back(result);
    for (const PlannedJob& job : run.plan.jobs) parts[home(job.job)].record.plan.jobs.push_back(job);
    for (const DroppedJob& job : run.plan.dropped) parts[home(job.job)].record.plan.dropped.push_back(job);
    for (const auto& [test, index] : homes) ++parts[index].record.plan.tests;
    for (ShardReport& part : parts) {
        part.record.plan.whole =
            WholePlan{homes.size(), run.plan.jobs.size(), run.plan.dropped.size(), "0123"};
        part.record.totals = totals_of(part.record.plan, part.record.results);
    }
    return parts;
}

std::string refusal(std::vector<ShardReport> parts) {
    const auto merged = merge_shards(std::move(parts), "merge");
    return merged ? "accepted" : merged.error().text();
}

TEST(ShardMerge, GivesTheReportOfTheWholeRun) {
    fixture::FakeTerminal terminal;
    const RunRecord run = fixture::run(terminal)->record();
    std::vector<ShardReport> parts = shards(3);
    std::swap(parts[0], parts[2]);
    const auto merged = merge_shards(std::move(parts), "merge");
    ASSERT_TRUE(merged) << merged.error().text();
    EXPECT_EQ(merged->facts.wall, std::chrono::seconds(3));
    EXPECT_THAT(merged->facts.notes, ElementsAre(HasSubstr("shard 1/3: the artifact"),
                                                 HasSubstr("shard 2/3: "), HasSubstr("shard 3/3: ")));
    EXPECT_EQ(merged->facts.machines.at("mps2-an385").boots, 6U);
    // All but what a merged run measures otherwise is the same text.
    RunRecord same = *merged;
    same.facts = run.facts;
    same.plan.tests = run.plan.tests;
    same.plan.workers = run.plan.workers;
    same.plan.command_line = run.plan.command_line;
    EXPECT_EQ(json_report(same), json_report(run));
    EXPECT_EQ(console_summary(same, 160, false, 100), console_summary(run, 160, false, 100));
}

TEST(ShardMerge, RefusesAShardThatIsMissingTwiceOrNone) {
    std::vector<ShardReport> parts = shards(3);
    parts.erase(parts.begin() + 1);
    EXPECT_THAT(refusal(parts), HasSubstr("missing: 2/3"));
    parts.push_back(parts.front());
    parts.back().file = "again.json";
    EXPECT_THAT(refusal(parts), HasSubstr("shard 1/3 is there twice: 1.json and again.json"));
    parts = shards(2);
    parts[1].record.plan.shard.clear();
    EXPECT_THAT(refusal(parts), HasSubstr("2.json is no report of a shard"));
    parts[1].record.plan.shard = "2/3";
    EXPECT_THAT(refusal(parts), HasSubstr("parts of different runs"));
    EXPECT_THAT(refusal({}), HasSubstr("no report to merge"));
}

TEST(ShardMerge, RefusesOtherVersionsAndOtherPlans) {
    std::vector<ShardReport> parts = shards(2);
    parts[1].record.plan.environment.compilers[0].hash = "ffff";
    EXPECT_THAT(refusal(parts), HasSubstr("different versions, compiler mpy-cross-1.25.0"));
    parts = shards(2);
    parts[1].record.plan.environment.compilers[0].path = "/elsewhere/mpy-cross";
    EXPECT_EQ(refusal(parts), "accepted");
    parts[1].record.plan.environment.targets.pop_back();
    EXPECT_THAT(refusal(parts), HasSubstr("target check-xtensa"));
    parts = shards(2);
    parts[1].record.plan.whole->fingerprint = "4567";
    EXPECT_THAT(refusal(parts), HasSubstr("parts of different plans"));
}

TEST(ShardMerge, RefusesSumsThatAreNotThePlans) {
    std::vector<ShardReport> parts = shards(2);
    parts[1].record.plan.jobs.pop_back();
    EXPECT_THAT(refusal(parts), HasSubstr("not what its run wrote"));
    parts[1].record.plan.jobs.push_back(parts[0].record.plan.jobs.front());
    EXPECT_THAT(refusal(parts), HasSubstr("is in two shards"));
}

TEST(ShardMerge, KeepsThatAShardWasInterrupted) {
    std::vector<ShardReport> parts = shards(2);
    RunRecord& record = parts[1].record;
    record.facts.interrupted = true;
    record.not_run = {record.results.back().result.job.key()};
    record.results.pop_back();
    const auto merged = merge_shards(std::move(parts), "merge");
    ASSERT_TRUE(merged) << merged.error().text();
    EXPECT_TRUE(merged->facts.interrupted);
    EXPECT_EQ(merged->not_run.size(), 1U);
    EXPECT_EQ(merged->totals.finished + 1, merged->totals.planned);
}

}  // namespace
}  // namespace harness
