// What a job did (Outcome), what it should have done (Expectation) and what was made of it (Judgement). Plain
// data.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/model/words.h"

namespace harness {

/// How a run ended, as the transport saw it. A target's misbehaviour is always one of these, never an Error.
enum class Ending {
    Exited,          ///< the program ended by itself; see exit_code
    Signalled,       ///< killed by a signal that we did not send; see signal_number
    TimedOut,        ///< over its time limit; we killed it
    OutputFlood,     ///< over its output limit; we killed it
    MemoryExceeded,  ///< over its memory limit
    Faulted,         ///< a machine trapped; see fault_report
    Reset,           ///< a machine started again in the middle of a run
    Garbled,         ///< the console broke the protocol
    Vanished,        ///< the emulator or board went away
    Unavailable,     ///< the harness could not run it at all; see trouble. Becomes the verdict `error`.
};
[[nodiscard]] std::string_view word(Ending ending);

/// "SIGSEGV"; "signal 77" for a number without a name.
[[nodiscard]] std::string signal_name(int signal_number);
/// The number of "SIGSEGV"; nothing for a name that this system does not have.
[[nodiscard]] std::optional<int> signal_named(std::string_view name);

struct Outcome {
    Ending ending = Ending::Unavailable;
    int exit_code = 0;
    int signal_number = 0;
    /// Everything the program wrote (stdout and stderr merged in order), up to the output limit. Raw octets.
    std::string output;
    bool output_truncated = false;
    /// For Unavailable: why, one paragraph. For Garbled, Vanished, Faulted: what was seen.
    std::string trouble;
    /// A machine's fault report, as lines for a person (registers, mapped pc, disassembly). Empty when none.
    std::string fault_report;
    std::chrono::nanoseconds wall{0};
    std::chrono::nanoseconds cpu{0};
    /// Work that the run cost beyond its own time: a machine that had to be replaced, its fault explained.
    /// For planning.
    std::chrono::nanoseconds aftermath{0};
    std::uint64_t peak_memory_bytes = 0;
};

/// What the program must print.
struct Expectation {
    enum class Kind {
        Text,           ///< exact octets
        Pattern,        ///< pattern file, test-conventions 6.3
        SelfJudged,     ///< unittest: the output judges itself
        OracleCrashed,  ///< CPython ended with a non-zero status: `text` holds its output
    };
    Kind kind = Kind::Text;
    std::string text;
    /// "stated", "basics/x.py.exp", "CPython 3.11.2": for the report.
    std::string source;
};

/// A verdict with its reason.
struct Judgement {
    Verdict verdict = Verdict::Error;
    Stage stage = Stage::Run;
    /// One line: "output differs at line 3", "killed by SIGSEGV", "SKIP printed". Empty for a plain pass.
    std::string reason;
    /// The output as compared (normalised, converted).
    std::string actual;
    std::string expected;
    /// `actual` was held against `expected`, which may be empty.
    bool compared = false;
    /// Test cases inside the test: expected lines, or unittest cases run (test-conventions 7.4).
    int cases = 0;
};

}  // namespace harness
