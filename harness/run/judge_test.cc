#include "harness/run/judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace harness {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

const harness::Test kPlainTest;

JudgeContext plain() {
    return {kPlainTest};
}
Outcome exited(std::string output, int code = 0) {
    Outcome outcome;
    outcome.ending = Ending::Exited;
    outcome.exit_code = code;
    outcome.output = std::move(output);
    return outcome;
}
Outcome ended(Ending ending, std::string output = {}, std::string trouble = {}) {
    Outcome outcome;
    outcome.ending = ending;
    outcome.output = std::move(output);
    outcome.trouble = std::move(trouble);
    outcome.signal_number = ending == Ending::Signalled ? SIGSEGV : 0;
    outcome.wall = 30s;
    return outcome;
}
Expectation text(std::string expected, Expectation::Kind kind = Expectation::Kind::Text) {
    return {kind, std::move(expected), "CPython 3.11.2"};
}
Judgement judged(const Outcome& outcome, const Expectation& expectation,
                 const JudgeContext& context = plain()) {
    return judge(context, outcome, expectation);
}
Verdict verdict(const Outcome& outcome, std::string expected) {
    return judged(outcome, text(std::move(expected))).verdict;
}
std::string summary(std::string_view result) {
    return ".\n" + std::string(70, '-') + "\nRan 5 tests\n\n" + std::string(result) + "\n";
}

TEST(Judge, EqualOutputPassesAndCountsItsLines) {
    const Judgement judgement = judged(exited("1\n2\n"), text("1\n2\n"));
    EXPECT_EQ(judgement.verdict, Verdict::Pass);
    EXPECT_EQ(judgement.stage, Stage::Run);
    EXPECT_EQ(judgement.reason, "");
    EXPECT_EQ(judgement.cases, 2);
    EXPECT_EQ(judgement.actual, "1\n2\n");
    EXPECT_EQ(judgement.expected, "1\n2\n");
}

TEST(Judge, NewlinesAreNormalisedOnBothSides) {
    EXPECT_EQ(verdict(exited("a\r\nb\r\r\n"), "a\r\nb\n"), Verdict::Pass);
    EXPECT_EQ(verdict(exited("a\rb\n"), "a\nb\n"), Verdict::Fail);
    EXPECT_EQ(normalised_output("\r\r\r\n"), "\n");
    EXPECT_EQ(normalised_expectation("\r\r\n"), "\r\n");
}

TEST(Judge, AMissingFinalNewlineIsADifference) {
    const Judgement judgement = judged(exited("a"), text("a\n"));
    EXPECT_EQ(judgement.verdict, Verdict::Fail);
    EXPECT_EQ(judgement.reason, "output differs at line 1: the newline at its end is missing");
}

TEST(Judge, OnlyExactlySkipSkips) {
    EXPECT_EQ(verdict(exited("SKIP\n"), "x\n"), Verdict::Skip);
    EXPECT_EQ(verdict(exited("SKIP\r\n"), "x\n"), Verdict::Skip);
    EXPECT_EQ(verdict(exited("SKIP"), "x\n"), Verdict::Fail);
    EXPECT_EQ(verdict(exited("a\nSKIP\n"), "x\n"), Verdict::Fail);
    EXPECT_EQ(verdict(exited("SKIP\nSKIP\n"), "x\n"), Verdict::Fail);
    EXPECT_EQ(verdict(exited("SKIP-TOO-LARGE\n"), "x\n"), Verdict::Skip);
    EXPECT_EQ(judged(exited("SKIP\n"), text("")).reason, "SKIP printed");
}

TEST(Judge, SkipWithAnExitStatusIsNoSkip) {
    EXPECT_EQ(verdict(exited("SKIP\n", 3), "x\n"), Verdict::Fail);
    EXPECT_EQ(verdict(ended(Ending::Signalled, "SKIP\n"), "x\n"), Verdict::Crash);
}

TEST(Judge, ACommandLineTestMayHaveWordsAroundItsSkip) {
    harness::Test special;
    special.kind = TestKind::CommandLine;
    EXPECT_EQ(judged(exited("debug\nSKIP\nmore\n"), text("x\n"), {special}).verdict, Verdict::Skip);
    EXPECT_EQ(judged(exited("debug\nSKIP"), text("x\n"), {special}).verdict, Verdict::Fail);
}

