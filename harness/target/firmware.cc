#include "harness/target/firmware.h"

#include <fmt/format.h>

#include <boost/asio/use_awaitable.hpp>

#include "harness/base/files.h"

namespace harness {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

/// What of a tree goes into a firmware. Ports, tests and tools of the tree do not, except the build's own
/// scripts.
constexpr const char* kTreeParts[] = {"py",
                                      "extmod",
                                      "shared",
                                      "lib/libm_dbl",
                                      "lib/littlefs",
                                      "lib/oofatfs",
                                      "lib/uzlib",
                                      "lib/re1.5",
                                      "lib/crypto-algorithms",
                                      "tools",
                                      "examples/usercmodule",
                                      "ports/qemu/test-frzmpy"};

/// Of the port only what this machine's firmware is made of: other machines' folders are not.
SourceManifest port_files(const fs::path& port, const MachineFile& machine) {
    SourceManifest files;
    std::error_code error;
    for (fs::directory_iterator entry(port, error), end; !error && entry != end; entry.increment(error))
        if (entry->path().filename() != "machines") files.add(port, entry->path().filename());
    files.add(port, "machines/common");
    files.add(port, fs::path("machines") / machine.firmware);
    return files;
}

}  // namespace

Result<MakeBuild> firmware_build(const FirmwareSources& sources, const MachineFile& machine, unsigned jobs) {
    MakeBuild build;
    for (const char* part : kTreeParts) build.sources.add(sources.tree, part);
    if (build.sources.empty())
        return configuration_error(
            fmt::format("{} is no MicroPython source tree: it has no py/ folder", sources.tree.string()));
    const std::string which =
        machine.variant.empty() ? machine.firmware : machine.firmware + "-" + machine.variant;
    build.what = fmt::format("the firmware for {}", machine.name);
    build.hint = fmt::format("the cross compiler {} comes with the Debian packages {}", machine.compiler,
                             machine.compiler_package);
    build.folder =
        sources.build_root / fmt::format("{}-{}", which, content_hash(sources.tree.string()).substr(0, 8));
    build.rules = sources.port;
    build.variables = {"MACHINE=" + machine.firmware, "VARIANT=" + machine.variant,
                       "TOP=" + sources.tree.string(), "MICROPY_MPYCROSS=" + sources.mpy_cross.string()};
    if (!sources.warnings_are_errors) build.variables.emplace_back("WERROR=");
    // Module definitions go stale when the configuration changes: after a change of the port itself nothing
    // is kept.
    SourceManifest fixed = port_files(sources.port, machine);
    if (!sources.toolchain.empty()) {
        build.variables.push_back("TOOLCHAIN=" + sources.toolchain.string());
        fixed.add(sources.toolchain, ".");
    }
    build.basis = fmt::format("{}\n{}\n{}", machine.compiler, sources.tree.string(), fixed.text());
    build.mpy_cross = sources.mpy_cross;
    build.product = "firmware.elf";
    build.release = sources.release;
    build.jobs = jobs;
    return build;
}

asio::awaitable<Result<Firmware>> build_firmware(const FirmwareSources& sources, const MachineFile& machine,
                                                 unsigned jobs) {
    MPY_CO_TRY(MakeBuild build, firmware_build(sources, machine, jobs));
    MPY_CO_TRY(MadeBuild made, co_await make_build(std::move(build)));
    co_return Firmware{std::move(made.product), std::move(made.identity), made.built_now};
}

}  // namespace harness
