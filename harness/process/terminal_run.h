// Typing lines at a program on a terminal of its own and keeping what it shows: how MicroPython's tests of
// the prompt are run. A conversation with a fixed script; nothing is understood of what the program answers.
//
// The terminal is a pseudo-terminal in the state that the kernel gives it (echo, lines); what the program
// makes of it is the program's business. A line is sent when the program has been quiet for a while: longer
// than MicroPython's runner waits where the program has work to do, never shorter.
//
// Source: test-conventions 4.4.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/test.h"
#include "harness/process/process.h"

namespace harness {

struct TerminalScript {
    std::vector<TypedLine> lines;
    /// Sent after the last line; what comes back is not kept. Ctrl-D ends a prompt.
    std::string farewell = "\x04";
    /// The terminal controls the program, so that Ctrl-C interrupts what runs. Without it Ctrl-C is an octet.
    bool is_controlling = false;
    /// A program that says nothing for so long is waiting for the next line.
    std::chrono::milliseconds quiet{20};
    /// A program that is busy, or waits for a processor, is given so much of a processor's time for one line.
    std::chrono::milliseconds busy{500};
};

/// Starts the command on a terminal, waits for its first words, types the script and ends it.
///
/// Endings: Exited 0 when everything was typed and the program was still there, however it ends then; Exited
/// or Signalled as it ended by itself before that (`trouble` says after how many lines); TimedOut, over
/// `limits.wall` for the whole conversation; OutputFlood. `command.input` has to be empty; of the limits
/// `separate_stderr` and `grace` do not apply, and memory is limited by `RLIMIT_DATA` alone. Errors and
/// cancelling as run_process().
[[nodiscard]] boost::asio::awaitable<Result<ProcessResult>> run_on_terminal(Command command,
                                                                            TerminalScript script,
                                                                            Limits limits);

}  // namespace harness