TEST(Judge, OfACommandLineTestThatEndsWithAStatusOneWordIsLeft) {
    harness::Test special;
    special.kind = TestKind::CommandLine;
    EXPECT_EQ(judged(exited("gone\n", 3), text("CRASH"), {special}).verdict, Verdict::Pass);
    EXPECT_EQ(judged(exited("gone\n", 3), text("gone\nCRASH"), {special}).verdict, Verdict::Fail);
    EXPECT_EQ(judged(ended(Ending::Signalled, "gone\n"), text("CRASH"), {special}).verdict, Verdict::Pass);
    const Judgement failed = judged(exited("gone\n", 3), text("gone\n"), {special});
    EXPECT_EQ(failed.actual, "CRASH");
    EXPECT_EQ(failed.reason, "exit status 3 (after 1 line)");
    EXPECT_EQ(judged(ended(Ending::TimedOut, "1\n"), text("CRASH"), {special}).actual, "1\nTIMEOUT");
}

TEST(Judge, APromptThatWentAwayIsNamedInTheReason) {
    harness::Test typed;
    typed.kind = TestKind::Repl;
    const Judgement failed =
        judged(ended(Ending::Exited, ">>> x\n", "it ended with exit status 1"), text(">>> y\n"), {typed});
    EXPECT_EQ(failed.verdict, Verdict::Fail);
    EXPECT_THAT(failed.reason, ::testing::EndsWith(": it ended with exit status 1"));
}

TEST(Judge, TellsWhetherAnythingWasCompared) {
    EXPECT_TRUE(judged(exited("1\n"), text("2\n")).compared);
    EXPECT_TRUE(judged(exited("1\n"), text("")).compared);
    EXPECT_FALSE(judged(exited(summary("FAILED (failures=1, errors=0)")), text("")).compared);
    EXPECT_FALSE(judged(ended(Ending::OutputFlood, "1\n"), text("1\n")).compared);
}

TEST(Judge, AnExitStatusComparesTheOutputWithTheWordCrash) {
    EXPECT_EQ(verdict(exited("a\n", 1), "a\nCRASH"), Verdict::Pass);
    EXPECT_EQ(verdict(exited("a\n", 1), "a\n"), Verdict::Fail);
    EXPECT_EQ(verdict(exited("a\n", 1), "a\nCRASH\n"), Verdict::Fail);
    EXPECT_EQ(verdict(exited("a\nCRASH", 0), "a\nCRASH"), Verdict::Pass);
    EXPECT_EQ(judged(exited("a\n", 1), text("b\n")).actual, "a\nCRASH");
}

TEST(Judge, AnExitStatusIsAFailThatNamesTheException) {
    const Judgement judgement = judged(
        exited(
            "1\nTraceback (most recent call last):\n  File \"x.py\", line 2, in <module>\nValueError: bad\n",
            1),
        text("1\n"));
    EXPECT_EQ(judgement.verdict, Verdict::Fail);
    EXPECT_EQ(judgement.stage, Stage::Run);
    EXPECT_EQ(judgement.reason, "exit status 1 (after 4 lines): ValueError: bad");
    EXPECT_EQ(judged(exited("", 2), text("1\n")).reason, "exit status 2 (nothing was printed)");
}

TEST(Judge, ASignalIsACrash) {
    const Judgement judgement = judged(ended(Ending::Signalled, "1\n2\n"), text("1\n2\n"));
    EXPECT_EQ(judgement.verdict, Verdict::Crash);
    EXPECT_EQ(judgement.reason, "killed by SIGSEGV (after 2 lines)");
    EXPECT_EQ(judgement.actual, "1\n2\nCRASH");
    EXPECT_EQ(verdict(ended(Ending::Signalled, "1\n"), "1\nCRASH"), Verdict::Pass);
}

