// Outputs that judge themselves: the summary that a unittest run prints last.
// Source: test-conventions 6.5, and the runner of 1.25 (the two agree).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace harness {

/// Lines as Python's bytes.splitlines gives them: LF, CR LF and a lone CR end a line.
[[nodiscard]] std::vector<std::string_view> split_lines(std::string_view text);

struct UnittestSummary {
    bool passed = false;
    long ran = 0;
    long skipped = 0;
    long failures = 0;
    long errors = 0;
};

/// The summary, when the output ends in one to the letter: 70 dashes, `Ran N tests`, an empty line, and `OK`,
/// `OK (skipped=N)` or `FAILED (failures=N, errors=N)`. Anything else is an ordinary output.
[[nodiscard]] std::optional<UnittestSummary> unittest_summary(std::string_view output);

/// One of the last three lines says that the module unittest is not there.
[[nodiscard]] bool misses_unittest(std::string_view output);

}  // namespace harness
