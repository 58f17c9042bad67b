#include "harness/run/verdict_history.h"

#include <gmock/gmock.h>

#include "harness/base/files.h"
#include "harness/run/fakes.h"

namespace harness {
namespace {

using ::testing::HasSubstr;
using Clock = std::chrono::system_clock;
using std::chrono::hours;
using std::chrono::milliseconds;

const Clock::time_point kStart = Clock::time_point(hours(24) * 20'000);

class VerdictHistoryTest : public testing::Test {
  protected:
    void SetUp() override {
        auto folder = TemporaryDirectory::create("verdicts-test-");
        ASSERT_TRUE(folder);
        folder_.emplace(std::move(*folder));
    }
    [[nodiscard]] std::filesystem::path file() const { return folder_->path() / "cache" / "history.sqlite"; }

    static JobResult result(const std::string& id, Verdict verdict) {
        JobResult made;
        made.job = fakes::job_for(id, "unix-x64");
        made.judgement.verdict = verdict;
        made.outcome.wall = milliseconds(7);
        return made;
    }
    void run(const std::vector<JobResult>& results, Clock::time_point at) {
        auto history = VerdictHistory::open(file());
        ASSERT_TRUE(history) << history.error().text();
        for (const JobResult& one : results) history->note(one);
        const auto saved = history->save(at);
        ASSERT_TRUE(saved) << saved.error().text();
    }
    std::vector<JobHistory> jobs() {
        auto read = read_job_histories(file(), Recent::With);
        EXPECT_TRUE(read) << read.error().text();
        return read ? *read : std::vector<JobHistory>();
    }

    std::optional<TemporaryDirectory> folder_;
};

TEST_F(VerdictHistoryTest, KeepsVerdictsFlakesAndSums) {
    JobResult flaky = result("b", Verdict::Fail);
    flaky.flaky = "passed when it was repeated alone, attempt 1";
    run({result("a", Verdict::Pass), flaky}, kStart);
    run({result("a", Verdict::Crash), result("b", Verdict::Pass)}, kStart + hours(1));
    const auto all = jobs();
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].test, "a");
    EXPECT_EQ(all[0].suite, "fake");
    EXPECT_EQ(all[0].target, "unix-x64");
    EXPECT_EQ(all[0].runs, 2U);
    EXPECT_EQ(all[0].failures, 1U);
    EXPECT_EQ(all[0].flakes, 0U);
    EXPECT_EQ(all[0].last.verdict, Verdict::Crash);
    ASSERT_EQ(all[0].recent.size(), 2U);
    EXPECT_EQ(all[0].recent[0].verdict, Verdict::Crash);
    EXPECT_EQ(all[0].recent[0].at, kStart + hours(1));
    EXPECT_EQ(all[0].recent[1].verdict, Verdict::Pass);
    EXPECT_EQ(all[0].recent[1].wall, milliseconds(7));
    EXPECT_EQ(all[1].flakes, 1U);
    EXPECT_TRUE(all[1].recent[1].flaky);
    EXPECT_FALSE(all[1].recent[0].flaky);
}

TEST_F(VerdictHistoryTest, KnowsWhatFailedLastTime) {
    JobResult flaky = result("flaky", Verdict::Fail);
    flaky.flaky = "it happens";
    JobResult known = result("known", Verdict::Fail);
    known.known_failure = KnownFailureNote{KnownFailureNote::State::Matches, "reason", "k.toml:1"};
    JobResult quarantined = result("quarantined", Verdict::Fail);
    quarantined.quarantine = QuarantineNote{"reason", "q.toml:1", "2026-12-31"};
    run({result("a", Verdict::Fail), result("b", Verdict::Fail), flaky, known, quarantined}, kStart);
    run({result("b", Verdict::Pass)}, kStart + hours(1));
    const auto history = VerdictHistory::open(file());
    ASSERT_TRUE(history);
    const auto failed = [&](const char* id) {
        return history->failed_last_time(fakes::job_for(id, "unix-x64").key());
    };
    EXPECT_TRUE(failed("a"));
    EXPECT_FALSE(failed("b"));
    EXPECT_FALSE(failed("flaky"));
    EXPECT_FALSE(failed("known"));
    EXPECT_TRUE(failed("quarantined"));
    EXPECT_FALSE(failed("never-ran"));
}

TEST_F(VerdictHistoryTest, WhatDidNotRunIsNoRun) {
    run({result("a", Verdict::Skip), result("b", Verdict::Error), result("c", Verdict::Checked),
         result("d", Verdict::Unsupported)},
        kStart);
    EXPECT_TRUE(jobs().empty());
}

TEST_F(VerdictHistoryTest, IsBounded) {
    for (int i = 0; i < 50; ++i)
        run({result("a", i % 2 == 0 ? Verdict::Pass : Verdict::Fail)}, kStart + hours(i));
    auto all = jobs();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].runs, 50U);
    EXPECT_EQ(all[0].failures, 25U);
    ASSERT_EQ(all[0].recent.size(), kKeptVerdicts);
    for (std::size_t i = 0; i < kKeptVerdicts; ++i)
        EXPECT_EQ(all[0].recent[i].at, kStart + hours(49 - static_cast<int>(i)));
    // Half a year later the job is forgotten when another one is written.
    run({result("b", Verdict::Pass)}, kStart + hours(24 * 200));
    all = jobs();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].test, "b");
}

TEST_F(VerdictHistoryTest, ADamagedFileIsSaidAndNamedAndAMissingOneIsEmpty) {
    EXPECT_TRUE(jobs().empty());
    EXPECT_FALSE(std::filesystem::exists(file()));
    ASSERT_TRUE(write_file_atomically(file(), std::string(4096, 'x')));
    const auto history = VerdictHistory::open(file());
    ASSERT_FALSE(history);
    EXPECT_THAT(history.error().message, HasSubstr("history.sqlite"));
    EXPECT_FALSE(read_job_histories(file(), Recent::Without));
}

}  // namespace
}  // namespace harness
