#include "harness/cli/targets_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "harness/cli/exit_status.h"
#include "harness/cli/selftest_command.h"
#include "harness/cli/targets.h"
#include "harness/process/all_of.h"

namespace harness {
namespace asio = boost::asio;

namespace {

void print_line(const TargetDescription& target) {
    fmt::print("{:<17} {:<10} {:<16} {}\n", target.name, target.arch.empty() ? "-" : target.arch,
               target.release,
               target.unavailable.empty() ? target.machine : "cannot be used: " + target.unavailable);
}

void print_capabilities(const Capabilities& found) {
    fmt::print(
        "  platform {}, build {}, .mpy {}.{}, small ints of {} bits, floats of {} bits, {} byte order\n",
        found.platform, found.build, found.mpy_version, found.mpy_sub_version, found.small_int_bits,
        found.float_bits, found.byte_order);
    if (!found.inline_asm.empty())
        fmt::print("  inline assembler {}{}{}\n", found.inline_asm,
                   found.inline_asm_features.empty() ? "" : " with ",
                   fmt::join(found.inline_asm_features, ", "));
    fmt::print("  can: {}\n", fmt::join(found.features, ", "));
}

/// NAME=ELF, or on stderr why not; the exit status.
int print_firmware(const std::string& name, const Result<std::filesystem::path>& elf) {
    if (elf) {
        fmt::print("{}={}\n", name, elf->string());
        std::fflush(stdout);
        return kExitPassed;
    }
    fmt::print(stderr, "mpyconform: {}: {}\n", name, elf.error().text());
    return kExitTrouble;
}

/// Two builds at a time: each uses all cores, but for its beginning and its end. A line for each as soon as
/// it and those in front of it have ended.
asio::awaitable<int> build_machines(const std::vector<MachineTarget*>& machines) {
    constexpr int kAtOnce = 2;
    std::vector<std::optional<Result<std::filesystem::path>>> made(machines.size());
    std::size_t next = 0;
    std::size_t printed = 0;
    int status = kExitPassed;
    const auto build_next = [&]() -> asio::awaitable<void> {
        while (next < machines.size()) {
            const std::size_t mine = next++;
            Result<std::filesystem::path> elf = co_await machines[mine]->firmware();
            made[mine] = std::move(elf);
            for (; printed < made.size() && made[printed]; ++printed)
                status =
                    std::max(status, print_firmware(machines[printed]->description().name, *made[printed]));
        }
    };
    std::vector<asio::awaitable<void>> builds;
    for (int i = 0; i < kAtOnce; ++i) builds.push_back(build_next());
    co_await all_of(std::move(builds));
    co_return status;
}

/// Stock firmware only for boards that were named.
asio::awaitable<Result<int>> build_firmware(const TargetSet& set, bool boards_too) {
    if (set.machines.empty() && !(boards_too && !set.boards.empty()))
        co_return missing_tool("no target that boots a machine can be used here");
    int status = co_await build_machines(set.machines);
    for (MemoryReplTarget* board : set.boards) {
        if (!boards_too) break;
        const auto made = co_await board->firmware();
        const Result<std::filesystem::path> elf =
            made ? Result<std::filesystem::path>(made->elf) : Result<std::filesystem::path>(made.error());
        status = std::max(status, print_firmware(board->description().name, elf));
    }
    for (const TargetDescription& unusable : set.unusable)
        fmt::print(stderr, "mpyconform: {}: {}\n", unusable.name, unusable.unavailable);
    co_return status;
}

asio::awaitable<Result<int>> show(const TargetsOptions& options) {
    MPY_CO_TRY(const Project project, find_project());
    MPY_CO_TRY(const Toolset toolset, load_toolset(project.deps));
    MPY_CO_TRY(const std::unique_ptr<WorkspacePool> workspaces, WorkspacePool::create());
    TargetWishes wishes;
    wishes.names = options.names;
    wishes.on_request_too = true;
    if (!toolset.trees.empty()) wishes.tests_tree = toolset.trees.front().path / "tests";
    wishes.build_jobs = std::max(1U, std::thread::hardware_concurrency());
    MPY_CO_TRY(TargetSet set, make_targets(project, toolset, *workspaces, wishes));
    if (options.firmware) co_return co_await build_firmware(set, !options.names.empty());
    if (options.self_test) {
        if (options.names.empty())
            co_return usage_error("--self-test needs the name of a machine; `mpyconform targets` lists them");
        if (set.machines.size() != set.targets.size())
            co_return usage_error(fmt::format(
                "--self-test is for machines that boot our firmware; among {} is a target that does not",
                fmt::join(options.names, ", ")));
        bool good = true;
        for (MachineTarget* machine : set.machines) {
            MPY_CO_TRY(const bool kept, co_await self_test(*machine));
            good = good && kept;
        }
        co_return good ? kExitPassed : kExitFailed;
    }
    fmt::print("{:<17} {:<10} {:<16} {}\n", "target", "arch", "release", "machine");
    int status = kExitPassed;
    for (const auto& target : set.targets) {
        print_line(target->description());
        if (!options.capabilities) continue;
        const auto capabilities = co_await target->probe();
        if (capabilities) {
            print_capabilities(*capabilities);
        } else {
            fmt::print("  cannot be asked: {}\n", capabilities.error().text());
            status = kExitTrouble;
        }
    }
    for (const TargetDescription& unusable : set.unusable) print_line(unusable);
    co_return status;
}

}  // namespace

int targets_command(const TargetsOptions& options) {
    asio::io_context loop(1);
    int status = kExitTrouble;
    asio::co_spawn(loop, show(options), [&](std::exception_ptr thrown, Result<int> result) {
        if (thrown) std::rethrow_exception(thrown);
        if (result) {
            status = *result;
            return;
        }
        fmt::print(stderr, "mpyconform: {}\n", result.error().text());
        status = exit_status_of(result.error());
    });
    loop.run();
    return status;
}

}  // namespace harness
