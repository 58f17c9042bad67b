// Pattern files: `.exp` files whose lines are regular expressions with the escapes turned round.
//
// In such a file a bare metacharacter is literal and a backslash makes it active; a line of exactly eight `#`
// stands for zero or more whole lines. The output is not compared with the patterns: each output line that
// matches is replaced by the pattern's own text, and then the texts are compared. A line that does not match
// its pattern but equals its text therefore passes, and `?` and `|` are active even without a backslash;
// existing files rely on both.
//
// Source: test-conventions 6.3, and the runner of 1.25 (the two agree).
#pragma once

#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace harness {

/// The regular expression (Python's meaning, harness/base/regex.h) of one line, newline included.
[[nodiscard]] std::string expression_of_pattern_line(std::string_view line);

/// The output with every matching line replaced by its pattern's text. The output is expected normalised
/// (6.1). An error means that the pattern file itself is broken; its message names the line.
[[nodiscard]] Result<std::string> convert_by_pattern(std::string_view output, std::string_view pattern);

}  // namespace harness
