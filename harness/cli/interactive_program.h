// One program of the user's for an interactive run: compiled when the run is --via-mpy, and packed into an
// image with the files beside it.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/cli/run_options.h"
#include "harness/cli/workbench.h"
#include "harness/target/machine_image.h"

namespace harness {

struct InteractiveProgram {
    Job job;
    RunRequest request;  ///< points to `job`
};

/// Compiles `options.tests.front()` for the target, or takes it as it is in source mode. Errors: no such
/// file, a name that cannot be imported, what the compiler said.
[[nodiscard]] boost::asio::awaitable<Result<std::unique_ptr<InteractiveProgram>>> interactive_program(
    const RunOptions& options, Workbench& bench);

/// An image with the program and the files beside it. Folders below it do not travel, nor do files over 512
/// KiB or what does not fit into `window_bytes`.
[[nodiscard]] Result<PackedImage> interactive_image(const InteractiveProgram& program,
                                                    std::uint64_t window_bytes);

/// The folder in the image that holds the program.
inline constexpr const char* kProgramFolder = "program";

}  // namespace harness
