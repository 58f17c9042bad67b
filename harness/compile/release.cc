#include <charconv>
#include <cstdint>

#include "harness/compile/toolset.h"

namespace harness {
namespace {

/// Takes the number in front of `text` and the dot behind it; 0 when there is none.
std::uint32_t take_number(std::string_view& text) {
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    if (error != std::errc{}) number = 0;
    return number;
}

}  // namespace

int compare_releases(std::string_view left, std::string_view right) {
    for (;;) {
        const std::uint32_t a = take_number(left);
        const std::uint32_t b = take_number(right);
        if (a != b) return a < b ? -1 : 1;
        const bool more_left = left.starts_with('.');
        const bool more_right = right.starts_with('.');
        if (more_left) left.remove_prefix(1);
        if (more_right) right.remove_prefix(1);
        if (!more_left && !more_right) break;
    }
    // What follows the numbers marks a state before the release: "1.29.0-preview" comes before "1.29.0".
    if (left == right) return 0;
    if (left.empty()) return 1;
    if (right.empty()) return -1;
    return left < right ? -1 : 1;
}

}  // namespace harness
