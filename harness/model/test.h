// A test: one program file with its metadata. Plain data, made by harness/suite, read by everybody.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/model/words.h"

namespace harness {

/// How a test is executed (test-conventions, section 4.1).
enum class TestKind {
    Program,      ///< an ordinary program: run, compare what it prints
    CommandLine,  ///< MicroPython's cmdline/*: needs a command line of its own
    Repl,         ///< MicroPython's cmdline/repl_*: typed at a terminal
};

/// A line typed at a prompt.
struct TypedLine {
    /// Sent as they are, with the newline if there is one.
    std::string octets;
    /// Something has to come back before the next line is sent; otherwise silence is an answer too.
    bool wants_answer = false;
};

/// Whether the whole-file emitter may be chosen by the plan, and what a program needs of compiler and target.
struct TestNeeds {
    /// Emitters the program is meant for; empty = every emitter that the suite is asked for.
    std::vector<Emitter> emitters;
    /// All that the program tests is decorated, and so the same machine code whichever emitter the rest of
    /// the file goes through: one of them is enough.
    bool any_emitter = false;
    /// Boolean expression over features (harness/suite/requirement.h); empty = no need.
    std::string requires_expression;
};

/// A second module of a test, importable by name while the program runs.
struct TestHelper {
    /// Module name: in mode mpy the target finds NAME.mpy, in source mode and under CPython NAME.py beside
    /// the program.
    std::string name;
    /// Its source, absolute; in the folder of Test::path.
    std::filesystem::path path;
    std::string source_name;
    /// Emitter of the artifact; empty: the job's.
    std::optional<Emitter> emitter;
    /// Arch of the artifact when it is not the job's.
    std::string arch;
    /// Changes made to the artifact before it is used, in order (suites/README.md, "artifact edits").
    std::vector<std::string> edits;
};

/// A text that the compiler has to print when it refuses the program, and when.
struct CompileRefusal {
    std::string text;
    /// Requirement expression; empty = always.
    std::string when;
};

/// Where the expected output comes from, as far as the test's own files say it.
struct ExpectationSource {
    /// Text given in the test's metadata; wins over everything.
    std::optional<std::string> stated;
    /// Existing `.exp` files, the emitter-specific first in the lookup. Empty path = none.
    std::filesystem::path exp_file;
    std::vector<std::pair<Emitter, std::filesystem::path>> emitter_exp_files;
    /// The `.exp` is a pattern file (test-conventions, 6.3).
    bool exp_is_pattern = false;
};

struct Test {
    /// Stable name, unique in its suite: "basics/int1.py", "limits/locals.py[n=128]".
    std::string id;
    /// "micropython" (a MicroPython tests tree) or "conformance" (suites/).
    std::string suite;
    TestKind kind = TestKind::Program;
    /// The program as a file, absolute. A rung of a template is written out below the cache, so this always
    /// exists.
    std::filesystem::path path;
    /// Folder that both interpreters run in, absolute.
    std::filesystem::path working_directory;
    /// Path that is given to `mpy-cross` as the source name (what tracebacks print).
    std::string source_name;
    TestNeeds needs;
    ExpectationSource expectation;
    std::vector<TestHelper> helpers;
    /// The program must be refused by the compiler: it passes when one of these applies and its text is
    /// printed, and fails when it compiles.
    std::vector<CompileRefusal> refused;
    /// A documented limit: when one applies, a refusal with its text is the verdict `unsupported`.
    std::vector<CompileRefusal> unsupported;
    /// `unsupported` is complete: any other refusal is a failure, also one that the compiler documents. False
    /// for programs whose metadata says nothing about limits.
    bool states_limits = false;
    /// Command-line words of a CommandLine or Repl test.
    std::vector<std::string> arguments;
    /// What is typed in a Repl test, and whether Ctrl-C has to interrupt what runs.
    std::vector<TypedLine> typed;
    bool wants_sigint = false;
    /// Tests with the same non-empty key never run at the same time (a UDP port, a file name).
    std::string exclusive;
    /// It looks at a clock or needs its threads to run in time: on a busy host it may fail by chance, so that
    /// a failure is repeated alone before it counts.
    bool timed = false;
    /// Factor on the time limit, for a program that is known to take long.
    double time_factor = 1.0;
    /// The person named this test or its folder: conditions on MicroPython's default folders do not apply to
    /// it.
    bool named = false;
    /// One line for people: what it checks.
    std::string about;
    /// Deliberate difference of MicroPython from CPython that the expectation shows, with its reason.
    std::string differs;
    /// The source asks for machine code of its own (decorators), or a helper is machine code, so that even a
    /// bytecode artifact needs the target's arch.
    bool has_machine_code = false;
};

}  // namespace harness
