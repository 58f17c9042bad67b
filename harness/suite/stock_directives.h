// What the first lines and the decorators of one of MicroPython's tests say about it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/release.h"

namespace harness {

/// The command line that a test of cmdline/ asks for.
struct CommandLine {
    std::vector<std::string> arguments;
    bool wants_sigint = false;
};

/// Reads `# cmdline:` and `# sigint:` from the lines at the top that start with `#`; the first other line
/// ends them. The runner of 1.25 knows only a `# cmdline:` in the very first line. Source:
/// test-conventions 4.3; runner of 1.25.
[[nodiscard]] CommandLine read_command_line(std::string_view source, const std::optional<Release>& release);

/// The source has functions of its own in machine code: @micropython.native, .viper or an inline assembler.
[[nodiscard]] bool asks_for_machine_code(std::string_view source);

}  // namespace harness
