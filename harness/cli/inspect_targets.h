// The targets that `mpyconform inspect --explain` knows: the host runtimes that set-up brought and the
// machines of qemu-configs/. Only what files say of them; none is started.
#pragma once

#include <string>
#include <vector>

#include "harness/disassembly/objdump_disassembler.h"
#include "mpy/explain.h"

namespace harness {

struct InspectTargets {
    std::vector<mpy::KnownTarget> targets;
    /// What could not be read, one paragraph; empty when all could.
    std::string note;
};

/// Those of this project, found as the other commands find it. What is missing is said in the note.
[[nodiscard]] InspectTargets known_inspect_targets();

/// For --disassemble: the programs of this project's set-up; those of PATH where it has none.
[[nodiscard]] ObjdumpTools known_objdump_tools();

}  // namespace harness
