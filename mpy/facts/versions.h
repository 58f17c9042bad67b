// What each version of the format is. Not here: what a given runtime accepts beyond its version (see
// explain.h).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mpy {

/// One row of versions.def.
struct VersionInfo {
    std::uint8_t version;
    std::uint8_t sub_version;
    std::string_view name;
    std::string_view first_release;
    std::string_view last_release;
    bool readable;
    std::uint8_t native_words;
    std::string_view lacks;
};

inline constexpr std::array kVersions = {
#define MPY_VERSION(version, sub, name, first_release, last_release, readable, native_words, lacks) \
    VersionInfo{version, sub, name, first_release, last_release, (readable) != 0, native_words, lacks},
#include "mpy/facts/versions.def"
};

/// The version octet and the sub-version that current producers write for native code.
inline constexpr std::uint8_t kVersion = 6;
inline constexpr std::uint8_t kSubVersion = 3;

/// The row of a version, or nullptr when this library does not know it. `sub_version` counts for version 6
/// only.
constexpr const VersionInfo* find_version(std::uint8_t version, std::uint8_t sub_version = 0) {
    for (const VersionInfo& row : kVersions) {
        if (row.version == version && (version < 6 || row.sub_version == sub_version)) return &row;
    }
    return nullptr;
}

namespace detail {
constexpr bool versions_are_ascending() {
    for (std::size_t i = 1; i < kVersions.size(); ++i) {
        const VersionInfo& a = kVersions[i - 1];
        const VersionInfo& b = kVersions[i];
        if (a.version * 4 + a.sub_version >= b.version * 4 + b.sub_version) return false;
    }
    return true;
}
}  // namespace detail
static_assert(detail::versions_are_ascending());
static_assert(kVersions.back().version == kVersion && kVersions.back().sub_version == kSubVersion);

}  // namespace mpy
