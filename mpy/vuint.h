// The variable-length unsigned integer of the format. Not here: the signed form, which only one instruction
// has.
//
// Groups of 7 bits, the most significant first; bit 7 of an octet says that another follows.
// Source: the .mpy format text, section 1.2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace mpy {

/// Most octets that a vuint may have (V2); enough for 64 bits.
inline constexpr std::size_t kMaxVuintOctets = 10;

enum class VuintError : std::uint8_t { None, Truncated, TooLong, Overflow };

struct Vuint {
    std::uint64_t value = 0;
    /// Octets that it takes in the input; on an error, those that were looked at.
    std::uint32_t octets = 0;
    VuintError error = VuintError::None;

    constexpr bool ok() const { return error == VuintError::None; }
};

/// Octets of the shortest form of `value`.
constexpr std::uint32_t vuint_octets(std::uint64_t value) {
    std::uint32_t octets = 1;
    while (value > 0x7F) {
        value >>= 7;
        ++octets;
    }
    return octets;
}

/// Decodes the vuint at the start of `octets`.
constexpr Vuint decode_vuint(std::span<const std::byte> octets) {
    Vuint result;
    for (std::byte octet : octets) {
        if (result.octets == kMaxVuintOctets) {
            result.error = VuintError::TooLong;
            return result;
        }
        ++result.octets;
        if (result.value >> 57 != 0) {
            result.error = VuintError::Overflow;
            return result;
        }
        result.value = result.value << 7 | (static_cast<std::uint64_t>(octet) & 0x7F);
        if ((octet & std::byte{0x80}) == std::byte{0}) return result;
    }
    result.error = result.octets == kMaxVuintOctets ? VuintError::TooLong : VuintError::Truncated;
    return result;
}

}  // namespace mpy
