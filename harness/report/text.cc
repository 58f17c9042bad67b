#include "harness/report/text.h"

#include <fmt/format.h>

#include <cstdint>

namespace harness {
namespace {

std::uint8_t octet(char c) {
    return static_cast<std::uint8_t>(c);
}

std::uint32_t code_point(std::string_view character) {
    const std::uint8_t first = octet(character[0]);
    if (character.size() == 1) return first;
    std::uint32_t value = first & (0x7fU >> character.size());
    for (const char c : character.substr(1)) value = (value << 6) | (octet(c) & 0x3fU);
    return value;
}

/// C1 controls, line and paragraph separators, and the marks that reorder text on a terminal.
bool is_invisible(std::uint32_t point) {
    return (point >= 0x80 && point <= 0x9f) || point == 0x200e || point == 0x200f ||
           (point >= 0x2028 && point <= 0x202e) || (point >= 0x2066 && point <= 0x2069) || point == 0xfeff;
}

std::string escaped(std::string_view character) {
    const std::uint8_t first = octet(character[0]);
    if (character == "\r") return "\\r";
    if (character == "\t") return "\\t";
    if (character.size() == 1) return fmt::format("\\x{:02x}", first);
    return fmt::format("\\u{{{:04x}}}", code_point(character));
}

}  // namespace

std::size_t utf8_length(std::string_view text) {
    if (text.empty()) return 0;
    const std::uint8_t first = octet(text[0]);
    if (first < 0x80) return 1;
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
    for (const char c : text.substr(1, length - 1))
        if ((octet(c) & 0xc0U) != 0x80) return 0;
    const std::uint32_t point = code_point(text.substr(0, length));
    if (length == 3 && (point < 0x800 || (point >= 0xd800 && point <= 0xdfff))) return 0;
    if (length == 4 && (point < 0x10000 || point > 0x10ffff)) return 0;
    return length;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string visible_line(std::string_view line, std::size_t most_columns) {
    const std::size_t last = line.find_last_not_of(' ');
    const std::size_t trailing_spaces_from = last == std::string_view::npos ? 0 : last + 1;
    std::string result;
    std::size_t columns = 0;
    std::size_t at = 0;
    while (at < line.size()) {
        if (columns >= most_columns) {
            result += fmt::format("… ({} more octets)", line.size() - at);
            return result;
        }
        const std::size_t length = utf8_length(line.substr(at));
        const std::string_view character = line.substr(at, length == 0 ? 1 : length);
        const std::uint8_t first = octet(character[0]);
        const bool hidden = length == 0 || first < 0x20 || first == 0x7f ||
                            (length > 1 && is_invisible(code_point(character))) || at >= trailing_spaces_from;
        const std::string shown = hidden ? escaped(character) : std::string(character);
        columns += hidden ? shown.size() : 1;
        result += shown;
        at += character.size();
    }
    return result;
}

std::string as_utf8(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        if (length == 0)
            result += fmt::format("\\x{:02x}", octet(text[0]));
        else
            result += text.substr(0, length);
        text.remove_prefix(length == 0 ? 1 : length);
    }
    return result;
}

std::size_t column_count(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text)
        if ((octet(c) & 0xc0U) != 0x80) ++count;
    return count;
}

std::string fit_columns(std::string_view text, std::size_t columns) {
    if (column_count(text) <= columns) return std::string(text);
    if (columns == 0) return {};
    std::string result;
    for (std::size_t taken = 0; taken + 1 < columns; ++taken) {
        const std::size_t length = std::max<std::size_t>(utf8_length(text), 1);
        result += text.substr(0, length);
        text.remove_prefix(length);
    }
    return result + "…";
}

}  // namespace harness
