// Unified difference between expected and actual output, bounded in time and length.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace harness {

struct DiffLimits {
    std::size_t context = 3;         ///< unchanged lines around a change
    std::size_t most_lines = 60;     ///< lines printed
    std::size_t most_columns = 200;  ///< characters of one printed line
    /// Lines compared on each side, counted from the first one that differs; what follows is not looked at,
    /// and the text says so. Bounds the time: the algorithm is quadratic in the worst case.
    std::size_t most_compared = 2000;
};

/// Lines that start with '-' are only in `expected`, with '+' only in `actual`. Control characters are
/// visible (visible_line). Empty when the texts are equal. Ends with a newline otherwise.
[[nodiscard]] std::string unified_diff(std::string_view expected, std::string_view actual,
                                       const DiffLimits& limits = {});

}  // namespace harness
