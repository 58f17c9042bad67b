// Machine files: one TOML file per QEMU machine in qemu-configs/, all that it takes to add a board.
//
// Reading and checking only; nothing is started. qemu-configs/README.md explains the keys with an example.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace harness {

/// What is spoken with the machine.
enum class MachineTransport {
    Monitor,  ///< the conformance firmware's own protocol, docs/monitor.md
    RawRepl,  ///< what every MicroPython speaks: a stock port's firmware, an old release, the user's own
};

struct MachineFile {
    std::string name;   ///< the target's name; also the file's name without ".toml"
    std::string about;  ///< one line for people
    std::string arch;   ///< what the firmware reports; "none" where there is no emitter
    std::vector<std::string>
        accepts;  ///< archs whose native artifacts it loads, its own first; empty for none
    MachineTransport transport = MachineTransport::Monitor;
    /// Not among the targets of a run that names none.
    bool on_request = false;
    std::string
        firmware;  ///< folder below firmware/machines that serves it; empty with `firmware_file`, `board`
    std::string variant;           ///< which of the firmwares of that folder; empty = its only or usual one
    std::string qemu;              ///< "qemu-system-arm"
    std::string package;           ///< Debian package that brings the emulator
    std::string compiler;          ///< program of the cross compiler: "arm-none-eabi-gcc"
    std::string compiler_package;  ///< Debian packages that bring it and its C library
    std::string toolchain;         ///< parts of it that set-up builds ("xtensa"); empty for none
    std::string board;             ///< folder below ports/qemu/boards of the MicroPython tree: stock firmware
    std::vector<std::string> make_variables;  ///< "NAME=value" for the make rules of that port
    std::string product = "firmware.elf";     ///< what they leave for the emulator
    std::filesystem::path firmware_file;  ///< firmware that a package brings, instead of one that is built
    std::string firmware_package;         ///< Debian package that brings it
    /// How the emulator is given the firmware; "{}" stands for its file.
    std::vector<std::string> firmware_arguments{"-kernel", "{}"};
    /// Between `qemu` and the console: machine, CPU, memory. Without image and firmware.
    std::vector<std::string> arguments;
    /// How the firmware's console reaches QEMU's own standard input and output.
    std::vector<std::string> console;
    /// Where the ROMFS image lies in the machine's memory.
    std::uint64_t window_address = 0;
    std::uint64_t window_size_bytes = 0;
    /// Raw REPL without raw-paste mode: octets that are sent at once, and the pause behind them.
    std::size_t pace_octets = 256;
    std::chrono::milliseconds pace_pause{10};
    /// Raw REPL: what the firmware prints when it stops for good; empty = nothing is known.
    std::string last_words;
    /// Factor on time limits.
    double time_factor = 1.0;
    /// Environment of the emulator: "NAME=value".
    std::vector<std::string> environment;
    /// QEMU releases it was seen to work with.
    std::vector<std::string> seen_with;

    /// The whole command line. An empty image = no image is loaded. Console on standard input and output.
    [[nodiscard]] std::vector<std::string> command(const std::filesystem::path& firmware_elf,
                                                   const std::filesystem::path& image) const;
};

/// Reads one file; `file` is what messages name and has to end in "NAME.toml". Unknown keys are refused.
[[nodiscard]] Result<MachineFile> parse_machine_file(std::string_view text,
                                                     const std::filesystem::path& file);

/// All files of a folder, by name.
[[nodiscard]] Result<std::vector<MachineFile>> load_machine_files(const std::filesystem::path& folder);

}  // namespace harness