TEST(Judge, ATimeOutIsComparedWithItsWord) {
    const Judgement judgement = judged(ended(Ending::TimedOut, "1\n"), text("1\n2\n"));
    EXPECT_EQ(judgement.verdict, Verdict::Timeout);
    EXPECT_EQ(judgement.reason, "did not end within 30 s (after 1 line)");
    EXPECT_EQ(judgement.actual, "1\nTIMEOUT");
    EXPECT_EQ(verdict(ended(Ending::TimedOut, "1\n"), "1\nTIMEOUT"), Verdict::Pass);
    EXPECT_EQ(verdict(ended(Ending::TimedOut, "SKIP\n"), ""), Verdict::Timeout);
    EXPECT_EQ(verdict(ended(Ending::TimedOut, summary("OK")), ""), Verdict::Timeout);
}

TEST(Judge, EndingsThatNoExpectationCanAskFor) {
    const auto alone = [](Ending ending) { return *judge_alone(plain(), ended(ending, "1\n", "seen")); };
    EXPECT_EQ(alone(Ending::OutputFlood).verdict, Verdict::Fail);
    EXPECT_EQ(alone(Ending::MemoryExceeded).verdict, Verdict::Crash);
    EXPECT_EQ(alone(Ending::Faulted).verdict, Verdict::Crash);
    EXPECT_EQ(alone(Ending::Reset).verdict, Verdict::Crash);
    EXPECT_EQ(alone(Ending::Garbled).verdict, Verdict::Crash);
    EXPECT_EQ(alone(Ending::Vanished).verdict, Verdict::Crash);
    EXPECT_EQ(alone(Ending::Unavailable).verdict, Verdict::Error);
    EXPECT_EQ(alone(Ending::Unavailable).reason, "seen");
    EXPECT_EQ(alone(Ending::Faulted).reason, "machine fault (after 1 line): seen");
    for (int i = 0; i <= static_cast<int>(Ending::Unavailable); ++i) {
        const Ending ending = static_cast<Ending>(i);
        const bool comparable =
            ending == Ending::Exited || ending == Ending::Signalled || ending == Ending::TimedOut;
        EXPECT_EQ(needs_expectation(plain(), ended(ending, "1\n")), comparable) << word(ending);
        if (comparable) continue;
        EXPECT_NE(judged(ended(ending, "1\n"), text("1\n")).verdict, Verdict::Pass) << word(ending);
        EXPECT_FALSE(judged(ended(ending), text("")).reason.empty()) << word(ending);
    }
}

TEST(Judge, AUnittestSummaryJudgesItself) {
    const Judgement passed = judged(exited(summary("OK")), text("anything"));
    EXPECT_EQ(passed.verdict, Verdict::Pass);
    EXPECT_EQ(passed.cases, 5);
    EXPECT_EQ(passed.reason, "");
    EXPECT_EQ(passed.expected, "");
    const Judgement skipped = judged(exited(summary("OK (skipped=2)")), text(""));
    EXPECT_EQ(skipped.verdict, Verdict::Pass);
    EXPECT_EQ(skipped.cases, 3);
    EXPECT_EQ(skipped.reason, "unittest: 5 ran, 2 skipped");
    const Judgement failed = judged(exited(summary("FAILED (failures=1, errors=2)")), text(""));
    EXPECT_EQ(failed.verdict, Verdict::Fail);
    EXPECT_EQ(failed.reason, "unittest: 5 ran, 1 failures, 2 errors");
    EXPECT_EQ(failed.cases, 5);
    EXPECT_FALSE(needs_expectation(plain(), exited(summary("OK"))));
}

TEST(Judge, ASummaryBeforeACrashJudgesNothing) {
    EXPECT_EQ(verdict(exited(summary("OK"), 1), "x"), Verdict::Fail);
    EXPECT_EQ(verdict(ended(Ending::Signalled, summary("OK")), "x"), Verdict::Crash);
}

TEST(Judge, AStatedExpectationIsComparedEvenWithASummary) {
    harness::Test stated;
    stated.expectation.stated = "x\n";
    EXPECT_EQ(judged(exited(summary("OK")), text("x\n"), {stated}).verdict, Verdict::Fail);
}

TEST(Judge, AMissingUnittestIsNeverAFail) {
    const Outcome missing = exited("ImportError: no module named 'unittest'\n", 1);
    EXPECT_EQ(judged(missing, text("")).verdict, Verdict::Error);
    JudgeContext without = plain();
    without.target_has_unittest = false;
    const Judgement judgement = judged(missing, text(""), without);
    EXPECT_EQ(judgement.verdict, Verdict::Unsupported);
    EXPECT_THAT(judgement.reason, HasSubstr("unittest"));
}

