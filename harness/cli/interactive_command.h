// `run --interactive TARGET [FILE]`: one program, or the REPL, with the console attached to the terminal.
//
// A machine's console is QEMU's: what is typed goes to the machine, Ctrl-C too; Ctrl-] leaves. A program is
// started through the raw REPL, so that its input is the console. A target that is a process gets the
// terminal itself. With --debug see debug_session.h.
#pragma once

#include "harness/cli/run_options.h"

namespace harness {

/// The return value is the exit status: the program's own where it has one.
[[nodiscard]] int interactive_command(const RunOptions& options);

}  // namespace harness
