// Program output made fit to be shown: control characters visible, invalid UTF-8 visible, lengths bounded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace harness {

/// How many octets at the front of `text` form one valid UTF-8 character (no surrogates, no overlong forms);
/// 0 when they do not.
[[nodiscard]] std::size_t utf8_length(std::string_view text);
[[nodiscard]] bool is_utf8(std::string_view text);

/// One line as a person can read it on any terminal: control characters, characters that change the writing
/// direction, and octets that are not UTF-8 become `\xNN`, `\r`, `\t` or `\u{NNNN}`; spaces at the end become
/// `\x20`. Cut to `most_columns` characters with a note of what is missing. `line` has no newline.
[[nodiscard]] std::string visible_line(std::string_view line, std::size_t most_columns = 200);

/// The text with octets that are not UTF-8 written as `\xNN`; everything else stays as it is.
[[nodiscard]] std::string as_utf8(std::string_view text);

/// Characters of valid UTF-8; each counts as one column.
[[nodiscard]] std::size_t column_count(std::string_view text);

/// The front of valid UTF-8 that takes at most `columns`; when something is cut its last column is '…'.
[[nodiscard]] std::string fit_columns(std::string_view text, std::size_t columns);

}  // namespace harness
