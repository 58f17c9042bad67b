#include "harness/model/words.h"

#include <gtest/gtest.h>

#include <csignal>

#include "harness/model/job.h"

namespace harness {
namespace {

TEST(Words, EveryEmitterAndVerdictIsFoundByItsWord) {
    for (const Emitter emitter : kEmitters) EXPECT_EQ(emitter_named(word(emitter)), emitter);
    for (const Verdict verdict : kVerdicts) EXPECT_EQ(verdict_named(word(verdict)), verdict);
    EXPECT_FALSE(emitter_named("asm"));
    EXPECT_FALSE(verdict_named(""));
}

TEST(Words, OnlyFailCrashAndTimeoutSayThatTheSubjectIsBroken) {
    for (const Verdict verdict : kVerdicts)
        EXPECT_EQ(counts_as_failure(verdict),
                  verdict == Verdict::Fail || verdict == Verdict::Crash || verdict == Verdict::Timeout)
            << word(verdict);
}

TEST(Signals, HaveTheNamesThatPeopleKnow) {
    EXPECT_EQ(signal_name(SIGSEGV), "SIGSEGV");
    EXPECT_EQ(signal_named("SIGBUS"), SIGBUS);
    EXPECT_EQ(signal_name(1000), "signal 1000");
    EXPECT_FALSE(signal_named("SEGV"));
    EXPECT_FALSE(signal_named("SIGNONE"));
}

JobResult result_with(Verdict verdict) {
    JobResult result;
    result.judgement.verdict = verdict;
    return result;
}

TEST(JobResult, AKnownFailureThatChangedOrWentAwayFailsTheRun) {
    using State = KnownFailureNote::State;
    JobResult result = result_with(Verdict::Fail);
    result.known_failure = KnownFailureNote{State::Matches, "reason", "file:1"};
    EXPECT_FALSE(result.fails_the_run());
    result.known_failure->state = State::Changed;
    EXPECT_TRUE(result.fails_the_run());
    result = result_with(Verdict::Pass);
    result.known_failure = KnownFailureNote{State::Gone, "reason", "file:1"};
    EXPECT_TRUE(result.fails_the_run());
}

}  // namespace
}  // namespace harness
