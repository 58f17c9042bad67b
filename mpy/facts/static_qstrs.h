// The strings that a file names by number (version 6). Not here: the qstr table of a file, which is in
// module.h.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mpy {

/// Text of static number 1..165 at index number - 1.
inline constexpr std::array kStaticQstrs = {
#define MPY_STATIC_QSTR(number, text) std::string_view{text, sizeof(text) - 1},
#include "mpy/facts/static_qstrs.def"
};

/// Numbers the rows claim, to prove that the list is dense.
inline constexpr std::array kStaticQstrNumbers = {
#define MPY_STATIC_QSTR(number, text) number,
#include "mpy/facts/static_qstrs.def"
};

/// The text of static number `number`, or nothing when the number is not assigned (0, or above the last one).
constexpr std::optional<std::string_view> static_qstr(std::uint64_t number) {
    if (number == 0 || number > kStaticQstrs.size()) return std::nullopt;
    return kStaticQstrs[static_cast<std::size_t>(number - 1)];
}

namespace detail {
constexpr bool static_qstrs_are_dense_and_unique() {
    for (std::size_t i = 0; i < kStaticQstrs.size(); ++i) {
        if (kStaticQstrNumbers[i] != static_cast<int>(i) + 1) return false;
        for (std::size_t j = 0; j < i; ++j) {
            if (kStaticQstrs[i] == kStaticQstrs[j]) return false;
        }
    }
    return true;
}
}  // namespace detail
static_assert(kStaticQstrs.size() == 165, "version 6 fixes 165 static strings");
static_assert(detail::static_qstrs_are_dense_and_unique());

}  // namespace mpy
