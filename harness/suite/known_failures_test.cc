#include "harness/suite/known_failures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

namespace harness {
namespace {

using ::testing::HasSubstr;
using State = KnownFailureNote::State;

constexpr std::string_view kMinimal = R"([[known-failure]]
suite = "micropython"
test = "basics/x.py"
verdict = "fail"
output_contains = "TypeError"
reason = "the native emitter forgets"
)";

KnownFailures read(std::string_view text) {
    KnownFailures known;
    const auto added = known.add_text(text, "known.toml");
    EXPECT_TRUE(added) << (added ? "" : added.error().text());
    return known;
}
std::string refusal(std::string_view text) {
    KnownFailures known;
    const auto added = known.add_text(text, "known.toml");
    return added ? "accepted" : added.error().text();
}
/// The minimal entry with one line put in its place or added.
std::string with(std::string_view key, std::string_view line) {
    std::string text;
    bool replaced = false;
    std::string_view rest = kMinimal;
    while (!rest.empty()) {
        const auto end = rest.find('\n') + 1;
        const std::string_view old = rest.substr(0, end);
        const bool same = old.starts_with(key) && old.substr(key.size()).starts_with(" =");
        text += same ? line : old;
        if (same) text += '\n';
        replaced = replaced || same;
        rest.remove_prefix(end);
    }
    if (!replaced) text += std::string(line) + "\n";
    return text;
}

Capabilities target() {
    Capabilities capabilities;
    capabilities.release = "1.25.0";
    capabilities.arch = "x64";
    return capabilities;
}

JobResult result(Verdict verdict, std::string actual = {}) {
    auto test = std::make_shared<Test>();
    test->id = "basics/x.py";
    test->suite = "micropython";
    JobResult job_result;
    job_result.job = {test, Mode::Mpy, Emitter::Native, "x64", "mpy-cross-1.25.0", "unix-x64"};
    job_result.judgement.verdict = verdict;
    job_result.judgement.actual = std::move(actual);
    return job_result;
}

std::optional<State> state(const std::string& text, const JobResult& job_result) {
    const Capabilities capabilities = target();
    const RequirementScope scope{capabilities, job_result.job.mode, job_result.job.emitter,
                                 job_result.job.arch, "1.25.0"};
    const auto match = read(text).look_up(job_result, scope);
    if (!match) return std::nullopt;
    return match->note.state;
}

TEST(KnownFailures, MatchesChangedAndGone) {
    const std::string text(kMinimal);
    EXPECT_EQ(state(text, result(Verdict::Fail, "a\nTypeError: b\n")), State::Matches);
    EXPECT_EQ(state(text, result(Verdict::Fail, "ValueError")), State::Changed);
    EXPECT_EQ(state(text, result(Verdict::Crash, "TypeError")), State::Changed);
    EXPECT_EQ(state(text, result(Verdict::Pass)), State::Gone);
}

TEST(KnownFailures, SayNothingOfAJobThatDidNotRun) {
    for (const Verdict verdict : {Verdict::Skip, Verdict::Unsupported, Verdict::Checked, Verdict::Error})
        EXPECT_EQ(state(std::string(kMinimal), result(verdict, "TypeError")), std::nullopt) << word(verdict);
}

TEST(KnownFailures, APassSaysNothingWhereChanceDecides) {
    const std::string text = with("sometimes", "sometimes = true");
    EXPECT_EQ(state(text, result(Verdict::Pass)), std::nullopt);
    EXPECT_EQ(state(text, result(Verdict::Fail, "TypeError")), State::Matches);
    EXPECT_EQ(state(text, result(Verdict::Fail, "ValueError")), State::Changed);
}

TEST(KnownFailures, TheNoteNamesPlaceAndReason) {
    const Capabilities capabilities = target();
    const auto match = read(std::string("\n\n") + std::string(kMinimal))
                           .look_up(result(Verdict::Fail, "TypeError"), {capabilities});
    ASSERT_TRUE(match);
    EXPECT_EQ(match->note.entry, "known.toml:3");
    EXPECT_EQ(match->note.reason, "the native emitter forgets");
    EXPECT_EQ(match->entry, 0U);
}

TEST(KnownFailures, EveryScopeKeyNarrows) {
    const JobResult fails = result(Verdict::Fail, "TypeError");
    const auto concerned = [&](std::string_view key, std::string_view line) {
        return state(with(key, line), fails).has_value();
    };
    EXPECT_FALSE(concerned("suite", "suite = \"conformance\""));
    EXPECT_FALSE(concerned("test", "test = \"basics/y.py\""));
    EXPECT_TRUE(concerned("test", "test = [\"basics/y.py\", \"bas*/?.py\"]"));
    EXPECT_TRUE(concerned("target", "target = \"unix-*\""));
    EXPECT_FALSE(concerned("target", "target = \"mps2-*\""));
    EXPECT_TRUE(concerned("mode", "mode = \"mpy\""));
    EXPECT_FALSE(concerned("mode", "mode = \"source\""));
    EXPECT_TRUE(concerned("emitter", "emitter = [\"native\", \"viper\"]"));
    EXPECT_FALSE(concerned("emitter", "emitter = \"bytecode\""));
    EXPECT_TRUE(concerned("arch", "arch = \"x64\""));
    EXPECT_FALSE(concerned("arch", "arch = [\"x86\", \"armv6\"]"));
    EXPECT_TRUE(concerned("compiler_release", "compiler_release = \"1.25\""));
    EXPECT_FALSE(concerned("compiler_release", "compiler_release = \">=1.26\""));
    EXPECT_TRUE(concerned("runtime_release", "runtime_release = \"<1.26\""));
    EXPECT_FALSE(concerned("runtime_release", "runtime_release = \">=1.26\""));
    EXPECT_TRUE(concerned("when", "when = \"emitter == native\""));
    EXPECT_FALSE(concerned("when", "when = \"not (emitter == native)\""));
}

TEST(KnownFailures, EverySymptomKeyIsChecked) {
    JobResult crash = result(Verdict::Crash, "x");
    crash.outcome.ending = Ending::Signalled;
    crash.outcome.signal_number = SIGSEGV;
    crash.judgement.reason = "killed by SIGSEGV";
    crash.judgement.stage = Stage::Run;
    const auto crashed = [&](std::string_view line) {
        std::string text = with("verdict", "verdict = \"crash\"");
        text.replace(text.find("output_contains = \"TypeError\""), 29, line);
        return state(text, crash);
    };
    EXPECT_EQ(crashed("signal = \"SIGSEGV\""), State::Matches);
    EXPECT_EQ(crashed("signal = \"SIGBUS\""), State::Changed);
    EXPECT_EQ(crashed("reason_contains = \"SIGSEGV\""), State::Matches);
    EXPECT_EQ(crashed("reason_contains = \"SIGILL\""), State::Changed);
    EXPECT_EQ(crashed("output = \"x\""), State::Matches);
    EXPECT_EQ(crashed("output = \"xy\""), State::Changed);
    EXPECT_EQ(crashed("output = \"x\"\nstage = \"run\""), State::Matches);
    EXPECT_EQ(crashed("output = \"x\"\nstage = \"load\""), State::Changed);
    EXPECT_EQ(crashed("output = \"x\"\nstage = \"check\""), State::Changed);

    JobResult fail = result(Verdict::Fail, "x");
    fail.outcome.ending = Ending::Exited;
    fail.outcome.exit_code = 1;
    EXPECT_EQ(state(with("output_contains", "exit_code = 1"), fail), State::Matches);
    EXPECT_EQ(state(with("output_contains", "exit_code = 2"), fail), State::Changed);
    EXPECT_EQ(state(with("output_contains", "output_contains = [\"x\", \"y\"]"), fail), State::Changed);
    const std::string timeout = with("verdict", "verdict = \"timeout\"");
    EXPECT_EQ(state(timeout, result(Verdict::Timeout, "TypeError")), State::Matches);
}

TEST(KnownFailures, OneMatchingEntryIsEnough) {
    const std::string two =
        with("output_contains", "output_contains = \"ValueError\"") + std::string(kMinimal);
    EXPECT_EQ(state(two, result(Verdict::Fail, "TypeError")), State::Matches);
}

TEST(KnownFailures, RefusesWhatIsWrongWithFileAndLine) {
    EXPECT_THAT(refusal(with("colour", "colour = 1")),
                HasSubstr("known.toml:7: the key 'colour' is not known"));
    EXPECT_THAT(refusal("[[known-failures]]\n"),
                HasSubstr("known.toml:1: the key 'known-failures' is not known"));
    EXPECT_THAT(refusal(with("verdict", "verdict = \"pass\"")), HasSubstr("known.toml:4: verdict = 'pass'"));
    EXPECT_THAT(refusal(with("emitter", "emitter = \"asm\"")), HasSubstr("known.toml:7: emitter = 'asm'"));
    EXPECT_THAT(refusal(with("arch", "arch = \"z80\"")), HasSubstr("known.toml:7: arch = 'z80'"));
    EXPECT_THAT(refusal(with("mode", "mode = \"pyc\"")), HasSubstr("known.toml:7: mode = 'pyc'"));
    EXPECT_THAT(refusal(with("stage", "stage = \"plan\"")), HasSubstr("known.toml:7: stage = 'plan'"));
    EXPECT_THAT(refusal(with("when", "when = \"flaot\"")), HasSubstr("known.toml:7: when: column 1"));
    EXPECT_THAT(refusal(with("runtime_release", "runtime_release = \"new\"")),
                HasSubstr("known.toml:7: runtime_release"));
    EXPECT_THAT(refusal(with("signal", "signal = \"SIGSEGV\"")), HasSubstr("belongs to verdict = \"crash\""));
    EXPECT_THAT(refusal(with("exit_code", "exit_code = 300")), HasSubstr("between 0 and 255"));
    EXPECT_THAT(refusal(with("output_contains", "")), HasSubstr("not pinned"));
    EXPECT_THAT(refusal(with("output_contains", "output_contains = \"\"")), HasSubstr("inside everything"));
    EXPECT_THAT(refusal(with("reason", "")), HasSubstr("'reason' is missing"));
    EXPECT_THAT(refusal(with("reason", "reason = \"\"")), HasSubstr("'reason' is empty"));
    EXPECT_THAT(refusal(with("test", "")), HasSubstr("'test' is missing"));
    EXPECT_THAT(refusal(with("suite", "suite = 1")), HasSubstr("known.toml:2: 'suite' is a whole number"));
    EXPECT_THAT(refusal("[[known-failure]\n"), HasSubstr("known.toml:1: not valid TOML"));
}

TEST(KnownFailures, ReportsEntriesWhoseTestIsNotThere) {
    auto test = std::make_shared<harness::Test>();
    test->id = "basics/x.py";
    test->suite = "micropython";
    const std::vector<std::shared_ptr<const harness::Test>> tests{test};
    EXPECT_TRUE(read(kMinimal).without_test(tests).empty());
    const auto errors =
        read(with("test", "test = [\"basics/x.py\", \"basics/gone.py\"]")).without_test(tests);
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_THAT(errors[0].message,
                HasSubstr("known.toml:1: the suite micropython has no test 'basics/gone.py'"));
}

TEST(KnownFailures, TheProjectsOwnFileIsAccepted) {
    KnownFailures known;
    const auto added = known.add_file(MPYCONFORM_SOURCE_DIR "/suites/known-failures.toml");
    EXPECT_TRUE(added) << added.error().text();
    EXPECT_FALSE(known.entries().empty());
}

TEST(KnownFailures, TheExampleOfTheHeaderIsAccepted) {
    EXPECT_EQ(refusal(R"toml([[known-failure]]
suite = "micropython"
test = "basics/try_return.py"
when = "emitter == native and arch in (armv6, armv6m)"
target = "unix-*"
mode = "mpy"
emitter = ["native", "viper"]
arch = "armv6"
compiler_release = ">=1.25, <1.29"
runtime_release = "1.25"
verdict = "fail"
stage = "run"
output = """...
"""
output_contains = "TypeError: "
reason_contains = "differs at line 3"
exit_code = 1
sometimes = true
reason = "what is wrong, in one sentence"
program = "suites/regression/x.py"
)toml"),
              "accepted");
}

}  // namespace
}  // namespace harness
