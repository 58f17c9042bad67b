// Words about outputs: how two texts differ, what ended a program. Private to the judge.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace harness {

/// The last line of an uncaught exception's report ("ValueError: x"), when the output ends in one.
[[nodiscard]] std::optional<std::string_view> uncaught_exception(std::string_view output);

/// "nothing was printed", "after 1 line", "after 12 lines".
[[nodiscard]] std::string after_lines(std::string_view output);

/// "30 s", "1.5 s", "300 ms".
[[nodiscard]] std::string duration_text(std::chrono::nanoseconds duration);

}  // namespace harness
