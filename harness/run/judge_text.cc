#include "harness/run/judge_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/run/judge.h"
#include "harness/run/judge_unittest.h"

namespace harness {
namespace {

/// Length of the UTF-8 character that `text` starts with; 0 when it starts with none.
std::size_t character_length(std::string_view text) {
    const auto octet = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char lead = octet(0);
    if (lead < 0x80) return 1;
    const std::size_t length = lead >= 0xF0 && lead < 0xF5   ? 4
                               : lead >= 0xE0 && lead < 0xF0 ? 3
                               : lead >= 0xC2 && lead < 0xE0 ? 2
                                                             : 0;
    if (length == 0 || text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i)
        if ((octet(i) & 0xC0U) != 0x80U) return 0;
    // Overlong forms, surrogates and what lies beyond Unicode.
    if (lead == 0xE0 && octet(1) < 0xA0) return 0;
    if (lead == 0xED && octet(1) > 0x9F) return 0;
    if (lead == 0xF0 && octet(1) < 0x90) return 0;
    if (lead == 0xF4 && octet(1) > 0x8F) return 0;
    return length;
}

bool is_exception_line(std::string_view line) {
    // "Name" or "Name: text" or "package.Name: text"; names of exceptions start with a capital letter.
    const std::string_view name = line.substr(0, line.find(':'));
    const std::string_view last =
        name.substr(name.rfind('.') == std::string_view::npos ? 0 : name.rfind('.') + 1);
    if (last.empty() || last.front() < 'A' || last.front() > 'Z') return false;
    return std::ranges::all_of(last, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    });
}

}  // namespace

std::string quoted(std::string_view text, std::size_t limit) {
    std::string result = "'";
    std::size_t shown = 0;
    while (!text.empty()) {
        if (shown++ == limit) {
            result += "…";
            break;
        }
        const std::size_t length = character_length(text);
        const auto octet = static_cast<unsigned char>(text.front());
        if (length == 0 || octet < 0x20 || octet == 0x7F) {
            if (octet == '\n') {
                result += "\\n";
            } else if (octet == '\r') {
                result += "\\r";
            } else if (octet == '\t') {
                result += "\\t";
            } else {
                result += fmt::format("\\x{:02x}", octet);
            }
            text.remove_prefix(1);
            continue;
        }
        result += text.substr(0, length);
        text.remove_prefix(length);
    }
    return result + "'";
}

std::string describe_difference(std::string_view expected, std::string_view actual) {
    if (actual.empty() && !expected.empty()) return "nothing was printed";
    int line = 0;
    while (true) {
        ++line;
        const auto expected_end = expected.find('\n');
        const auto actual_end = actual.find('\n');
        const auto expected_line = expected.substr(0, expected_end);
        const auto actual_line = actual.substr(0, actual_end);
        if (expected_line != actual_line) {
            if (expected.empty())
                return fmt::format("output goes on at line {}, where it should end: {}", line,
                                   quoted(actual_line));
            if (actual.empty())
                return fmt::format("output ends before line {}: {}", line, quoted(expected_line));
            return fmt::format("output differs at line {}: {} instead of {}", line, quoted(actual_line),
                               quoted(expected_line));
        }
        const bool expected_newline = expected_end != std::string_view::npos;
        const bool actual_newline = actual_end != std::string_view::npos;
        if (expected_newline != actual_newline)
            return fmt::format("output differs at line {}: the newline at its end is {}", line,
                               expected_newline ? "missing" : "too much");
        if (!expected_newline) return "output is the same";
        expected.remove_prefix(expected_end + 1);
        actual.remove_prefix(actual_end + 1);
    }
}

std::optional<std::string_view> uncaught_exception(std::string_view output) {
    const auto lines = split_lines(output);
    if (lines.empty() || !is_exception_line(lines.back())) return std::nullopt;
    return lines.back();
}

std::string after_lines(std::string_view output) {
    const auto lines = split_lines(output).size();
    if (lines == 0) return "nothing was printed";
    return fmt::format("after {} line{}", lines, lines == 1 ? "" : "s");
}

std::string duration_text(std::chrono::nanoseconds duration) {
    using namespace std::chrono;
    const auto tenths = duration_cast<std::chrono::duration<long, std::deci>>(duration).count();
    if (tenths < 10) return fmt::format("{} ms", duration_cast<milliseconds>(duration).count());
    if (tenths % 10 == 0) return fmt::format("{} s", tenths / 10);
    return fmt::format("{}.{} s", tenths / 10, tenths % 10);
}

}  // namespace harness
