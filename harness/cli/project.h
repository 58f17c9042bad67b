// Where the project's own data is, and where this run may keep things.
#pragma once

#include <filesystem>

#include "harness/base/result.h"

namespace harness {

struct Project {
    /// Holds suites/, qemu-configs/, firmware/.
    std::filesystem::path root;
    /// What set-up fetched: MPYCONFORM_DEPS, else ROOT/.deps.
    std::filesystem::path deps;
    /// Artifacts, expectations, firmware, durations: MPYCONFORM_CACHE, else ROOT/.cache.
    std::filesystem::path cache;
};

/// Finds the root: MPYCONFORM_ROOT, else the nearest folder above the program that holds suites/ and
/// qemu-configs/.
[[nodiscard]] Result<Project> find_project();

}  // namespace harness
