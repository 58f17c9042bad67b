// Running a child on this process's own terminal: an interpreter that a person talks to. Nothing is captured
// and nothing is limited; everything else is process.h.
#pragma once

#include "harness/base/result.h"
#include "harness/process/process.h"

namespace harness {

/// Runs the command with our standard input, output and error and blocks until it has ended. It stays in our
/// process group, so that Ctrl-C on the terminal reaches it; meanwhile we ignore SIGINT and SIGQUIT.
/// `command.input` has to be empty. Gives the exit status, 128 + N after signal N, as a shell does.
/// Errors: MissingTool, no such program; Io, it could not be started.
[[nodiscard]] Result<int> run_attached(const Command& command);

}  // namespace harness