TEST(Judge, AnArtifactThatWasNotFoundIsTheHarnessesTrouble) {
    JudgeContext context = plain();
    context.module_name = "artifact_17";
    EXPECT_EQ(judged(exited("ImportError: no module named 'artifact_17'\n", 1), text(""), context).verdict,
              Verdict::Error);
    EXPECT_EQ(judged(exited("ImportError: no module named 'other'\n", 1), text(""), context).verdict,
              Verdict::Fail);
}

TEST(Judge, ARefusalOfTheLoaderIsStageLoad) {
    for (const auto* refusal :
         {"incompatible .mpy file", "incompatible .mpy arch", "native code in .mpy unsupported"}) {
        const std::string line = std::string("ValueError: ") + refusal;
        JudgeContext context = plain();
        context.emitter = Emitter::Native;
        const Judgement judgement = judged(exited(line + "\r\n", 1), text("x\n"), context);
        EXPECT_EQ(judgement.verdict, Verdict::Fail);
        EXPECT_EQ(judgement.stage, Stage::Load) << refusal;
        EXPECT_EQ(judgement.reason, "the runtime refused the artifact: " + line);
        EXPECT_EQ(judged(exited("1\n" + line + "\n", 1), text("x\n"), context).stage, Stage::Run);
        EXPECT_EQ(judged(exited("Traceback (most recent call last):\n  File \"x.py\", line 1, in <module>\n" +
                                    line + "\n",
                                1),
                         text("x\n"), context)
                      .stage,
                  Stage::Run);
        context.mode = Mode::Source;
        EXPECT_EQ(judged(exited(line + "\n", 1), text("x\n"), context).stage, Stage::Run);
    }
    JudgeContext bytecode = plain();
    const Outcome no_memory = exited("MemoryError: memory allocation failed, allocating 9 bytes\n", 1);
    EXPECT_EQ(judged(no_memory, text("x\n"), bytecode).stage, Stage::Load);
    bytecode.emitter = Emitter::Native;
    EXPECT_EQ(judged(no_memory, text("x\n"), bytecode).stage, Stage::Run);
}

TEST(Judge, ATestThatExpectsTheRefusalPasses) {
    const std::string refusal = "ValueError: incompatible .mpy arch\n";
    EXPECT_EQ(verdict(exited(refusal, 1), refusal + "CRASH"), Verdict::Pass);
}

TEST(Judge, TooLargeIsASkipOnSmallMachinesOnly) {
    const Outcome no_memory = exited(
        "Traceback (most recent call last):\n  File \"x\", line 1\nMemoryError: memory allocation failed\n",
        1);
    EXPECT_EQ(judged(no_memory, text("")).verdict, Verdict::Fail);
    JudgeContext small = plain();
    small.too_large_is_skip = true;
    EXPECT_EQ(judged(no_memory, text(""), small).verdict, Verdict::Skip);
    EXPECT_EQ(judged(exited("MemoryError: x\n", 1), text(""), small).verdict, Verdict::Skip);
    EXPECT_EQ(judged(exited("1\nMemoryError: x\n", 1), text(""), small).verdict, Verdict::Fail);
    EXPECT_EQ(judged(exited("MemoryError: x\n", 0), text(""), small).verdict, Verdict::Fail);
    EXPECT_EQ(judged(exited("ValueError: x\n", 1), text(""), small).verdict, Verdict::Fail);
}

TEST(Judge, PatternsConvertOnlyWhatEndedWell) {
    const Expectation pattern = text("a \\\\d\\+\n", Expectation::Kind::Pattern);
    EXPECT_EQ(judged(exited("a 12\n"), pattern).verdict, Verdict::Pass);
    EXPECT_EQ(judged(exited("a 12\n"), text("a \\\\d\\+\n")).verdict, Verdict::Fail);
    EXPECT_EQ(judged(exited("a b\n"), pattern).verdict, Verdict::Fail);
    const Judgement crashed = judged(exited("a 12\n", 1), pattern);
    EXPECT_EQ(crashed.verdict, Verdict::Fail);
    EXPECT_EQ(crashed.actual, "a 12\nCRASH");
    EXPECT_EQ(judged(exited("a\n", 1), text("a\nCRASH", Expectation::Kind::Pattern)).verdict, Verdict::Pass);
    EXPECT_EQ(judged(exited("SKIP\n"), pattern).verdict, Verdict::Skip);
}

