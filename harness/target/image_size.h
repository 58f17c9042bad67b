// What a program takes: the sizes that binutils' `size` prints, read from the ELF file itself.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string_view>

#include "harness/base/result.h"

namespace harness {

struct ProgramSize {
    std::uint64_t text = 0;  ///< sections that are loaded and never written: code and constants
    std::uint64_t data = 0;  ///< loaded and written
    std::uint64_t bss = 0;   ///< zeroed memory
    bool operator==(const ProgramSize&) const = default;
};

/// Error (Io): the file cannot be read or is no ELF file with sections.
[[nodiscard]] Result<ProgramSize> program_size(const std::filesystem::path& file);

/// The same from its octets.
[[nodiscard]] Result<ProgramSize> program_size_of(std::string_view octets);

}  // namespace harness
