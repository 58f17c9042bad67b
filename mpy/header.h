// The four octets at the start of every .mpy file, of any version.
// Not here: what a loader makes of them (explain.h), the arch-flags number behind them (reader.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "mpy/facts/archs.h"
#include "mpy/facts/versions.h"
#include "mpy/finding.h"

namespace mpy {

inline constexpr std::uint8_t kMagic = 0x4D;
inline constexpr std::size_t kHeaderOctets = 4;
/// Small-int bits that `mpy-cross` assumes unless told otherwise, and for hosts with 64-bit words.
inline constexpr std::uint8_t kSmallIntBits32 = 31;
inline constexpr std::uint8_t kSmallIntBits64 = 63;

/// The header octets as they are, and what they mean in version 6. In older versions the feature octet means
/// something else; then only `version`, `feature` and `small_int_bits` count. Source: the .mpy format text,
/// section 3.
struct Header {
    std::uint8_t version = kVersion;
    std::uint8_t feature = 0;
    std::uint8_t small_int_bits = kSmallIntBits32;

    /// Bits 1..0 of the feature octet. Ignored by loaders when the file names no architecture.
    constexpr std::uint8_t sub_version() const { return feature & 3U; }
    /// The architecture number as the loader computes it: bits 5..2, and bit 7 as 32.
    constexpr std::uint8_t arch_number() const { return (feature >> 2) & 0x2FU; }
    /// An arch-flags number follows the header.
    constexpr bool has_arch_flags() const { return (feature & 0x40U) != 0; }
    /// The row of the architecture, or nullptr when the number is not assigned.
    constexpr const ArchInfo* arch() const { return find_arch(arch_number()); }
    /// Octets of a machine word; 0 when the file names no architecture or one that does not exist.
    constexpr std::uint8_t word_octets() const { return arch() == nullptr ? 0 : arch()->word_octets; }
    /// The row of the version, or nullptr when this library does not know it. A file of version 6 without an
    /// architecture is 6.3 whatever its sub-version bits say: bytecode is the same in all of them.
    constexpr const VersionInfo* version_info() const {
        return find_version(version, arch_number() == 0 ? kSubVersion : sub_version());
    }
    /// Data words in front of the machine code of native raw code. Source: versions.def.
    constexpr std::uint8_t native_words(bool generator) const {
        if (generator) return 2;
        const VersionInfo* info = version_info();
        return info == nullptr ? 1 : info->native_words;
    }

    friend constexpr bool operator==(Header, Header) = default;
};

/// Makes the feature octet of a file for `arch` in version 6.3: 0 for Arch::None.
constexpr std::uint8_t make_feature(Arch arch, bool with_arch_flags = false) {
    const unsigned number = static_cast<unsigned>(arch);
    return static_cast<std::uint8_t>((number == 0 ? 0U : number << 2 | kSubVersion) |
                                     (with_arch_flags ? 0x40U : 0U));
}

/// Reads the header of a file of any version. Fails with V2 when the file is shorter, with V1 when the magic
/// octet is wrong. A version that this library does not read is no failure here: look at `version_info()`.
Result<Header> read_header(std::span<const std::byte> file);

}  // namespace mpy
