// A target: runtime × machine, with a name, an arch and capabilities. Plain data.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace harness {

/// What a target was found to be able to do. Asked from the target itself (harness/target/probe), never
/// assumed.
struct Capabilities {
    std::string platform;     ///< sys.platform: "linux", "qemu", …; "minimal" when missing
    std::string build;        ///< sys.implementation._build, "unknown" when missing
    std::string release;      ///< sys.implementation.version as "1.25.0", with "-preview" where it says so
    std::string arch;         ///< native arch reported by sys.implementation._mpy; empty = none
    unsigned arch_flags = 0;  ///< rv32: bit 0 Zba, bit 1 Zcmp
    int mpy_version = 0;      ///< 6, and
    int mpy_sub_version = 0;  ///< 3
    int small_int_bits = 0;   ///< sign included: 31, 63, 30, 62, 47
    std::string thread;       ///< "", "GIL" or "unsafe"
    int float_bits = 0;       ///< 0, 30, 32, 64
    bool unicode = false;
    std::string error_reporting;                ///< none, terse, normal, detailed
    std::string byte_order;                     ///< little, big
    std::string inline_asm;                     ///< thumb, xtensa, rv32; empty = none
    std::set<std::string> inline_asm_features;  ///< thumb2, vfp, windowed, zba, zcmp
    /// Everything else by name, as requirement expressions ask for it: native_emitter, int_big, int_64,
    /// bytearray, set, slice, async, const, reverse_ops, fstring, tstring, complex, coverage, unittest,
    /// compiler, …
    std::set<std::string> features;

    [[nodiscard]] bool has(const std::string& feature) const { return features.contains(feature); }
};

/// What is known of a target before it is asked.
struct TargetDescription {
    std::string name;     ///< "unix-x64"
    std::string runtime;  ///< "unix", "conformance firmware"
    std::string machine;  ///< "host", "qemu-arm (user)", "mps2-an385"
    std::string release;  ///< "1.25.0"
    std::string arch;     ///< its own native arch; empty = none
    /// Archs whose native artifacts it loads (its own first). Source: mpy/facts accept table.
    std::vector<std::string> accepts;
    /// Release of the compiler it is paired with.
    std::string compiler_release;
    /// True for the stand-in that only compiles and checks: nothing is run.
    bool checks_only = false;
    /// A program of this host: it can be given a command line and a terminal.
    bool takes_command_line = false;
    /// Programs are typed into its raw REPL (harness/target/raw_repl_target.h).
    bool raw_repl = false;
    /// Empty = usable; else one paragraph: why not, and what to install.
    std::string unavailable;
    /// Factor on time limits.
    double time_factor = 1.0;
    /// Packages with versions, for the report.
    std::map<std::string, std::string> packages;
};

/// What the machines of a target cost in a run; wall time, summed over all of them.
struct MachineCosts {
    std::size_t boots = 0;
    std::chrono::nanoseconds booting{0};  ///< from the emulator's start to the monitor's answer
    std::size_t runs = 0;
    std::chrono::nanoseconds running{0};     ///< from `begin` to the outcome
    std::chrono::nanoseconds restarting{0};  ///< from an outcome to the next `begin`
    std::size_t replaced = 0;                ///< machines given up after a crash, hang or garbage
    std::size_t killed = 0;  ///< machines that somebody else killed in a run, which was repeated
    /// Time on the processor of all emulators, boots included.
    std::chrono::nanoseconds emulator_cpu{0};
};

}  // namespace harness
