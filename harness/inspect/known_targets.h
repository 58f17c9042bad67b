// The targets that `mpyconform inspect --explain` knows: the host runtimes that set-up brought and the
// machines of qemu-configs/. Only what files say of them; none is started.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "mpy/explain.h"

namespace harness {

struct InspectTargets {
    std::vector<mpy::KnownTarget> targets;
    /// What could not be read, one paragraph; empty when all could.
    std::string note;
};

/// `deps` is the folder of deps.json, `machines` that of the machine files; either may be missing, which the
/// note then says.
[[nodiscard]] InspectTargets known_inspect_targets(const std::filesystem::path& deps,
                                                   const std::filesystem::path& machines);

}  // namespace harness
