#include "mpy/text_rules.h"

#include <cstddef>

namespace mpy {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// Takes the digits at the start of `text` away; tells whether there were any.
bool take_digits(std::string_view& text) {
    std::size_t n = 0;
    while (n < text.size() && is_digit(text[n])) ++n;
    text.remove_prefix(n);
    return n != 0;
}

bool take_word(std::string_view& text, std::string_view word) {
    if (text.size() < word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if ((text[i] | 0x20) != word[i]) return false;
    }
    text.remove_prefix(word.size());
    return true;
}

/// Takes an unsigned float away from the start of `text`.
bool take_float(std::string_view& text) {
    if (take_word(text, "inf") || take_word(text, "nan")) return true;
    bool digits = take_digits(text);
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        digits = take_digits(text) || digits;
    }
    if (!digits) return false;
    if (text.starts_with('e') || text.starts_with('E')) {
        text.remove_prefix(1);
        if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
        return take_digits(text);
    }
    return true;
}

void take_minus(std::string_view& text) {
    if (text.starts_with('-')) text.remove_prefix(1);
}

}  // namespace

Utf8 classify_utf8(std::string_view text) {
    Utf8 result = Utf8::Valid;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i++]);
        if (lead < 0x80) continue;
        const std::size_t more = lead < 0xC0   ? 0U
                                 : lead < 0xE0 ? 1U
                                 : lead < 0xF0 ? 2U
                                 : lead < 0xF8 ? 3U
                                               : 0U;
        if (more == 0 || text.size() - i < more) return Utf8::Invalid;
        std::uint32_t code = lead & (0x3FU >> more);
        for (std::size_t k = 0; k < more; ++k) {
            const auto next = static_cast<unsigned char>(text[i++]);
            if ((next & 0xC0) != 0x80) return Utf8::Invalid;
            code = code << 6 | (next & 0x3FU);
        }
        constexpr std::uint32_t kSmallest[] = {0, 0x80, 0x800, 0x10000};
        if (code < kSmallest[more] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
            result = Utf8::Loose;
    }
    return result;
}

bool is_int_text(std::string_view text) {
    take_minus(text);
    return take_digits(text) && text.empty();
}

bool is_float_text(std::string_view text) {
    take_minus(text);
    return take_float(text) && text.empty();
}

bool is_complex_text(std::string_view text) {
    take_minus(text);
    if (!take_float(text)) return false;
    if (text.starts_with('+') || text.starts_with('-')) {
        text.remove_prefix(1);
        if (!take_float(text)) return false;
    }
    return text == "j";
}

}  // namespace mpy
