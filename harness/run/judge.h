// The judge: from what a program should have printed and what it did to a verdict. Pure functions; no I/O, no
// state.
//
// For a program that ended normally the verdicts are the stock runner's. The order of decisions
// (test-conventions 7.1): what the harness could not do is `error`; SKIP printed is `skip`; a unittest
// summary judges itself; then the output is compared, byte for byte, after conversion by a pattern file where
// the test has one.
//
// A run that ended badly is compared too, as the stock runner does: its output gets the word CRASH (or
// TIMEOUT) at its end, without a newline, and an expectation may end in that word. When the texts differ, our
// words are finer than the stock runner's FAIL: `crash` for a signal or a machine fault, `timeout` for a
// killed run, `fail` for an exit status.
//
// Not here: refusals of the compiler (harness/compile), known failures (harness/suite/known_failures.h), the
// flaky list.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/model/outcome.h"
#include "harness/model/test.h"
#include "harness/model/words.h"

namespace harness {

/// What the judge has to know besides outcome and expectation.
struct JudgeContext {
    const Test& test;
    Mode mode = Mode::Mpy;
    Emitter emitter = Emitter::Bytecode;
    /// Name of the module that the target was told to run (`-m NAME`); empty when it ran a file. An
    /// ImportError for just that name is the harness's own trouble.
    std::string_view module_name = {};
    /// The target is a small machine: a program that ends in MemoryError before it printed anything is too
    /// large for it, a skip (test-conventions 5.8). On a host process it is a failure like any other.
    bool too_large_is_skip = false;
    /// The target can import unittest. When it cannot, a test that asks for it is unsupported; when it can
    /// and the test still does not find it, the harness lost the module.
    bool target_has_unittest = true;
};

/// CR CR LF and CR LF become LF; a lone CR stays. For the output of a target.
[[nodiscard]] std::string normalised_output(std::string_view output);
/// CR LF becomes LF. For expectations.
[[nodiscard]] std::string normalised_expectation(std::string_view text);

/// The verdict, when the outcome alone decides it: the harness could not run it, SKIP, a unittest summary, a
/// run that was stopped for flooding or faulting. Nothing when an expectation is needed.
[[nodiscard]] std::optional<Judgement> judge_alone(const JudgeContext& context, const Outcome& outcome);
/// So that CPython is not asked in vain.
[[nodiscard]] bool needs_expectation(const JudgeContext& context, const Outcome& outcome);

/// The verdict. Says the same as judge_alone() wherever that says something.
[[nodiscard]] Judgement judge(const JudgeContext& context, const Outcome& outcome,
                              const Expectation& expectation);

/// One line that says how two different texts differ: "output differs at line 3: 'x' instead of 'y'".
[[nodiscard]] std::string describe_difference(std::string_view expected, std::string_view actual);

/// Text in single quotes for a message: control characters and what is not UTF-8 escaped, cut at `limit`
/// characters.
[[nodiscard]] std::string quoted(std::string_view text, std::size_t limit = 60);

}  // namespace harness
