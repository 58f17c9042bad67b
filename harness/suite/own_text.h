// Small text helpers of the readers of our suites.
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace harness::own {

/// Without blanks, tabs and carriage returns at both ends.
[[nodiscard]] std::string_view trim(std::string_view text);

/// Lines without their ends; a final line end adds no empty line.
[[nodiscard]] std::vector<std::string_view> split_lines(std::string_view text);

/// Words between blanks.
[[nodiscard]] std::vector<std::string_view> split_words(std::string_view text);

/// "# key: value" as (key, value), value trimmed; nothing when the line is not of that form. A key is one
/// lower-case word, '-' allowed.
[[nodiscard]] std::optional<std::pair<std::string_view, std::string_view>> metadata_pair(
    std::string_view line);

}  // namespace harness::own
