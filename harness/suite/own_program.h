// A program of our own suites: the source text with what its header says. suites/README.md teaches the
// format.
//
// Plain data made by own_suite.h. Not here: MicroPython's own tests (stock_*), running, judging.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/test.h"
#include "harness/model/words.h"

namespace harness::own {

/// A second module of a test, importable by `name` while the program runs.
struct Helper {
    /// Module name: the target finds NAME.mpy (or NAME.py in source mode), CPython finds NAME.py.
    std::string name;
    /// File it comes from, relative to the suites folder, and its text.
    std::string file;
    std::string source;
    /// Emitter of the artifact; nothing: the one the program itself is compiled with.
    std::optional<Emitter> emitter;
    /// Arch of the artifact when it is not the job's.
    std::string arch;
    /// Changes made to the artifact before it is used (own_artifact_edit.h), in order.
    std::vector<std::string> edits;
};

struct Program {
    /// "native/closures.py", "limits/locals.py@n=128".
    std::string id;
    /// Relative to the suites folder.
    std::string file;
    std::string area;
    /// The rung's name; empty when the file is no template.
    std::string rung;
    std::string source;
    std::string about;
    std::vector<Emitter> emitters;
    /// One of them is enough (TestNeeds::any_emitter).
    bool any_emitter = false;
    /// One requirement expression (requirement.h) out of all `needs` lines; empty: no need.
    std::string needs;
    std::vector<Helper> helpers;
    /// What the program has to print; nothing: what CPython prints.
    std::optional<std::string> expect;
    /// Why CPython is not asked; never empty when `expect` is set.
    std::string expect_reason;
    /// Deliberate difference of MicroPython from CPython that the expectation shows.
    std::string differs;
    /// The program must be refused by the compiler: it passes when one of these applies and its text is
    /// printed, and it fails when it compiles.
    std::vector<CompileRefusal> refused;
    /// A documented limit: when it applies, a refusal with this text is the verdict `unsupported`.
    std::vector<CompileRefusal> unsupported;
    /// Factor on the time limit.
    double time_factor = 1.0;
    /// The source holds machine code of its own (@micropython.native, .viper, .asm_…): even a bytecode
    /// artifact needs the target's arch.
    bool has_machine_code = false;
};

/// Reads the header of one expanded program. `origin` gives the line of the file behind a line of `source`.
/// Helpers are named here and read by own_suite.h.
[[nodiscard]] Result<Program> read_program(std::string source, const std::string& file,
                                           const std::vector<int>& origin);

/// Decorators ask for machine code, whatever the emitter of the file is.
[[nodiscard]] bool contains_machine_code(std::string_view source);

}  // namespace harness::own
