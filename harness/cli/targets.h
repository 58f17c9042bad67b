// Makes the targets of this machine: stock runtimes, machines, the user's own binaries, and stand-ins for
// archs that nothing can run.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/cli/board_targets.h"
#include "harness/cli/project.h"
#include "harness/compile/toolset.h"
#include "harness/model/target.h"
#include "harness/target/machine_target.h"
#include "harness/target/memory_repl_target.h"
#include "harness/target/process_target.h"
#include "harness/target/target.h"
#include "harness/target/workspace.h"

namespace harness {

/// Stands among names of targets for every machine with our firmware that is not only there on request.
inline constexpr std::string_view kMachines = "machines";

struct TargetWishes {
    /// Names, kMachines, or boards (board_targets.h); empty = all. A name that does not exist is an error,
    /// one that cannot be used as well.
    std::vector<std::string> names;
    /// Targets that are only made when they are named, too: for a list of all.
    bool on_request_too = false;
    BoardOptions board;
    /// FILE or NAME=FILE, instead of everything that set-up fetched.
    std::vector<std::string> micropython;
    /// Tests tree, for the module path of unix targets.
    std::filesystem::path tests_tree;
    /// Tree that the runtimes were built from; empty = the one that holds the tests.
    std::filesystem::path source_tree;
    std::string heap_size;
    bool keep_path = false;
    bool no_cache = false;
    bool fresh_processes = false;
    /// NAME=FILE each: firmware for a machine, instead of what would be built.
    std::vector<std::string> firmware;
    unsigned build_jobs = 1;
    std::string icount;
};

struct TargetSet {
    std::vector<std::unique_ptr<Target>> targets;
    /// Those that exist but cannot be used here, with the reason in `unavailable`.
    std::vector<TargetDescription> unusable;
    /// Every machine target, also in `targets`; for costs and self-tests.
    std::vector<MachineTarget*> machines;
    /// Every board with stock firmware in QEMU, also in `targets`.
    std::vector<MemoryReplTarget*> boards;
    /// Every target that is a process on this host, also in `targets`.
    std::vector<ProcessTarget*> processes;
};

[[nodiscard]] Result<TargetSet> make_targets(const Project& project, const Toolset& toolset,
                                             WorkspacePool& workspaces, const TargetWishes& wishes);

/// Stand-ins named "check-ARCH" for those of `archs` that no target accepts.
[[nodiscard]] std::vector<TargetDescription> checking_targets(const std::vector<std::string>& archs,
                                                              const std::vector<TargetDescription>& targets,
                                                              const std::string& compiler_release);

/// Whether a program can be started by this name.
[[nodiscard]] bool is_on_path(const std::string& program);

/// Names of archs whose files a host of `arch` loads, its own first.
[[nodiscard]] std::vector<std::string> accepted_archs(const std::string& arch);

}  // namespace harness
