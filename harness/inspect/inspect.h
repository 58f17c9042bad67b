// `mpyconform inspect`: what a .mpy file is, whether it is right, what it holds, who will load it.
//
// Reads files and prints; runs nothing but a disassembler. All the knowledge is in mpy/.
#pragma once

#include <CLI/CLI.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "harness/disassembly/objdump_disassembler.h"
#include "mpy/explain.h"
#include "mpy/native_disassemble.h"

namespace harness {

struct InspectOptions {
    std::vector<std::string> files;
    bool check = false;
    bool disassemble = false;
    bool explain = false;
    bool json = false;

    /// With none of the others asked for, the file is dumped.
    [[nodiscard]] bool dump() const { return !check && !disassemble && !explain; }
};

/// What `inspect` needs besides its options.
struct InspectContext {
    /// For --explain.
    std::vector<mpy::KnownTarget> targets;
    /// Said once behind the explanations, e.g. that set-up has not run; may be empty.
    std::string about_targets;
    /// For --disassemble.
    ObjdumpTools objdump;
    /// Null: the usual ones (Capstone and objdump).
    mpy::NativeDisassembler* decoder = nullptr;
};

/// How an inspection ended; the numbers are the program's exit statuses.
enum class InspectStatus : int {
    Fine = 0,   ///< every file is right
    Wrong = 1,  ///< a file breaks the format, or is no .mpy file
    Usage = 2,  ///< a file cannot be read, or a program that decoding needs is not there
};

/// Files larger than this are refused unread: no runtime could load them.
inline constexpr std::uintmax_t kMaxInspectedOctets = std::uintmax_t{64} << 20;

/// Adds the subcommand `inspect` with its options and help; `options` is filled when the app parses.
CLI::App* add_inspect_command(CLI::App& app, InspectOptions& options);

/// Inspects every file in order. Listings and reports go to `out`, troubles to `err`. The worst file counts:
/// Usage, then Wrong.
[[nodiscard]] InspectStatus run_inspect(const InspectOptions& options, const InspectContext& context,
                                        std::ostream& out, std::ostream& err);

}  // namespace harness