TEST(Judge, ABrokenPatternFileIsAnError) {
    const Judgement judgement = judged(exited("a\n"), text("?\n", Expectation::Kind::Pattern));
    EXPECT_EQ(judgement.verdict, Verdict::Error);
    EXPECT_EQ(judgement.stage, Stage::Oracle);
    EXPECT_THAT(judgement.reason, HasSubstr("broken at line 1"));
}

TEST(Judge, AnOracleThatFailsMakesAFailThatSaysSo) {
    const Expectation crashed =
        text("Traceback (most recent call last):\nNameError: name 'const' is not defined\n",
             Expectation::Kind::OracleCrashed);
    const Judgement judgement = judged(exited("1\n"), crashed);
    EXPECT_EQ(judgement.verdict, Verdict::Fail);
    EXPECT_EQ(judgement.stage, Stage::Oracle);
    EXPECT_THAT(judgement.reason, HasSubstr("NameError: name 'const'"));
    EXPECT_THAT(judgement.expected, HasSubstr("CPYTHON3 CRASH:\n"));
    // Both fail in the same words: still no pass, a MicroPython crash never equals a CPython crash.
    EXPECT_EQ(judged(exited(crashed.text, 1), crashed).verdict, Verdict::Fail);
    EXPECT_EQ(judged(ended(Ending::Signalled, "1\n"), crashed).verdict, Verdict::Crash);
}

TEST(Judge, AnOracleThatSkipsIsNamed) {
    const Judgement judgement = judged(exited("1\n"), text("SKIP\n"));
    EXPECT_EQ(judgement.verdict, Verdict::Fail);
    EXPECT_EQ(judgement.stage, Stage::Oracle);
    EXPECT_THAT(judgement.reason, HasSubstr("CPython 3.11.2 skips this program itself"));
}

TEST(Judge, SelfJudgedOutputNeedsItsSummary) {
    const Expectation self = text("", Expectation::Kind::SelfJudged);
    EXPECT_EQ(judged(exited(summary("OK")), self).verdict, Verdict::Pass);
    const Judgement missing = judged(exited(""), self);
    EXPECT_EQ(missing.verdict, Verdict::Fail);
    EXPECT_THAT(missing.reason, HasSubstr("unittest summary"));
    EXPECT_EQ(judged(ended(Ending::Signalled), self).verdict, Verdict::Crash);
}

TEST(Judge, DescribesDifferences) {
    EXPECT_EQ(describe_difference("a\nb\n", "a\nc\n"), "output differs at line 2: 'c' instead of 'b'");
    EXPECT_EQ(describe_difference("a\nb\n", "a\n"), "output ends before line 2: 'b'");
    EXPECT_EQ(describe_difference("a\n", "a\nb\n"), "output goes on at line 2, where it should end: 'b'");
    EXPECT_EQ(describe_difference("a\n", ""), "nothing was printed");
    EXPECT_EQ(describe_difference("", "a\n"), "output goes on at line 1, where it should end: 'a'");
    EXPECT_EQ(describe_difference("a", "a\n"),
              "output differs at line 1: the newline at its end is too much");
    EXPECT_EQ(describe_difference("a\n\n", "a\n"),
              "output differs at line 2: the newline at its end is missing");
}

TEST(Judge, QuotesAnyOctets) {
    EXPECT_EQ(quoted("a\tb\r\n"), "'a\\tb\\r\\n'");
    EXPECT_EQ(quoted(std::string_view("\0\x1b", 2)), "'\\x00\\x1b'");
    EXPECT_EQ(quoted("\xce\xb1\xff\xc0\x80"), "'\xce\xb1\\xff\\xc0\\x80'");
    EXPECT_EQ(quoted("\xed\xa0\x80\xf4\x90\x80\x80"), "'\\xed\\xa0\\x80\\xf4\\x90\\x80\\x80'");
    EXPECT_EQ(quoted("abcdef", 3), "'abc…'");
    EXPECT_EQ(quoted("abc", 3), "'abc'");
}

}  // namespace
}  // namespace harness
