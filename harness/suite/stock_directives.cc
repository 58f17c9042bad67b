#include "harness/suite/stock_directives.h"

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

bool take(std::string_view& text, std::string_view word) {
    skip_blanks(text);
    if (!text.starts_with(word)) return false;
    text.remove_prefix(word.size());
    return true;
}

}  // namespace

CommandLine read_command_line(std::string_view source, const std::optional<Release>& release) {
    const bool first_line_only = release && *release < Release{1, 26, 0, false};
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
