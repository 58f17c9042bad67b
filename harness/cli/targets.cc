#include "harness/cli/targets.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>

#include "harness/cli/fault_text.h"
#include "harness/cli/stock_boards.h"
#include "harness/target/failed_target.h"
#include "harness/target/process_target.h"
#include "mpy/facts/archs.h"

namespace harness {
namespace fs = std::filesystem;

namespace {

/// User-mode emulation starts slowly and runs several times slower than the host.
constexpr double kEmulatedTimeFactor = 4.0;

/// "arm-none-eabi-gcc" -> "arm-none-eabi-addr2line": binutils come with the compiler under the same prefix.
std::string addr2line_of(const std::string& compiler) {
    return compiler.substr(0, compiler.rfind("gcc")) + "addr2line";
}

TargetDescription describe(const RuntimeTool& runtime) {
    TargetDescription description;
    description.name = runtime.name;
    description.runtime = runtime.kind;
    description.release = runtime.release;
    description.arch = runtime.arch;
    description.accepts = accepted_archs(runtime.arch);
    description.compiler_release = runtime.compiler;
    description.unavailable = runtime.unavailable;
    description.packages = runtime.packages;
    const std::string program =
        runtime.argv.empty() ? "" : fs::path(runtime.argv.front()).filename().string();
    const bool emulated = program.starts_with("qemu-");
    description.machine = emulated ? program + " (user mode)" : "this host";
    description.time_factor = emulated ? kEmulatedTimeFactor : 1.0;
    return description;
}

/// The library that lets a runtime behind qemu-arm start once (harness/target/warm_start.c), for its float
/// ABI. Empty when the build made none, and for every other runtime: a native start costs less than a fork
/// saves.
fs::path warm_start_for(const RuntimeTool& runtime) {
    if (runtime.argv.size() < 3 || fs::path(runtime.argv.front()).filename() != "qemu-arm") return {};
    // Source: the ELF header of the Arm ABI: e_flags at 0x24, EF_ARM_ABI_FLOAT_HARD.
    constexpr std::size_t kFlags = 0x24;
    constexpr unsigned char kFloatHard = 0x04;  // of the second octet
    std::array<char, kFlags + 4> head{};
    std::ifstream program(runtime.argv.back(), std::ios::binary);
    if (!program.read(head.data(), head.size())) return {};
    const bool hard = (static_cast<unsigned char>(head[kFlags + 1]) & kFloatHard) != 0;
    fs::path library =
        fs::path(MPYCONFORM_WARM_START_FOLDER) / fmt::format("warm-start-arm-{}.so", hard ? "hard" : "soft");
    std::error_code error;
    return fs::exists(library, error) ? library : fs::path();
}

/// A machine whose firmware a package brings: nothing of ours is built for it.
void describe_given_firmware(const MachineFile& machine, TargetDescription& description) {
    description.runtime = "given firmware";
    description.accepts = machine.accepts;
    description.time_factor = machine.time_factor;
    std::error_code error;
    const bool has_emulator = is_on_path(machine.qemu);
    if (has_emulator && fs::is_regular_file(machine.firmware_file, error)) return;
    description.unavailable = fmt::format("{} is not there: install the Debian package {}",
                                          has_emulator ? machine.firmware_file.string() : machine.qemu,
                                          has_emulator ? machine.firmware_package : machine.package);
}

TargetDescription describe(const MachineFile& machine, const Toolset& toolset, const TreeTool* tree,
                           const CompilerTool* compiler, const fs::path& given) {
    const ToolchainTool* toolchain = toolset.toolchain_named(machine.toolchain);
    TargetDescription description;
    description.name = machine.name;
    description.runtime = "conformance firmware";
    description.machine = machine.about;
    if (machine.arch != "none") description.arch = machine.arch;
    if (!machine.firmware_file.empty()) {
        describe_given_firmware(machine, description);
        return description;
    }
    description.accepts = machine.accepts;
    description.time_factor = machine.time_factor;
    if (!given.empty()) {
        // What it is and loads, it tells itself.
        description.runtime = "given firmware";
        description.arch.clear();
        description.accepts.clear();
        if (!is_on_path(machine.qemu))
            description.unavailable = fmt::format("{} is not installed: install the Debian package(s) {}",
                                                  machine.qemu, machine.package);
        return description;
    }
    if (tree != nullptr) description.release = description.compiler_release = tree->release;
    const auto missing = [&](const std::string& what, const std::string& package) {
        description.unavailable = fmt::format(
            "{} is not installed: install the Debian package(s) {} (ci/setup does it)", what, package);
    };
    if (!is_on_path(machine.qemu))
        missing(machine.qemu, machine.package);
    else if (!is_on_path(machine.compiler))
        missing(machine.compiler, machine.compiler_package);
    else if (!machine.toolchain.empty() && toolchain == nullptr)
        description.unavailable = fmt::format(
            "its compiler needs parts that ci/setup builds (the toolchain {}), and deps.json does not name "
            "them: run ci/setup",
            machine.toolchain);
    else if (!machine.toolchain.empty() && !toolchain->unavailable.empty())
        description.unavailable = toolchain->unavailable;
    else if (tree == nullptr)
        description.unavailable =
            "there is no MicroPython source tree to build the firmware from: run ci/setup";
    else if (compiler == nullptr)
        description.unavailable =
            fmt::format("there is no mpy-cross {} to build the firmware with: run ci/setup", tree->release);
    return description;
}

ProcessTargetConfig unix_config(const Project& project, const TargetWishes& wishes) {
    ProcessTargetConfig config;
    config.heap_size = wishes.heap_size;
    if (!wishes.no_cache) config.probe_cache = project.cache / "probe";
    if (!wishes.keep_path) {
        // Source: test-conventions 4.2. Debian's tree comes without micropython-lib; where it is missing our
        // unittest stands in for its.
        std::error_code error;
        const fs::path root =
            wishes.source_tree.empty() ? wishes.tests_tree.parent_path() : wishes.source_tree;
        fs::path unittest = root / "lib/micropython-lib/python-stdlib/unittest";
        if (!fs::is_directory(unittest / "unittest", error)) unittest = project.root / "suites" / "support";
        config.module_path = {".frozen", (root / "extmod").string(), unittest.string()};
    }
    return config;
}

Result<std::unique_ptr<ProcessTarget>> users_target(const Project& project, const Toolset& toolset,
                                                    WorkspacePool& workspaces, const TargetWishes& wishes,
                                                    const std::string& wish) {
    const std::size_t equals = wish.find('=');
    const std::string file = equals == std::string::npos ? wish : wish.substr(equals + 1);
    std::error_code error;
    const fs::path path = fs::absolute(file, error);
    if (!fs::is_regular_file(path, error) || ::access(path.c_str(), X_OK) != 0)
        return usage_error(
            fmt::format("--micropython {}: expected a program, found {}", file,
                        fs::exists(path, error) ? "something that cannot be executed" : "nothing"));
    ProcessTargetConfig config = unix_config(project, wishes);
    config.description.name = equals == std::string::npos ? path.filename().string() : wish.substr(0, equals);
    config.description.runtime = "unix";
    config.description.machine = "this host";
    config.argv = {path.string()};
    (void)toolset;
    return std::make_unique<ProcessTarget>(std::move(config), workspaces);
}

/// The boards among the wishes.
Result<void> add_boards(const TargetWishes& wishes, TargetSet& set, std::vector<std::string>& known) {
    for (const std::string& text : wishes.names) {
        const auto wish = parse_board_wish(text);
        if (!wish) continue;
        if (std::find(known.begin(), known.end(), wish->name) != known.end())
            return usage_error(
                fmt::format("two targets would be called {}: give the board another name, as in mine={}",
                            wish->name, text));
        known.push_back(wish->name);
        set.targets.push_back(make_board_target(*wish, wishes.board));
    }
    return {};
}

}  // namespace

bool is_on_path(const std::string& program) {
    if (program.find('/') != std::string::npos) return ::access(program.c_str(), X_OK) == 0;
    const char* variable = std::getenv("PATH");
    std::string_view path = variable == nullptr ? "/usr/bin:/bin" : variable;
    while (!path.empty()) {
        const std::size_t colon = std::min(path.find(':'), path.size());
        const fs::path candidate = fs::path(path.substr(0, colon)) / program;
        if (::access(candidate.c_str(), X_OK) == 0) return true;
        path.remove_prefix(std::min(colon + 1, path.size()));
    }
    return false;
}

std::vector<std::string> accepted_archs(const std::string& arch) {
    const mpy::ArchInfo* host = mpy::find_arch(arch);
    if (arch.empty() || host == nullptr) return {};
    std::vector<std::string> names{arch};
    for (const mpy::ArchInfo& row : mpy::kArchs)
        if (row.arch != mpy::Arch::None && row.arch != host->arch && mpy::host_accepts(host->arch, row.arch))
            names.emplace_back(row.name);
    return names;
}

Result<TargetSet> make_targets(const Project& project, const Toolset& toolset, WorkspacePool& workspaces,
                               const TargetWishes& wishes) {
    TargetSet set;
    const auto named = [&](std::string_view name) {
        return std::find(wishes.names.begin(), wishes.names.end(), name) != wishes.names.end();
    };
    const auto wanted = [&](const std::string& name) { return wishes.names.empty() || named(name); };
    const bool all_machines = wishes.names.empty() || named(kMachines);
    std::vector<std::string> known;
    if (!wishes.micropython.empty() && !wishes.firmware.empty())
        return usage_error(
            "--firmware and --micropython: the second one replaces all other targets, so there is no machine "
            "left "
            "for the firmware; give one of them");
    if (!wishes.micropython.empty()) {
        for (const std::string& wish : wishes.micropython) {
            MPY_TRY(auto target, users_target(project, toolset, workspaces, wishes, wish));
            known.push_back(target->description().name);
            if (!wanted(known.back())) continue;
            set.processes.push_back(target.get());
            set.targets.push_back(std::move(target));
        }
    } else {
        for (const RuntimeTool& runtime : toolset.runtimes) {
            known.push_back(runtime.name);
            if (!wanted(runtime.name)) continue;
            TargetDescription description = describe(runtime);
            if (!description.unavailable.empty()) {
                set.unusable.push_back(std::move(description));
                continue;
            }
            if (!runtime.broken.empty()) {
                set.targets.push_back(
                    std::make_unique<FailedTarget>(std::move(description), io_error(runtime.broken)));
                continue;
            }
            ProcessTargetConfig config = unix_config(project, wishes);
            config.description = std::move(description);
            config.argv = runtime.argv;
            if (!wishes.fresh_processes) {
                config.warm_start = warm_start_for(runtime);
                config.warm_launch = fs::path(runtime.argv.back()).filename() == "launch.py";
            }
            auto target = std::make_unique<ProcessTarget>(std::move(config), workspaces);
            set.processes.push_back(target.get());
            set.targets.push_back(std::move(target));
        }
        MPY_TRY(std::vector<MachineFile> machines, load_machine_files(project.root / "qemu-configs"));
        MPY_TRY(const auto given, given_firmware(wishes.firmware, machines));
        const TreeTool* tree = toolset.trees.empty() ? nullptr : &toolset.trees.front();
        const CompilerTool* compiler = tree == nullptr ? nullptr : toolset.compiler_of_release(tree->release);
        const auto places =
            wishes.no_cache ? nullptr : std::make_shared<OutcomeCache>(project.cache / "places");
        for (MachineFile& machine : machines) {
            known.push_back(machine.name);
            if (!all_machines && !named(machine.name)) continue;
            const auto own = given.find(machine.name);
            const fs::path firmware = own == given.end() ? fs::path() : own->second;
            if (machine.on_request && !named(machine.name) && !wishes.on_request_too && firmware.empty())
                continue;
            if (!machine.board.empty()) {
                TargetDescription board = describe_stock_board(machine, toolset, firmware);
                if (!board.unavailable.empty()) {
                    set.unusable.push_back(std::move(board));
                    continue;
                }
                auto target = make_stock_board(project, toolset, wishes, machine, std::move(board), firmware);
                set.boards.push_back(target.get());
                set.targets.push_back(std::move(target));
                continue;
            }
            if (!firmware.empty() && !machine.firmware_file.empty()) machine.firmware_file = firmware;
            TargetDescription description = describe(machine, toolset, tree, compiler, firmware);
            if (!description.unavailable.empty()) {
                set.unusable.push_back(std::move(description));
                continue;
            }
            if (!machine.firmware_file.empty()) {
                MPY_TRY(auto target,
                        make_machine_board_target(machine, std::move(description), machine.firmware_file,
                                                  wishes.no_cache ? fs::path() : project.cache / "probe",
                                                  wishes.board));
                set.targets.push_back(std::move(target));
                continue;
            }
            MachineTargetConfig config;
            config.description = std::move(description);
            config.machine = machine;
            config.firmware_elf = firmware;
            if (firmware.empty()) {
                config.sources = {project.root / "firmware", tree->path, compiler->path,
                                  project.cache / "builds",  {},         tree->release,
                                  wishes.source_tree.empty()};
                if (!wishes.source_tree.empty())
                    config.sources.starting = [name = machine.name] {
                        fmt::print(stderr, "mpyconform: building the firmware for {}\n", name);
                    };
            }
            if (firmware.empty() && !machine.toolchain.empty())
                config.sources.toolchain = toolset.toolchain_named(machine.toolchain)->path;
            config.build_jobs = wishes.build_jobs;
            config.icount = wishes.icount;
            if (!wishes.no_cache) config.probe_cache = project.cache / "probe";
            config.describe_fault =
                [tools = FaultTools{addr2line_of(machine.compiler), objdump_tools(toolset), places}](
                    const monitor::Record& fault, const RunRequest& request, const fs::path& elf) {
                    return describe_fault(fault, request, elf, tools);
                };
            auto target = std::make_unique<MachineTarget>(std::move(config));
            set.machines.push_back(target.get());
            set.targets.push_back(std::move(target));
        }
    }
    MPY_CHECK_OK(add_boards(wishes, set, known));
    for (const std::string& name : wishes.names) {
        if (parse_board_wish(name) || (name == kMachines && wishes.micropython.empty())) continue;
        if (std::find(known.begin(), known.end(), name) == known.end())
            return usage_error(fmt::format("there is no target {:?}; the targets here are {}", name,
                                           fmt::join(known, ", ")));
        for (const TargetDescription& unusable : set.unusable)
            if (unusable.name == name)
                return missing_tool(
                    fmt::format("the target {} cannot be used: {}", name, unusable.unavailable));
    }
    if (set.targets.empty())
        return missing_tool(
            fmt::format("no target can be used here; {}",
                        set.unusable.empty() ? "run ci/setup" : set.unusable.front().unavailable));
    return set;
}

std::vector<TargetDescription> checking_targets(const std::vector<std::string>& archs,
                                                const std::vector<TargetDescription>& targets,
                                                const std::string& compiler_release) {
    std::vector<TargetDescription> checking;
    for (const std::string& arch : archs) {
        const bool covered =
            std::any_of(targets.begin(), targets.end(), [&](const TargetDescription& target) {
                return std::find(target.accepts.begin(), target.accepts.end(), arch) != target.accepts.end();
            });
        if (covered) continue;
        TargetDescription description;
        description.name = "check-" + arch;
        description.runtime = "none";
        description.machine = "none: compiled and checked only";
        description.arch = arch;
        description.accepts = {arch};
        description.compiler_release = compiler_release;
        description.checks_only = true;
        checking.push_back(std::move(description));
    }
    return checking;
}

}  // namespace harness
