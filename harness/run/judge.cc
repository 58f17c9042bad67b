#include "harness/run/judge.h"

#include <fmt/format.h>

#include <array>

#include "harness/run/judge_pattern.h"
#include "harness/run/judge_text.h"
#include "harness/run/judge_unittest.h"

namespace harness {
namespace {

constexpr std::string_view kSkip = "SKIP\n";
constexpr std::string_view kTooLarge = "SKIP-TOO-LARGE\n";

Judgement judgement(Verdict verdict, std::string reason, std::string actual = {}) {
    Judgement result;
    result.verdict = verdict;
    result.reason = std::move(reason);
    result.actual = std::move(actual);
    return result;
}

bool ended_well(const Outcome& outcome) {
    return outcome.ending == Ending::Exited && outcome.exit_code == 0;
}

std::string replaced(std::string_view text, std::string_view what) {
    std::string result;
    result.reserve(text.size());
    for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what)) {
        result += text.substr(0, at);
        result += '\n';
        text.remove_prefix(at + what.size());
    }
    result += text;
    return result;
}

/// What was seen, as a part of a reason: ": text" or nothing.
std::string with_trouble(const Outcome& outcome) {
    return outcome.trouble.empty() ? "" : fmt::format(": {}", outcome.trouble);
}

/// Endings that no expectation can ask for.
std::optional<Judgement> judge_ending(const Outcome& outcome) {
    const auto reason = [&](std::string_view what) {
        return fmt::format("{} ({}){}", what, after_lines(outcome.output), with_trouble(outcome));
    };
    switch (outcome.ending) {
        case Ending::Exited:
        case Ending::Signalled:
        case Ending::TimedOut:
            return std::nullopt;
        case Ending::OutputFlood:
            return judgement(Verdict::Fail, fmt::format("stopped after {} octets of output{}",
                                                        outcome.output.size(), with_trouble(outcome)));
        case Ending::MemoryExceeded:
            return judgement(Verdict::Crash, reason("over its memory limit"));
        case Ending::Faulted:
            return judgement(Verdict::Crash, reason("machine fault"));
        case Ending::Reset:
            return judgement(Verdict::Crash, reason("the machine started again in the middle of the run"));
        case Ending::Garbled:
            return judgement(Verdict::Crash, reason("the console broke the protocol"));
        case Ending::Vanished:
            return judgement(Verdict::Crash, reason("the machine went away"));
        case Ending::Unavailable:
            return judgement(Verdict::Error,
                             outcome.trouble.empty() ? "the target could not run it" : outcome.trouble);
    }
    return judgement(Verdict::Error, "the run ended in a way that the judge does not know");
}

std::optional<Judgement> judge_memory_error(const JudgeContext& context, const Outcome& outcome) {
    if (!context.too_large_is_skip || outcome.ending != Ending::Exited || outcome.exit_code == 0)
        return std::nullopt;
    // Nothing but the exception itself was printed: the program is too large for this machine's heap.
    const std::string_view output = outcome.output;
    const bool only_exception =
        output.starts_with("Traceback (most recent call last):") || output.starts_with("MemoryError");
    const auto exception = uncaught_exception(output);
    if (!only_exception || !exception || !exception->starts_with("MemoryError")) return std::nullopt;
    return judgement(Verdict::Skip, "too large for the target's memory");
}

/// A test that asks for unittest on a target that has none; or an artifact that the runtime did not find.
std::optional<Judgement> judge_import(const JudgeContext& context, const std::string& text) {
    if (misses_unittest(text)) {
        if (!context.target_has_unittest)
            return judgement(Verdict::Unsupported,
                             "needs the module unittest, which the target does not have", text);
        return judgement(Verdict::Error,
                         "the program did not find the module unittest, which the target can import", text);
    }
    if (!context.module_name.empty() &&
        text == fmt::format("ImportError: no module named '{}'\n", context.module_name))
        return judgement(Verdict::Error, "the runtime did not find the artifact", text);
    return std::nullopt;
}

std::optional<Judgement> judge_unittest(const std::string& text) {
    const auto summary = unittest_summary(text);
    if (!summary) return std::nullopt;
    std::string reason;
    if (summary->passed) {
        if (summary->skipped != 0)
            reason = fmt::format("unittest: {} ran, {} skipped", summary->ran, summary->skipped);
    } else {
        reason = fmt::format("unittest: {} ran, {} failures, {} errors", summary->ran, summary->failures,
                             summary->errors);
    }
    Judgement result = judgement(summary->passed ? Verdict::Pass : Verdict::Fail, std::move(reason), text);
    result.cases = static_cast<int>(summary->ran - summary->skipped);
    return result;
}

/// The stock runner's text of a run that ended badly.
std::string text_of(const JudgeContext& context, const Outcome& outcome) {
    // Of a test of the command line that ends badly the stock runner keeps that word alone
    // (test-conventions 4.3).
    const bool keeps_output = context.test.kind != TestKind::CommandLine ||
                              outcome.ending == Ending::TimedOut || ended_well(outcome);
    std::string text = keeps_output ? normalised_output(outcome.output) : std::string();
    if (outcome.ending == Ending::TimedOut) {
        text += "TIMEOUT";
    } else if (!ended_well(outcome)) {
        text += "CRASH";
    }
    return text;
}

