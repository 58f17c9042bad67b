// Builds the firmware that a MicroPython tree's own port makes for a QEMU board, in the cache, never in the
// tree.
//
// The port's Makefile does the work. What it freezes is what it asks for itself, with one exception: a tree
// without micropython-lib (a submodule that is not checked out, a Debian source package) gets our `unittest`
// in that one's place, or its tests with `unittest` could not run and MicroPython's own runner would stop.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/target/firmware.h"
#include "harness/target/machine_file.h"

namespace harness {

struct StockSources {
    std::filesystem::path tree;           ///< MicroPython source tree
    std::string release;                  ///< of the tree
    std::filesystem::path mpy_cross;      ///< compiler of the tree's own release, for frozen modules
    std::filesystem::path build_root;     ///< build folders, one for each board and tree
    std::filesystem::path unittest;       ///< folder that holds our package `unittest`
    std::function<void()> starting = {};  ///< see MakeBuild
};

/// Empty when the tree can make firmware for this machine's board; else one sentence: what it lacks.
[[nodiscard]] std::string missing_for_board(const std::filesystem::path& tree, const std::string& release,
                                            const MachineFile& machine);

/// The processor that the tree's own rules ask the emulator for (`-cpu …`); empty = the machine's usual one.
/// Newer releases want extensions of RISC-V that an older emulator does not have; it says so itself.
[[nodiscard]] std::vector<std::string> board_cpu(const std::filesystem::path& tree,
                                                 const MachineFile& machine);

/// `manifest` is the port's own, as one line of Python. `unittest` takes the place of what it requires from
/// micropython-lib. Error: it requires something else from there.
[[nodiscard]] Result<std::string> manifest_without_library(std::string_view manifest,
                                                           const std::filesystem::path& unittest);

/// Gives the image, building it if needed with `jobs` processes. Error: the tree has no such board, the cross
/// compiler is missing, or make failed; the message ends with what make said last.
[[nodiscard]] boost::asio::awaitable<Result<Firmware>> build_stock_firmware(StockSources sources,
                                                                            MachineFile machine,
                                                                            unsigned jobs);

}  // namespace harness
