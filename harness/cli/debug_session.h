// `run --interactive MACHINE FILE --debug`: QEMU waits for gdb; the person gets the gdb command and the
// address of every native function of the program before any of it runs.
//
// Where the code will lie is found out by a rehearsal on a machine of its own: two cold starts load the same
// image at the same place. The second machine says so once more when it has loaded, and a difference is told.
// The program runs under the monitor: what it prints is shown, it has no input.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/cli/run_options.h"
#include "harness/cli/workbench.h"

namespace harness {

/// A native function of an artifact in the machine's memory.
struct PlacedCode {
    std::string function;         ///< for people: "native function 'inc'"
    std::uint64_t address = 0;    ///< of the block
    std::uint64_t first = 0;      ///< of its first instruction
    std::size_t size_octets = 0;  ///< of the block
};

/// Where the blocks of an artifact lie when the first is at `base`. Blocks follow one another in the order of
/// the file, each at the next multiple of `align`. Source: docs/monitor.md, section 5.3.
[[nodiscard]] std::vector<PlacedCode> place_code(const std::string& artifact, std::uint64_t base,
                                                 std::uint64_t align);

/// The return value is the exit status.
[[nodiscard]] boost::asio::awaitable<Result<int>> debug_session(const RunOptions& options, Workbench& bench);

}  // namespace harness
