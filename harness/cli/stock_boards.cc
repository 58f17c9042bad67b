#include "harness/cli/stock_boards.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/files.h"
#include "harness/target/firmware_file.h"
#include "harness/target/stock_firmware.h"

namespace harness {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

const CompilerTool* compiler_of(const Toolset& toolset) {
    return toolset.trees.empty() ? nullptr : toolset.compiler_of_release(toolset.trees.front().release);
}

/// What MicroPython's own CI puts into the board's ROMFS partition, for the tests that look at it.
fs::path partition_image(const fs::path& tests_tree) {
    fs::path image = tests_tree / "assets" / "random_romfs.bin";
    std::error_code error;
    return fs::is_regular_file(image, error) ? image : fs::path();
}

/// Whether the tree's own runner puts a marker in front of programs, which shifts their line numbers.
memory::MarkerLine marker_of(const fs::path& tests_tree) {
    const auto runner = read_file(tests_tree / "run-tests.py");
    const bool has_marker = runner && runner->find("START TEST") != std::string::npos;
    return has_marker ? memory::MarkerLine::Counts : memory::MarkerLine::Hidden;
}

asio::awaitable<Result<Firmware>> take_firmware(fs::path given) {
    MPY_CO_TRY(std::string hash, file_hash(given));
    co_return Firmware{std::move(given), std::move(hash), false};
}

}  // namespace

Result<std::map<std::string, fs::path>> given_firmware(const std::vector<std::string>& wishes,
                                                       const std::vector<MachineFile>& machines) {
    std::map<std::string, fs::path> given;
    for (const std::string& text : wishes) {
        MPY_TRY(const auto wish, parse_firmware_wish(text));
        const auto machine = std::find_if(machines.begin(), machines.end(),
                                          [&](const MachineFile& m) { return m.name == wish.first; });
        if (machine == machines.end()) {
            std::vector<std::string> names;
            for (const MachineFile& m : machines) names.push_back(m.name);
            return usage_error(
                fmt::format("--firmware {}: there is no machine {:?}; the machines here are {}", text,
                            wish.first, fmt::join(names, ", ")));
        }
        MPY_CHECK_OK(check_firmware_file(wish.second, *machine));
        std::error_code error;
        if (!given.emplace(wish.first, fs::absolute(wish.second, error)).second)
            return usage_error(fmt::format("--firmware names two files for {}", wish.first));
    }
    return given;
}

TargetDescription describe_stock_board(const MachineFile& machine, const Toolset& toolset,
                                       const fs::path& given) {
    TargetDescription description;
    description.name = machine.name;
    description.runtime = given.empty() ? "stock firmware" : "given firmware";
    description.machine = machine.about;
    description.time_factor = machine.time_factor;
    description.raw_repl = true;
    const auto missing = [&](const std::string& what, const std::string& package) {
        description.unavailable =
            fmt::format("{} is not installed: install the Debian package(s) {}", what, package);
    };
    if (!is_on_path(machine.qemu)) {
        missing(machine.qemu, machine.package);
        return description;
    }
    // What a given firmware is and loads, it tells itself.
    if (!given.empty()) return description;
    if (machine.arch != "none") description.arch = machine.arch;
    description.accepts = machine.accepts;
    if (toolset.trees.empty()) {
        description.unavailable =
            "there is no MicroPython source tree to build its firmware from: run ci/setup";
        return description;
    }
    const TreeTool& tree = toolset.trees.front();
    description.release = description.compiler_release = tree.release;
    description.unavailable = missing_for_board(tree.path, tree.release, machine);
    if (!description.unavailable.empty()) return description;
    if (!is_on_path(machine.compiler))
        missing(machine.compiler, machine.compiler_package);
    else if (compiler_of(toolset) == nullptr)
        description.unavailable =
            fmt::format("there is no mpy-cross {} to build its firmware with: run ci/setup", tree.release);
    return description;
}

std::unique_ptr<MemoryReplTarget> make_stock_board(const Project& project, const Toolset& toolset,
                                                   const TargetWishes& wishes, const MachineFile& machine,
                                                   TargetDescription description, const fs::path& given) {
    MemoryReplConfig config;
    config.description = std::move(description);
    config.machine = machine;
    config.icount = wishes.icount;
    config.partition_image = partition_image(wishes.tests_tree);
    config.marker = marker_of(wishes.tests_tree);
    if (!wishes.no_cache) config.probe_cache = project.cache / "probe";
    if (!given.empty()) {
        config.firmware = [given]() { return take_firmware(given); };
        return std::make_unique<MemoryReplTarget>(std::move(config));
    }
    const TreeTool& tree = toolset.trees.front();
    for (std::string& word : board_cpu(tree.path, machine))
        config.machine.arguments.push_back(std::move(word));
    const StockSources sources{tree.path,
                               tree.release,
                               compiler_of(toolset)->path,
                               project.cache / "builds",
                               project.root / "suites" / "support",
                               [name = machine.name] {
                                   fmt::print(stderr, "mpyconform: building the stock firmware for {}\n",
                                              name);
                               }};
    config.firmware = [sources, machine, jobs = wishes.build_jobs]() {
        return build_stock_firmware(sources, machine, jobs);
    };
    return std::make_unique<MemoryReplTarget>(std::move(config));
}

}  // namespace harness
