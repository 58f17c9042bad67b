#include "harness/run/judge_pattern.h"

#include <fmt/format.h>

#include <optional>
#include <vector>

#include "harness/base/regex.h"

namespace harness {
namespace {

constexpr std::string_view kAnyLines = "########\n";

/// Lines with their LF; what follows the last LF is a line without one.
std::vector<std::string> lines_with_ends(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto newline = text.find('\n');
        const auto length = newline == std::string_view::npos ? text.size() : newline + 1;
        lines.emplace_back(text.substr(0, length));
        text.remove_prefix(length);
    }
    return lines;
}

struct PatternLine {
    std::string text;
    std::optional<Regex> regex;  ///< none for the line that stands for any lines
};

Result<std::vector<PatternLine>> read_pattern(std::string_view pattern) {
    std::vector<PatternLine> lines;
    for (std::string& text : lines_with_ends(pattern)) {
        PatternLine line{std::move(text), std::nullopt};
        if (line.text != kAnyLines) {
            auto regex = Regex::compile(expression_of_pattern_line(line.text));
            if (!regex)
                return configuration_error(fmt::format("the pattern file is broken at line {}: {}",
                                                       lines.size() + 1, regex.error().message));
            line.regex = *regex;
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

}  // namespace

std::string expression_of_pattern_line(std::string_view line) {
    std::string expression;
    bool escaped = false;
    bool ends_in_newline = false;
    for (const char c : line) {
        ends_in_newline = false;
        if (!escaped && c == '\\') {
            escaped = true;
            continue;
        }
        if (!escaped && std::string_view("()[]{}.*+^$").find(c) != std::string_view::npos) expression += '\\';
        escaped = false;
        expression += c;
        ends_in_newline = c == '\n';
    }
    // The newline that was put out last may be followed by a backslash that put out nothing.
    if (!ends_in_newline && !expression.empty() && expression.back() == '\n') ends_in_newline = true;
    if (ends_in_newline) {
        expression.pop_back();
        expression += "\r*\n";
    }
    return expression;
}

Result<std::string> convert_by_pattern(std::string_view output, std::string_view pattern) {
    MPY_TRY(const std::vector<PatternLine> patterns, read_pattern(pattern));
    std::vector<std::string> lines = lines_with_ends(output);
    // An unterminated last line gains its newline, and no output at all is one empty line.
    if (lines.empty()) lines.emplace_back();
    if (!lines.back().ends_with('\n')) lines.back() += '\n';

    std::size_t at = 0;
    for (std::size_t i = 0; i < patterns.size() && at < lines.size(); ++i, ++at) {
        if (patterns[i].regex) {
            MPY_TRY(const bool matches, patterns[i].regex->matches_start(lines[at]));
            if (matches) lines[at] = patterns[i].text;
            continue;
        }
        if (i + 1 == patterns.size() || !patterns[i + 1].regex)
            return configuration_error(
                fmt::format("the pattern file is broken at line {}: ######## has to be followed by the line "
                            "that ends the gap",
                            i + 1));
        std::size_t end = at;
        for (; end < lines.size(); ++end) {
            MPY_TRY(const bool matches, patterns[i + 1].regex->matches_start(lines[end]));
            if (matches) break;
        }
        if (end == lines.size()) {
            lines[at] = "######## FAIL\n";
            break;
        }
        const auto first = lines.begin() + static_cast<std::ptrdiff_t>(at);
        lines.erase(first, lines.begin() + static_cast<std::ptrdiff_t>(end));
        lines.emplace(lines.begin() + static_cast<std::ptrdiff_t>(at), kAnyLines);
    }
    std::string converted;
    for (const std::string& line : lines) converted += line;
    return converted;
}

}  // namespace harness
