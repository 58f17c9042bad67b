#include "harness/target/stock_firmware.h"

#include <fmt/format.h>

#include <boost/asio/use_awaitable.hpp>

#include "harness/base/files.h"
#include "harness/process/process.h"
#include "harness/target/make_build.h"

namespace harness {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

/// What of a tree goes into a stock firmware.
constexpr const char* kTreeParts[] = {"py",
                                      "extmod",
                                      "shared",
                                      "drivers",
                                      "lib/libm",
                                      "lib/libm_dbl",
                                      "lib/littlefs",
                                      "lib/oofatfs",
                                      "lib/uzlib",
                                      "lib/re1.5",
                                      "lib/crypto-algorithms",
                                      "lib/micropython-lib/python-stdlib/unittest",
                                      "tools",
                                      "ports/qemu"};
constexpr const char* kPort = "ports/qemu";
constexpr const char* kLibrary = "lib/micropython-lib/python-stdlib/unittest/manifest.py";
constexpr std::chrono::seconds kQuestionLimit{60};

/// Asks the port's make rules what they would freeze. Nothing is made.
asio::awaitable<Result<std::string>> ask_manifest(const StockSources& sources, const MachineFile& machine) {
    Command make;
    make.argv = {"make",
                 "-n",
                 "-s",
                 "-C",
                 (sources.tree / kPort).string(),
                 "BOARD=" + machine.board,
                 "BUILD=" + (sources.build_root / "questions").string(),
                 "MICROPY_MPYCROSS=" + sources.mpy_cross.string(),
                 "MICROPY_MPYCROSS_DEPENDENCY=",
                 "--eval=mpyconform-manifest:;$(info mpyconform-manifest=$(FROZEN_MANIFEST))@:",
                 "mpyconform-manifest"};
    make.environment = build_environment(sources.release);
    Limits limits;
    limits.wall = kQuestionLimit;
    MPY_CO_TRY(const ProcessResult result, co_await run_process(std::move(make), limits));
    constexpr std::string_view kAnswer = "mpyconform-manifest=";
    const std::size_t at = result.output.find(kAnswer);
    if (result.ending != Ending::Exited || at == std::string::npos)
        co_return configuration_error(
            fmt::format("the make rules of {} do not tell what they freeze for {}; make said:\n{}",
                        (sources.tree / kPort).string(), machine.board, last_words(result.output)));
    const std::size_t begin = at + kAnswer.size();
    std::string manifest = result.output.substr(begin, result.output.find('\n', begin) - begin);
    // The rules hand it to a shell.
    if (manifest.size() >= 2 && manifest.front() == '"' && manifest.back() == '"')
        manifest = manifest.substr(1, manifest.size() - 2);
    co_return manifest;
}

}  // namespace

std::string missing_for_board(const fs::path& tree, const std::string& release, const MachineFile& machine) {
    std::error_code error;
    if (!fs::exists(tree / kPort / "Makefile", error))
        return fmt::format("the tree {} has no {}/Makefile", tree.string(), kPort);
    if (fs::is_directory(tree / kPort / "boards" / machine.board, error)) return {};
    return fmt::format(
        "the tree of MicroPython {} has no board {} in {}; a newer tree, or --firmware {}=FILE, has", release,
        machine.board, kPort, machine.name);
}

std::vector<std::string> board_cpu(const fs::path& tree, const MachineFile& machine) {
    const auto rules = read_file(tree / kPort / "boards" / machine.board / "mpconfigboard.mk");
    if (!rules) return {};
    constexpr std::string_view kOption = " -cpu ";
    const std::size_t at = rules->find(kOption);
    if (at == std::string::npos) return {};
    const std::size_t begin = at + kOption.size();
    return {"-cpu", rules->substr(begin, rules->find_first_of(" \t\r\n", begin) - begin)};
}

Result<std::string> manifest_without_library(std::string_view manifest, const fs::path& unittest) {
    std::string text(manifest);
    for (const std::string_view wanted : {"require('unittest')", "require(\"unittest\")"})
        if (const std::size_t at = text.find(wanted); at != std::string::npos)
            text.replace(at, wanted.size(),
                         fmt::format("package('unittest', base_path='{}')", unittest.string()));
    if (text.find("require(") == std::string::npos && text.find(".py\"") == std::string::npos &&
        !text.ends_with(".py"))
        return text;
    return configuration_error(fmt::format(
        "the tree has no lib/micropython-lib, and its port freezes more of that than unittest: {}. Check the "
        "submodule out: git submodule update --init lib/micropython-lib",
        manifest));
}

asio::awaitable<Result<Firmware>> build_stock_firmware(StockSources sources, MachineFile machine,
                                                       unsigned jobs) {
    if (const std::string missing = missing_for_board(sources.tree, sources.release, machine);
        !missing.empty())
        co_return configuration_error(missing);
    MakeBuild build;
    build.what = fmt::format("the stock firmware for {}", machine.name);
    build.hint = fmt::format("the cross compiler {} comes with the Debian packages {}", machine.compiler,
                             machine.compiler_package);
    build.folder = sources.build_root / fmt::format("stock-{}-{}", machine.board,
                                                    content_hash(sources.tree.string()).substr(0, 8));
    build.rules = sources.tree / kPort;
    build.variables = {"BOARD=" + machine.board, "MICROPY_MPYCROSS=" + sources.mpy_cross.string(),
                       "MICROPY_MPYCROSS_DEPENDENCY="};
    build.variables.insert(build.variables.end(), machine.make_variables.begin(),
                           machine.make_variables.end());
    for (const char* part : kTreeParts) build.sources.add(sources.tree, part);
    std::error_code error;
    if (!fs::exists(sources.tree / kLibrary, error)) {
        MPY_CO_TRY(const std::string asked, co_await ask_manifest(sources, machine));
        MPY_CO_TRY(const std::string manifest, manifest_without_library(asked, sources.unittest));
        build.variables.push_back("FROZEN_MANIFEST=\"" + manifest + "\"");
        build.sources.add(sources.unittest, "unittest");
    }
    build.basis =
        fmt::format("{}\n{}\n{}", machine.compiler, sources.tree.string(), fmt::join(build.variables, "\n"));
    build.mpy_cross = sources.mpy_cross;
    build.product = machine.product;
    build.release = sources.release;
    build.jobs = jobs;
    build.starting = sources.starting;
    MPY_CO_TRY(MadeBuild made, co_await make_build(std::move(build)));
    co_return Firmware{std::move(made.product), std::move(made.identity), made.built_now};
}

}  // namespace harness
