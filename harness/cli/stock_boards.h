// Targets that run a MicroPython tree's own firmware on QEMU machines (machine files with the key `board`),
// and the firmware that the user gives for a machine.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/cli/project.h"
#include "harness/cli/targets.h"
#include "harness/compile/toolset.h"
#include "harness/model/target.h"
#include "harness/target/machine_file.h"
#include "harness/target/memory_repl_target.h"

namespace harness {

/// The user's firmware for each machine, by its name, from NAME=FILE. Error: a wish of another form, a
/// machine that does not exist, a file that cannot be meant for it.
[[nodiscard]] Result<std::map<std::string, std::filesystem::path>> given_firmware(
    const std::vector<std::string>& wishes, const std::vector<MachineFile>& machines);

/// What is known before the firmware is asked; `unavailable` says what is missing here. `given` is the user's
/// firmware for this machine, empty = it is built from the tree.
[[nodiscard]] TargetDescription describe_stock_board(const MachineFile& machine, const Toolset& toolset,
                                                     const std::filesystem::path& given);

[[nodiscard]] std::unique_ptr<MemoryReplTarget> make_stock_board(
    const Project& project, const Toolset& toolset, const TargetWishes& wishes, const MachineFile& machine,
    TargetDescription description, const std::filesystem::path& given);

}  // namespace harness
