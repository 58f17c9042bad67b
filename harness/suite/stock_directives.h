// What the first lines and the decorators of one of MicroPython's tests say about it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/release.h"
#include "harness/model/test.h"

namespace harness {

/// The command line that a test of cmdline/ asks for.
struct CommandLine {
    std::vector<std::string> arguments;
    bool wants_sigint = false;
};

/// Reads `# cmdline:` and `# sigint:` from the lines at the top that start with `#`; the first other line
/// ends them. The runners of 1.25 and 1.26 know only a `# cmdline:` in the very first line. Source:
/// test-conventions 4.3; runners of 1.25 and 1.26.
[[nodiscard]] CommandLine read_command_line(std::string_view source, const std::optional<Release>& release);

/// What is typed in a test of the prompt: every line of the file, comments too. `{\xNN}` with two decimal
/// digits is a control code: in hexadecimal, as the runner of 1.26 reads it in decimal, and in 1.25 it is no
/// code. Where Ctrl-C interrupts, a line with `{\x03}` is that octet alone and wants an answer. Source:
/// test-conventions 4.4; runners of 1.25 and 1.26.
[[nodiscard]] std::vector<TypedLine> read_typed_lines(std::string_view source, bool wants_sigint,
                                                      const std::optional<Release>& release);

/// The source has functions of its own in machine code: @micropython.native, .viper or an inline assembler.
[[nodiscard]] bool asks_for_machine_code(std::string_view source);

}  // namespace harness
