// Runs one short-lived tool to its end and gives what it wrote. For tools that the harness uses itself;
// subjects under test are run elsewhere, with more care for how they end.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "harness/base/result.h"

namespace harness {

struct ToolLimits {
    std::chrono::milliseconds time = std::chrono::seconds(60);
    /// Octets of standard output; a tool that writes more is killed.
    std::size_t output_octets = std::size_t{64} << 20;
};

struct ToolOutput {
    std::string out;
    /// The first few thousand octets of standard error.
    std::string err;
    int exit_status = 0;
};

/// Runs `argv` in a process group of its own, with no input and the C locale. MissingTool when argv[0] is not
/// found on PATH; Io when it is killed by a signal, takes too long or writes too much (it is killed and
/// waited for first). A non-zero exit status is no error here.
/// `variables` ("NAME=value") are added to its environment.
[[nodiscard]] Result<ToolOutput> run_tool(const std::vector<std::string>& argv, const ToolLimits& limits = {},
                                          const std::vector<std::string>& variables = {});

}  // namespace harness
