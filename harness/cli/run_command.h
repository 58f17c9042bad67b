// `mpyconform run`: the whole of a run, from options to exit status.
#pragma once

#include "harness/cli/run_options.h"

namespace harness {

/// Runs and reports; the exit status (exit_status.h) is the return value. Errors are printed on stderr.
[[nodiscard]] int run_command(const RunOptions& options, const std::string& command_line);

}  // namespace harness
