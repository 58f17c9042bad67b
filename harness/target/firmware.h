// Builds the conformance firmware from a MicroPython source tree, in the cache, never in the tree.
//
// The port's own Makefile does the work (firmware/Makefile, with the tree's make rules); here is only what
// that needs. make_build.h says when it is done.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/target/machine_file.h"
#include "harness/target/make_build.h"

namespace harness {

struct FirmwareSources {
    std::filesystem::path port;        ///< firmware/ of this project
    std::filesystem::path tree;        ///< MicroPython source tree
    std::filesystem::path mpy_cross;   ///< compiler of the tree's own release, for frozen modules
    std::filesystem::path build_root;  ///< build folders, one for each machine and tree
    std::filesystem::path toolchain;   ///< what set-up built for the machine's compiler; empty for nothing
    std::string release;               ///< of the tree
    bool warnings_are_errors = true;   ///< false for a tree that this port was never built with
};

struct Firmware {
    std::filesystem::path elf;
    std::string identity;  ///< hash of everything that it was made of
    bool built_now = false;
};

/// What make is asked for. Error: the tree is none. Nothing is started.
[[nodiscard]] Result<MakeBuild> firmware_build(const FirmwareSources& sources, const MachineFile& machine,
                                               unsigned jobs);

/// Gives the image, building it if needed with `jobs` processes. Two builds of the same machine at once wait
/// for each other. Error: the cross compiler is missing, or make failed; the message ends with what make said
/// last.
[[nodiscard]] boost::asio::awaitable<Result<Firmware>> build_firmware(const FirmwareSources& sources,
                                                                      const MachineFile& machine,
                                                                      unsigned jobs);

}  // namespace harness
