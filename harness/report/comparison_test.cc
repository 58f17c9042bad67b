#include "harness/report/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/report/fixture.h"
#include "harness/report/markdown.h"

namespace harness {
namespace {

using namespace std::chrono_literals;
using fixture::job;
using fixture::result;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

JobResult native(const std::string& id, Verdict verdict, std::string reason = {},
                 const std::string& target = "unix-x64") {
    return result(job(id, Emitter::Native, target), verdict, Stage::Run, std::move(reason));
}

RunRecord record(std::vector<JobResult> results) {
    RunRecord made;
    for (JobResult& one : results) {
        made.plan.jobs.push_back({one.job, {}});
        made.results.push_back(recorded(std::move(one)));
    }
    for (const char* name : {"unix-x64", "board"}) {
        TargetSummary target;
        target.description.name = name;
        made.plan.environment.targets.push_back(target);
    }
    made.facts.wall = 12s;
    return made;
}

Comparison compared(const RunRecord& before, const RunRecord& after) {
    return compare_runs({"before", &before, {}, 3s}, {"after", &after, {}, 4s});
}

std::vector<std::string> ids(const std::vector<JobChange>& changes) {
    std::vector<std::string> names;
    for (const JobChange& change : changes) names.push_back(change.job.test->id);
    return names;
}

TEST(Comparison, SortsJobsByWhatBecameOfThem) {
    const RunRecord before =
        record({native("good.py", Verdict::Pass), native("breaks.py", Verdict::Pass),
                native("mended.py", Verdict::Fail, "output differs at line 1"),
                native("worse.py", Verdict::Fail, "output differs at line 1"),
                native("still.py", Verdict::Crash, "at 0x1000"),
                native("off.py", Verdict::Skip, "no emitter"), native("left.py", Verdict::Pass)});
    const RunRecord after =
        record({native("good.py", Verdict::Pass), native("breaks.py", Verdict::Timeout),
                native("mended.py", Verdict::Pass), native("worse.py", Verdict::Crash),
                native("still.py", Verdict::Crash, "at 0x2004"), native("off.py", Verdict::Skip, "no loader"),
                native("left.py", Verdict::Skip, "no emitter"), native("new-bad.py", Verdict::Fail, "x"),
                native("new-good.py", Verdict::Pass)});
    const Comparison comparison = compared(before, after);
    EXPECT_THAT(ids(comparison.newly_failing), ElementsAre("breaks.py", "new-bad.py"));
    EXPECT_THAT(ids(comparison.newly_passing), ElementsAre("mended.py"));
    EXPECT_THAT(ids(comparison.other), ElementsAre("left.py", "worse.py"));
    EXPECT_EQ(comparison.unchanged, 3U) << "an address that moved and another reason to skip are no change";
    EXPECT_EQ(comparison.added, 1U);
    EXPECT_TRUE(comparison.is_worse());
    EXPECT_EQ(comparison.newly_failing[0].before, "pass");
    EXPECT_EQ(comparison.newly_failing[1].before, "not in the run");
    EXPECT_EQ(comparison.newly_failing[1].after, "fail: x");
}

TEST(Comparison, KnownFailuresAreComparedByHowTheyEnded) {
    JobResult known = native("known.py", Verdict::Fail, "wrong");
    known.known_failure = KnownFailureNote{KnownFailureNote::State::Matches, "", ""};
    JobResult gone = native("known.py", Verdict::Pass);
    gone.known_failure = KnownFailureNote{KnownFailureNote::State::Gone, "", ""};
    EXPECT_EQ(compared(record({known}), record({known})).unchanged, 1U);
    const RunRecord before = record({known});
    const RunRecord after = record({gone});
    EXPECT_THAT(ids(compared(before, after).newly_passing), ElementsAre("known.py"));
    EXPECT_THAT(ids(compared(after, before).newly_failing), ElementsAre("known.py"));
}

TEST(Comparison, FlakyAndUntoldJobsBlameNobody) {
    JobResult flaky = native("flaky.py", Verdict::Fail, "late");
    flaky.flaky = "passed when it was repeated";
    const RunRecord before = record({native("flaky.py", Verdict::Pass), native("untold.py", Verdict::Pass),
                                     native("told.py", Verdict::Error, "no emulator")});
    const RunRecord after = record({flaky, native("untold.py", Verdict::Error, "no emulator"),
                                    native("told.py", Verdict::Fail, "wrong")});
    const Comparison comparison = compared(before, after);
    EXPECT_EQ(comparison.flaky, 1U);
    EXPECT_FALSE(comparison.is_worse());
    EXPECT_THAT(ids(comparison.other), ElementsAre("told.py", "untold.py"));
}

TEST(Comparison, ALostTargetIsOneLineAndIsWorse) {
    const RunRecord before =
        record({native("a.py", Verdict::Pass, "", "board"), native("b.py", Verdict::Fail, "x", "board")});
    RunRecord after = record({native("a.py", Verdict::Checked, "", "check-x64")});
    after.plan.environment.targets[1].description.unavailable = "the firmware could not be built";
    const Comparison comparison = compared(before, after);
    ASSERT_EQ(comparison.lost.size(), 1U);
    EXPECT_EQ(comparison.lost[0].target, "board");
    EXPECT_EQ(comparison.removed, 2U);
    EXPECT_TRUE(comparison.newly_failing.empty());
    EXPECT_TRUE(comparison.is_worse());
    const Comparison back = compared(after, before);
    EXPECT_EQ(back.gained.size(), 1U);
    EXPECT_FALSE(back.is_worse()) << "nobody knows what the base would have done there";
}

TEST(Comparison, AddsUpSizesOnceForEachArtifact) {
    JobResult small = native("a.py", Verdict::Pass);
    JobResult same = native("b.py", Verdict::Pass);
    JobResult other_target = native("a.py", Verdict::Pass, "", "board");
    const RunRecord before = record({small, same, other_target});
    small.artifact_bytes = other_target.artifact_bytes = 330;
    const RunRecord after = record({small, same, other_target});
    ComparedRun base{"before", &before, {{"board", {100, 2, 3}}}, 0s};
    ComparedRun head{"after", &after, {{"board", {110, 2, 3}}, {"other", {}}}, 0s};
    const Comparison comparison = compare_runs(base, head);
    ASSERT_EQ(comparison.artifacts.size(), 1U);
    EXPECT_EQ(comparison.artifacts[0].files, 2U);
    EXPECT_EQ(comparison.artifacts[0].changed, 1U);
    EXPECT_EQ(comparison.artifacts[0].octets, (SizeChange{600, 630}));
    ASSERT_EQ(comparison.biggest.size(), 1U);
    EXPECT_EQ(comparison.biggest[0].test, "micropython:a.py");
    ASSERT_EQ(comparison.images.size(), 1U);
    EXPECT_FALSE(comparison.is_worse()) << "growing is told, not judged";
    EXPECT_THAT(comparison_text(comparison), HasSubstr("board: text 100 → 110 (+10, +10.00 %)"));
}

TEST(Comparison, IsWrittenInThreeForms) {
    const RunRecord before = record({native("a|b.py", Verdict::Pass)});
    const RunRecord after = record({native("a|b.py", Verdict::Fail, "output <differs>")});
    const Comparison comparison = compared(before, after);
    const std::string text = comparison_text(comparison);
    EXPECT_THAT(text, HasSubstr("Newly failing: 1\n"));
    EXPECT_THAT(text, HasSubstr("./run-tests --via-mpy --emit native --target unix-x64"));
    EXPECT_TRUE(text.ends_with("1 newly failing, 0 newly passing, 0 otherwise changed, 0 unchanged\n"))
        << text;
    const std::string markdown = comparison_markdown(comparison);
    EXPECT_THAT(markdown, HasSubstr("| micropython:a\\|b.py | native | x64 | unix-x64 | pass | "
                                    "fail: output \\<differs\\> |"));
    const auto json = nlohmann::json::parse(comparison_json(comparison));
    EXPECT_EQ(json["newly_failing"][0]["after"], "fail: output <differs>");
    EXPECT_EQ(json["measured"]["building_seconds"]["after"], 4.0);
}

TEST(Comparison, JobsThatDidNotRunAreNotCompared) {
    const RunRecord before = record({native("a.py", Verdict::Pass)});
    RunRecord after = record({});
    after.not_run = {before.results[0].result.job.key()};
    after.facts.interrupted = true;
    const Comparison comparison = compared(before, after);
    EXPECT_TRUE(comparison.other.empty());
    EXPECT_THAT(comparison_text(comparison), HasSubstr("interrupted"));
}

}  // namespace
}  // namespace harness
