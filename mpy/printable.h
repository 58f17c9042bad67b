// Octets of a file as text that is safe to print: what a person reads in listings and messages.
//
// Strings in a .mpy file are whatever its maker put there. Nothing that these functions return can move a
// cursor, change a colour, break a line or reverse the direction of writing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mpy/module.h"

namespace mpy {

/// Octets after which a text is cut when nothing else is said.
inline constexpr std::size_t kPrintableOctets = 60;

/// As a Python string literal, `'it\'s'`. Printable UTF-8 stays; everything else becomes an escape. When more
/// than `max_octets` octets would be shown, `...` and the full length follow the quote.
std::string quoted(std::string_view text, std::size_t max_octets = kPrintableOctets);

/// As a Python bytes literal, `b'\x00a'`.
std::string quoted_octets(std::string_view octets, std::size_t max_octets = kPrintableOctets);

/// Without quotes, for names inside a sentence.
std::string printable(std::string_view text, std::size_t max_octets = kPrintableOctets);

/// An object as Python would write it: `(1, 'x', None)`; `<function table>` for that kind. Long ones are cut.
std::string printable(const Object& object, std::size_t max_octets = kPrintableOctets);

/// The string at `index` in quotes, or `<no qstr 7>`.
std::string quoted_qstr(const Module& module, QstrIndex index, std::size_t max_octets = kPrintableOctets);

/// The object at `index`, or `<no object 7>`.
std::string printable_object(const Module& module, ObjectIndex index,
                             std::size_t max_octets = kPrintableOctets);

/// `55 48 89 E5`: octets as the hex dumps of this library show them. At most `max_octets`, then `..`.
std::string hex_octets(std::span<const std::byte> octets, std::size_t max_octets);

}  // namespace mpy