/// What the loader of .mpy files says when it refuses one; a program that failed to load printed nothing
/// else. Source: seen with MicroPython 1.25 on files of a wrong version, a wrong arch, and without native
/// support.
bool is_refusal_of_loader(const JudgeContext& context, const Outcome& outcome) {
    static constexpr std::array<std::string_view, 3> kRefusals{
        "ValueError: incompatible .mpy file",
        "ValueError: incompatible .mpy arch",
        "ValueError: native code in .mpy unsupported",
    };
    if (context.mode != Mode::Mpy || outcome.ending != Ending::Exited) return false;
    const auto lines = split_lines(outcome.output);
    if (lines.size() != 1) return false;
    for (const std::string_view refusal : kRefusals)
        if (lines.front() == refusal) return true;
    // Functions in machine code leave no trace either, so that only bytecode shows where the memory ended.
    return context.emitter == Emitter::Bytecode && lines.front().starts_with("MemoryError");
}

/// Verdict, stage and reason of a run whose text is not the expected one.
void judge_mismatch(const JudgeContext& context, const Outcome& outcome, const Expectation& expectation,
                    Judgement& result) {
    result.verdict = Verdict::Fail;
    if (outcome.ending == Ending::Signalled) {
        result.verdict = Verdict::Crash;
        result.reason =
            fmt::format("killed by {} ({})", signal_name(outcome.signal_number), after_lines(outcome.output));
        return;
    }
    if (outcome.ending == Ending::TimedOut) {
        result.verdict = Verdict::Timeout;
        result.reason = fmt::format("did not end within {} ({})", duration_text(outcome.wall),
                                    after_lines(outcome.output));
        return;
    }
    const auto exception = uncaught_exception(outcome.output);
    if (is_refusal_of_loader(context, outcome)) {
        result.stage = Stage::Load;
        result.reason = fmt::format("the runtime refused the artifact: {}", *exception);
        return;
    }
    if (outcome.exit_code != 0) {
        result.reason = fmt::format("exit status {} ({})", outcome.exit_code, after_lines(outcome.output));
        if (exception) result.reason += fmt::format(": {}", *exception);
        return;
    }
    if (expectation.kind == Expectation::Kind::OracleCrashed) {
        const auto why = uncaught_exception(expectation.text);
        result.stage = Stage::Oracle;
        result.reason = fmt::format("{} fails on this program itself{}; it needs a .exp file",
                                    expectation.source, why ? fmt::format(" ({})", *why) : "");
        return;
    }
    if (result.expected == kSkip) {
        result.stage = Stage::Oracle;
        result.reason = fmt::format("{} skips this program itself, so there is nothing to compare with",
                                    expectation.source);
        return;
    }
    result.reason = describe_difference(result.expected, result.actual);
    // A prompt that went away in the middle.
    if (context.test.kind == TestKind::Repl) result.reason += with_trouble(outcome);
}

}  // namespace

std::string normalised_output(std::string_view output) {
    return replaced(replaced(output, "\r\r\n"), "\r\n");
}

std::string normalised_expectation(std::string_view text) {
    return replaced(text, "\r\n");
}

std::optional<Judgement> judge_alone(const JudgeContext& context, const Outcome& outcome) {
    if (auto ending = judge_ending(outcome)) {
        ending->actual = normalised_output(outcome.output);
        return ending;
    }
    if (auto too_large = judge_memory_error(context, outcome)) {
        too_large->actual = normalised_output(outcome.output);
        return too_large;
    }
    const std::string output = normalised_output(outcome.output);
    if (auto missing = judge_import(context, output)) return missing;
    if (!ended_well(outcome)) return std::nullopt;
    if (output == kSkip) return judgement(Verdict::Skip, "SKIP printed", output);
    if (output == kTooLarge) return judgement(Verdict::Skip, "too large for the target's memory", output);
    // A command-line or terminal test may have the interpreter's own words around it.
    if (context.test.kind != TestKind::Program && output.find("\nSKIP\n") != std::string::npos)
        return judgement(Verdict::Skip, "SKIP printed", output);
    if (context.test.expectation.stated) return std::nullopt;
    return judge_unittest(output);
}

bool needs_expectation(const JudgeContext& context, const Outcome& outcome) {
    return !judge_alone(context, outcome);
}

Judgement judge(const JudgeContext& context, const Outcome& outcome, const Expectation& expectation) {
    if (auto alone = judge_alone(context, outcome)) return std::move(*alone);
    Judgement result;
    result.compared = expectation.kind != Expectation::Kind::SelfJudged;
    result.actual = text_of(context, outcome);
    result.expected = normalised_expectation(expectation.text);
    result.cases = static_cast<int>(split_lines(result.expected).size());
    if (expectation.kind == Expectation::Kind::OracleCrashed)
        result.expected = "CPYTHON3 CRASH:\n" + result.expected;
    if (expectation.kind == Expectation::Kind::Pattern && ended_well(outcome)) {
        auto converted = convert_by_pattern(result.actual, expectation.text);
        if (!converted) {
            result.verdict = Verdict::Error;
            result.stage = Stage::Oracle;
            result.reason = fmt::format("{}: {}", expectation.source, converted.error().message);
            return result;
        }
        result.actual = std::move(*converted);
    }
    if (expectation.kind == Expectation::Kind::SelfJudged) {
        result.verdict = Verdict::Fail;
        result.expected.clear();
        result.cases = 0;
        judge_mismatch(context, outcome, expectation, result);
        if (ended_well(outcome)) result.reason = "the output does not end in a unittest summary";
        return result;
    }
    if (result.actual == result.expected) {
        result.verdict = Verdict::Pass;
        return result;
    }
    judge_mismatch(context, outcome, expectation, result);
    return result;
}

}  // namespace harness
