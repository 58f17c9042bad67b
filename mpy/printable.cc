#include "mpy/printable.h"

#include <algorithm>
#include <array>

namespace mpy {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";
constexpr char kUpperHexDigits[] = "0123456789ABCDEF";

/// A code point decoded from UTF-8, or 0 octets when the text does not start with one.
struct CodePoint {
    std::uint32_t value = 0;
    std::size_t octets = 0;
};

CodePoint code_point_at(std::string_view text) {
    const auto at = [text](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
    const std::uint8_t first = at(0);
    if (first < 0x80) return {first, 1};
    std::size_t octets = 0;
    std::uint32_t value = 0;
    if ((first & 0xE0) == 0xC0) {
        octets = 2;
        value = first & 0x1FU;
    } else if ((first & 0xF0) == 0xE0) {
        octets = 3;
        value = first & 0x0FU;
    } else if ((first & 0xF8) == 0xF0) {
        octets = 4;
        value = first & 0x07U;
    } else {
        return {};
    }
    if (text.size() < octets) return {};
    for (std::size_t i = 1; i < octets; ++i) {
        if ((at(i) & 0xC0) != 0x80) return {};
        value = value << 6 | (at(i) & 0x3FU);
    }
    constexpr std::array<std::uint32_t, 5> kSmallest = {0, 0, 0x80, 0x800, 0x10000};
    if (value < kSmallest[octets] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return {};
    return {value, octets};
}

/// Code points that a terminal shows as themselves and that cannot reorder or hide what stands around them.
bool is_shown(std::uint32_t value) {
    if (value < 0x20 || (value >= 0x7F && value < 0xA0)) return false;
    if (value < 0xA0) return true;
    const auto between = [value](std::uint32_t low, std::uint32_t high) {
        return value >= low && value <= high;
    };
    return !(value == 0xAD || value == 0x61C || value == 0x180E || value == 0xFEFF ||
             between(0x200B, 0x200F) || between(0x2028, 0x202E) || between(0x2060, 0x206F) ||
             between(0xE000, 0xF8FF) || between(0xFDD0, 0xFDEF) || between(0xFE00, 0xFE0F) ||
             between(0xFFF0, 0xFFFF) || value >= 0xE0000 || (value & 0xFFFE) == 0xFFFE);
}

void append_hex(std::string& out, std::uint32_t value, int digits) {
    for (int i = digits - 1; i >= 0; --i) out += kHexDigits[(value >> (4 * i)) & 0xF];
}

enum class Escapes { Text, Octets };

void append_escaped(std::string& out, std::string_view text, char quote, Escapes escapes) {
    while (!text.empty()) {
        CodePoint point = escapes == Escapes::Text ? code_point_at(text) : CodePoint{};
        if (point.octets == 0) point = {static_cast<std::uint8_t>(text.front()), 1};
        const bool decoded = point.octets > 1 || point.value < 0x80;
        if (point.value == '\n') {
            out += "\\n";
        } else if (point.value == '\r') {
            out += "\\r";
        } else if (point.value == '\t') {
            out += "\\t";
        } else if (point.value == '\\' || (quote != 0 && point.value == static_cast<std::uint8_t>(quote))) {
            out += '\\';
            out += static_cast<char>(point.value);
        } else if (decoded && is_shown(point.value)) {
            out.append(text.substr(0, point.octets));
        } else if (point.value < 0x100) {
            out += "\\x";
            append_hex(out, point.value, 2);
        } else if (point.value < 0x10000) {
            out += "\\u";
            append_hex(out, point.value, 4);
        } else {
            out += "\\U";
            append_hex(out, point.value, 8);
        }
        text.remove_prefix(point.octets);
    }
}

/// Cuts at a boundary of UTF-8 characters.
std::string_view cut(std::string_view text, std::size_t max_octets) {
    if (text.size() <= max_octets) return text;
    std::size_t at = max_octets;
    for (int back = 0; back < 3 && at > 0 && (static_cast<std::uint8_t>(text[at]) & 0xC0) == 0x80; ++back)
        --at;
    return text.substr(0, at);
}

std::string literal(std::string_view prefix, std::string_view text, std::size_t max_octets, Escapes escapes) {
    const std::string_view shown = cut(text, max_octets);
    std::string out(prefix);
    out += '\'';
    append_escaped(out, shown, '\'', escapes);
    out += '\'';
    if (shown.size() < text.size()) out += "... (" + std::to_string(text.size()) + " octets)";
    return out;
}

void append_object(std::string& out, const Object& object, std::size_t max_octets) {
    const auto room = [&out, max_octets] {
        return out.size() < max_octets ? max_octets - out.size() : std::size_t{0};
    };
    switch (object.kind) {
        case ObjectKind::None:
        case ObjectKind::False:
        case ObjectKind::True:
            out += name_of(object.kind);
            return;
        case ObjectKind::Str:
            out += quoted(object.text, std::max<std::size_t>(room(), 8));
            return;
        case ObjectKind::Bytes:
            out += quoted_octets(object.text, std::max<std::size_t>(room(), 8));
            return;
        case ObjectKind::Int:
        case ObjectKind::Float:
        case ObjectKind::Complex:
            out += printable(object.text, std::max<std::size_t>(room(), 8));
            return;
        case ObjectKind::Tuple: {
            out += '(';
            bool first = true;
            for (const Object& item : object.items) {
                if (!first) out += ", ";
                first = false;
                if (out.size() >= max_octets) {
                    out += "... " + std::to_string(object.items.size()) + " items";
                    break;
                }
                append_object(out, item, max_octets);
            }
            if (object.items.size() == 1) out += ',';
            out += ')';
            return;
        }
        case ObjectKind::FunctionTable:
            out += "<function table>";
            return;
        case ObjectKind::Ellipsis:
            out += "...";
            return;
    }
}

}  // namespace

std::string quoted(std::string_view text, std::size_t max_octets) {
    return literal("", text, max_octets, Escapes::Text);
}

std::string quoted_octets(std::string_view octets, std::size_t max_octets) {
    return literal("b", octets, max_octets, Escapes::Octets);
}

std::string printable(std::string_view text, std::size_t max_octets) {
    const std::string_view shown = cut(text, max_octets);
    std::string out;
    append_escaped(out, shown, 0, Escapes::Text);
    if (shown.size() < text.size()) out += "... (" + std::to_string(text.size()) + " octets)";
    return out;
}

std::string printable(const Object& object, std::size_t max_octets) {
    std::string out;
    append_object(out, object, max_octets);
    return out;
}

std::string quoted_qstr(const Module& module, QstrIndex index, std::size_t max_octets) {
    const QstrEntry* entry = module.qstr(index);
    if (entry == nullptr) return "<no qstr " + std::to_string(index.value) + ">";
    return quoted(entry->text, max_octets);
}

std::string printable_object(const Module& module, ObjectIndex index, std::size_t max_octets) {
    const Object* object = module.object(index);
    if (object == nullptr) return "<no object " + std::to_string(index.value) + ">";
    return printable(*object, max_octets);
}

std::string hex_octets(std::span<const std::byte> octets, std::size_t max_octets) {
    std::string out;
    const std::size_t shown = std::min(octets.size(), max_octets);
    for (std::size_t i = 0; i < shown; ++i) {
        if (i > 0) out += ' ';
        const auto octet = static_cast<unsigned>(octets[i]);
        out += kUpperHexDigits[octet >> 4];
        out += kUpperHexDigits[octet & 0xF];
    }
    if (shown < octets.size()) out += " ..";
    return out;
}

}  // namespace mpy
