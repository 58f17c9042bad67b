// `mpyconform run --base REV`: the same matrix on another revision of the checkout and on the checkout, and
// what changed between the two.
#pragma once

#include <string>

#include "harness/cli/run_options.h"

namespace harness {

/// Runs both and reports the difference; the exit status (exit_status.h) is the return value: 1 when
/// something fails that did not, or a target was lost; 0 when not; 3 when the harness had trouble.
[[nodiscard]] int compare_command(const RunOptions& options, const std::string& command_line);

}  // namespace harness
