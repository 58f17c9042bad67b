// Targets that are reached over the raw REPL, made from what the user wrote or from a machine file.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/target/board_address.h"
#include "harness/target/machine_file.h"
#include "harness/target/raw_repl_target.h"

namespace harness {

/// What a board needs to be told besides where it is; the options of that name.
struct BoardOptions {
    unsigned baudrate = 115200;
    std::string user = "micro";
    std::string password = "python";
    std::string power_cycle;
    /// Source in front of each artifact (`--begin`).
    std::string prologue;
};

/// A board on the command line: ADDRESS, or NAME=ADDRESS.
struct BoardWish {
    std::string name;
    BoardAddress address;
};

/// Nothing when the text names no board: it is a target's name then.
[[nodiscard]] std::optional<BoardWish> parse_board_wish(std::string_view text);

/// The values of --target: separated by commas, except for commands, which are taken whole.
[[nodiscard]] std::vector<std::string> split_target_names(std::string_view text);

[[nodiscard]] std::unique_ptr<RawReplTarget> make_board_target(const BoardWish& wish,
                                                               const BoardOptions& options);

/// A machine with transport raw-repl that runs `firmware`. `description` is complete. Programs travel over
/// the REPL, also where the machine has an artifact window. Error: the firmware cannot be read.
[[nodiscard]] Result<std::unique_ptr<RawReplTarget>> make_machine_board_target(
    const MachineFile& machine, TargetDescription description, const std::filesystem::path& firmware,
    const std::filesystem::path& probe_cache, const BoardOptions& options);

}  // namespace harness
