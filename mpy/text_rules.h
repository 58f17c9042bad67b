// What the text inside a file has to look like: strings and number constants.
#pragma once

#include <cstdint>
#include <string_view>

namespace mpy {

enum class Utf8 : std::uint8_t {
    Valid,
    /// Lead and continuation octets fit together, but a sequence is overlong, a surrogate or beyond U+10FFFF.
    /// MicroPython makes and takes such strings (a literal '\ud800').
    Loose,
    Invalid
};

/// How well `text` is formed as UTF-8.
Utf8 classify_utf8(std::string_view text);

/// Texts of the number objects: decimal digits with an optional minus; a decimal float, `inf` or `nan`; a
/// float followed by `j`, with an optional real part in front. Source: the .mpy format text, section 5.
bool is_int_text(std::string_view text);
bool is_float_text(std::string_view text);
bool is_complex_text(std::string_view text);

}  // namespace mpy
