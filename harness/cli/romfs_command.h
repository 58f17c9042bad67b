// `mpyconform romfs`: makes and lists ROMFS images.
#pragma once

#include <filesystem>
#include <string>

namespace harness {

struct RomfsOptions {
    std::filesystem::path image;
    /// Not empty: build the image from this folder. Empty: list what is in it.
    std::filesystem::path folder;
};

/// Prints on stdout; the exit status is the return value.
[[nodiscard]] int romfs_command(const RomfsOptions& options);

}  // namespace harness
