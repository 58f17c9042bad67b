// `--print-failures` and `--clean-failures`: the result files of the last run, as MicroPython's runner treats
// them. No target is asked and nothing is run.
#pragma once

#include <filesystem>

#include "harness/base/result.h"
#include "harness/cli/run_options.h"

namespace harness {

/// For every X.out of the folder a blank line, `FAILURE X`, and what MICROPY_DIFF (`diff -u`) prints of X.exp
/// and X.out, or X.out itself where there is no X.exp. Error: the folder cannot be read, the command not be
/// started. Source: test-conventions 7.8.
[[nodiscard]] Result<void> print_failures(const std::filesystem::path& folder);

/// Removes the result files and what `--run-failures` would have repeated, and nothing else.
[[nodiscard]] Result<void> clean_failures(const std::filesystem::path& folder);

/// Does what the options say; gives the exit status.
[[nodiscard]] int failure_files_command(const RunOptions& options);

}  // namespace harness
