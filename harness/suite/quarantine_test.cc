#include "harness/suite/quarantine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace harness {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using namespace std::chrono_literals;

constexpr std::chrono::year_month_day kToday = 2026y / 11 / 26;

Quarantine read(std::string_view text) {
    Quarantine quarantine(kToday);
    const auto added = quarantine.add_text(text, "q.toml");
    EXPECT_TRUE(added) << (added ? "" : added.error().text());
    return quarantine;
}

std::string refusal(std::string_view text) {
    Quarantine quarantine(kToday);
    const auto added = quarantine.add_text(text, "q.toml");
    return added ? "accepted" : added.error().text();
}

std::string entry(std::string_view more, std::string_view expires = "2026-12-31") {
    return "[[quarantine]]\ntest = \"extmod/asyncio_*.py\"\nreason = \"races\"\nexpires = " +
           std::string(expires) + "\n" + std::string(more) + "\n";
}

JobResult result(Verdict verdict, const std::string& id = "extmod/asyncio_wait.py",
                 const std::string& target = "unix-x64", Emitter emitter = Emitter::Native) {
    auto test = std::make_shared<Test>();
    test->suite = "micropython";
    test->id = id;
    JobResult made;
    made.job.test = test;
    made.job.target = target;
    made.job.emitter = emitter;
    made.judgement.verdict = verdict;
    return made;
}

TEST(Quarantine, CoversAnyFailureOfItsJobsAndNoOthers) {
    const Quarantine quarantine =
        read(entry("target = \"unix-*\"\nemitter = \"native\"\nsuite = \"micropython\""));
    for (const Verdict verdict : {Verdict::Fail, Verdict::Crash, Verdict::Timeout, Verdict::Pass}) {
        const auto note = quarantine.look_up(result(verdict));
        ASSERT_TRUE(note);
        EXPECT_EQ(note->reason, "races");
        EXPECT_EQ(note->entry, "q.toml:1");
        EXPECT_EQ(note->expires, "2026-12-31");
    }
    for (const Verdict verdict : {Verdict::Error, Verdict::Skip, Verdict::Unsupported, Verdict::Checked})
        EXPECT_FALSE(quarantine.look_up(result(verdict)));
    EXPECT_FALSE(quarantine.look_up(result(Verdict::Fail, "extmod/re1.py")));
    EXPECT_FALSE(quarantine.look_up(result(Verdict::Fail, "extmod/asyncio_wait.py", "pc-i386")));
    EXPECT_FALSE(
        quarantine.look_up(result(Verdict::Fail, "extmod/asyncio_wait.py", "unix-x64", Emitter::Bytecode)));
}

TEST(Quarantine, AFailureInItDoesNotFailTheRun) {
    JobResult failed = result(Verdict::Fail);
    EXPECT_TRUE(failed.fails_the_run());
    failed.quarantine = read(entry("")).look_up(failed);
    EXPECT_FALSE(failed.fails_the_run());
    EXPECT_TRUE(failed.is_failure());
}

TEST(Quarantine, HoldsOnItsLastDayAndNotBehindIt) {
    EXPECT_TRUE(read(entry("", "2026-11-26")).look_up(result(Verdict::Fail)));
    EXPECT_TRUE(read(entry("", "2026-11-26")).expired().empty());
    const Quarantine expired = read(entry("", "2026-11-25"));
    EXPECT_FALSE(expired.look_up(result(Verdict::Fail)));
    EXPECT_THAT(expired.expired(),
                ElementsAre(HasSubstr(
                    "q.toml:1: the quarantine of extmod/asyncio_*.py ended on 2026-11-25 (races)")));
}

TEST(Quarantine, RefusesWhatItDoesNotKnow) {
    EXPECT_EQ(refusal(entry("")), "accepted");
    EXPECT_THAT(refusal(entry("expiry = 1")), HasSubstr("q.toml:5: the key 'expiry' is not known"));
    EXPECT_THAT(refusal(entry("emitter = \"turbo\"")), HasSubstr("q.toml:5: emitter = 'turbo' is not known"));
    EXPECT_THAT(refusal(entry("suite = \"mine\"")), HasSubstr("suite = 'mine' is not known"));
    EXPECT_THAT(refusal(entry("", "\"2026-12-31\"")), HasSubstr("has to be a date without quotes"));
    EXPECT_THAT(refusal("[[quarantine]]\ntest = \"a\"\nreason = \"b\"\n"), HasSubstr("'expires' is missing"));
    EXPECT_THAT(refusal("[[quarantine]]\ntest = \"a\"\nexpires = 2026-12-31\n"),
                HasSubstr("'reason' is missing"));
    EXPECT_THAT(refusal("[[quarantine]]\nreason = \"b\"\nexpires = 2026-12-31\n"),
                HasSubstr("'test' is missing"));
    EXPECT_THAT(refusal("[[known-failure]]\n"), HasSubstr("the key 'known-failure' is not known here"));
}

TEST(Quarantine, AMissingFileIsTold) {
    Quarantine quarantine(kToday);
    const auto added = quarantine.add_file("/nowhere/q.toml");
    ASSERT_FALSE(added);
    EXPECT_THAT(added.error().text(), HasSubstr("/nowhere/q.toml"));
}

}  // namespace
}  // namespace harness
