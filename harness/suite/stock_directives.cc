#include "harness/suite/stock_directives.h"

#include <algorithm>

namespace harness {
namespace {

constexpr std::string_view kCommandLine = "# cmdline:";
constexpr std::string_view kSigint = "# sigint:";

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

void split_words(std::string_view text, std::vector<std::string>& words) {
    while (true) {
        while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
        if (text.empty()) return;
        std::size_t end = 0;
        while (end < text.size() && !is_blank(text[end])) ++end;
        words.emplace_back(text.substr(0, end));
        text.remove_prefix(end);
    }
}

void skip_blanks(std::string_view& text) {
    while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
}

/// Of a release before 1.`minor`; an unknown release is the newest.
bool is_older(const std::optional<Release>& release, int minor) {
    return release && *release < Release{1, minor, 0, true};
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// `{\xNN}`.
constexpr std::string_view kCodeStart = "{\\x";
constexpr std::size_t kCodeSize = 6;

/// The octet that `{\xNN}` at the front of the text stands for.
std::optional<char> control_code(std::string_view text, int base) {
    if (text.size() < kCodeSize || !text.starts_with(kCodeStart) || text[kCodeSize - 1] != '}')
        return std::nullopt;
    const char high = text[kCodeStart.size()];
    const char low = text[kCodeStart.size() + 1];
    if (!is_digit(high) || !is_digit(low)) return std::nullopt;
    return static_cast<char>((high - '0') * base + (low - '0'));
}

std::string with_control_codes(std::string_view line, int base) {
    std::string octets;
    while (!line.empty()) {
        const auto code = control_code(line, base);
        octets += code.value_or(line.front());
        line.remove_prefix(code ? kCodeSize : 1);
    }
    return octets;
}

bool take(std::string_view& text, std::string_view word) {
    skip_blanks(text);
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    return true;
}

}  // namespace

CommandLine read_command_line(std::string_view source, const std::optional<Release>& release) {
    const bool first_line_only = is_older(release, 27);
    CommandLine result;
    while (source.starts_with('#')) {
        const auto end = source.find('\n');
        const std::string_view line = source.substr(0, end);
        if (line.starts_with(kCommandLine)) split_words(line.substr(kCommandLine.size()), result.arguments);
        if (!first_line_only && line.starts_with(kSigint)) result.wants_sigint = true;
        if (first_line_only || end == std::string_view::npos) break;
        source.remove_prefix(end + 1);
    }
    return result;
}

std::vector<TypedLine> read_typed_lines(std::string_view source, bool wants_sigint,
                                        const std::optional<Release>& release) {
    const bool knows_codes = !is_older(release, 26);
    const int base = is_older(release, 27) ? 10 : 16;
    std::vector<TypedLine> lines;
    while (!source.empty()) {
        const std::size_t end = std::min(source.find('\n'), source.size() - 1) + 1;
        const std::string_view line = source.substr(0, end);
        source.remove_prefix(end);
        if (wants_sigint && line.find("{\\x03}") != std::string_view::npos)
            lines.push_back({"\x03", true});
        else
            lines.push_back({knows_codes ? with_control_codes(line, base) : std::string(line), false});
    }
    return lines;
}

bool asks_for_machine_code(std::string_view source) {
    // The compiler knows these decorators by their two names alone, at the beginning of a line.
    while (!source.empty()) {
        const auto end = source.find('\n');
        std::string_view line = source.substr(0, end);
        if (take(line, "@") && take(line, "micropython") && take(line, ".")) {
            skip_blanks(line);
            for (const std::string_view name : {"native", "viper", "asm_"})
                if (line.starts_with(name)) return true;
        }
        if (end == std::string_view::npos) break;
        source.remove_prefix(end + 1);
    }
    return false;
}

}  // namespace harness
