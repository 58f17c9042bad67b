#include "harness/run/judge_unittest.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>

namespace harness {
namespace {

bool take(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

/// One or more digits; a number too large for us is the largest we have.
std::optional<long> take_number(std::string_view& text) {
    long number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return error == std::errc{} ? number : std::numeric_limits<long>::max();
}

/// prefix, number, suffix.
std::optional<long> number_between(std::string_view& text, std::string_view prefix, std::string_view suffix) {
    if (!take(text, prefix)) return std::nullopt;
    const auto number = take_number(text);
    if (!number || !take(text, suffix)) return std::nullopt;
    return number;
}

bool read_result_line(std::string_view line, UnittestSummary& summary) {
    if (take(line, "OK")) {
        summary.passed = true;
        if (line.empty()) return true;
        const auto skipped = number_between(line, " (skipped=", ")");
        summary.skipped = skipped.value_or(0);
        return skipped && line.empty();
    }
    const auto failures = number_between(line, "FAILED (failures=", ", ");
    if (!failures) return false;
    const auto errors = number_between(line, "errors=", ")");
    if (!errors) return false;
    summary.failures = *failures;
    summary.errors = *errors;
    return line.empty();
}

}  // namespace

std::vector<std::string_view> split_lines(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = text.find_first_of("\r\n");
        lines.push_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(text.substr(end).starts_with("\r\n") ? end + 2 : end + 1);
    }
    return lines;
}

std::optional<UnittestSummary> unittest_summary(std::string_view output) {
    static const std::string kRule(70, '-');
    const auto lines = split_lines(output);
    if (lines.size() <= 4) return std::nullopt;
    const auto from_end = [&](std::size_t back) { return lines[lines.size() - back]; };
    if (from_end(4) != kRule || !from_end(2).empty()) return std::nullopt;
    UnittestSummary summary;
    std::string_view ran_line = from_end(3);
    const auto ran = number_between(ran_line, "Ran ", " tests");
    if (!ran || !ran_line.empty()) return std::nullopt;
    summary.ran = *ran;
    if (!read_result_line(from_end(1), summary)) return std::nullopt;
    return summary;
}

bool misses_unittest(std::string_view output) {
    const auto lines = split_lines(output);
    const auto last = lines.begin() + (lines.size() > 3 ? static_cast<std::ptrdiff_t>(lines.size()) - 3 : 0);
    return std::any_of(last, lines.end(), [](std::string_view line) {
        return line == "ImportError: no module named 'unittest'";
    });
}

}  // namespace harness
