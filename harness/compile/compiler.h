// The compiler behind one interface: a Python source in, a `.mpy` artifact or the reason why not out.
//
// Whatever the compiler does (refuses, complains, crashes, hangs) is an outcome, a plain value. An Error
// means that the harness could not tell: the program cannot be started, the source cannot be read, or the
// request makes no sense. Kinds of compiler: MpyCross (mpy_cross.h), CachingCompiler (caching_compiler.h)
// around any of them, and FakeCompiler (fake_compiler.h) for tests.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/outcome.h"
#include "harness/model/release.h"
#include "harness/model/words.h"

namespace harness {

/// Who a compiler is, as it says itself.
struct CompilerIdentity {
    std::string name;            ///< "mpy-cross-1.25.0"
    std::filesystem::path path;  ///< the program, absolute
    std::string hash;            ///< content hash of the program; part of every cache key
    std::string version;         ///< "MicroPython v1.25.0 on 2025-04-19; mpy-cross emitting mpy v6.3"
    Release release;
    int mpy_version = 0;      ///< 6, and
    int mpy_sub_version = 0;  ///< 3
    /// Archs that `-march=` takes and that the .mpy format has, in the order in which it lists them.
    std::vector<std::string> archs;
};

struct CompileRequest {
    std::filesystem::path source;
    /// Embedded in the artifact (`-s`): what tracebacks print.
    std::string source_name;
    Emitter emitter = Emitter::Bytecode;
    /// Arch for machine code; empty = none, then the program must not ask for any. Bytecode may name one,
    /// because decorated functions in it become machine code.
    std::string arch;
    /// More words for the command line, behind -march: "-march-flags=zba", "-msmall-int-bits=63". A
    /// "-march=…" among them takes the place of `arch`. Source: test-conventions, section 7.8
    /// (--mpy-cross-flags).
    std::vector<std::string> flags;
    /// `-O`; none = the compiler's default.
    std::optional<int> optimisation;
    /// The source as octets when the caller has them; else the compiler reads the file.
    std::shared_ptr<const std::string> octets;

    /// The arch that the compiler is really asked for.
    [[nodiscard]] std::string_view asked_arch() const;
};

struct CompileOutcome {
    enum class Kind {
        Artifact,  ///< `octets` is the .mpy file
        Refused,   ///< a refusal that the compiler documents (refusals.h): `message`
        Error,     ///< it ended with an error: `message`
        Crash,     ///< killed by a signal, or it ate all memory, or it wrote without end: see `ending`
        Hang,      ///< over its time limit
        Wrong,     ///< it says that all is well, but what it wrote is not what was asked for: `message`
    };
    Kind kind = Kind::Error;
    std::shared_ptr<const std::string> octets;
    /// The compiler's words (for Artifact: a warning, usually empty), without a newline at the end. Names the
    /// source by CompileRequest::source_name.
    std::string message;
    Ending ending = Ending::Exited;
    int exit_code = 0;
    int signal_number = 0;
    /// Of the compilation itself, also when the outcome comes from the cache.
    std::chrono::nanoseconds wall{0};
    std::chrono::nanoseconds cpu{0};
    /// It cost this job nothing: it was in the cache, or another job compiled it at the same time.
    bool cached = false;

    /// The last line of the message: "NotImplementedError: native raise".
    [[nodiscard]] std::string last_line() const;
};

class Compiler {
  public:
    virtual ~Compiler() = default;
    [[nodiscard]] virtual const CompilerIdentity& identity() const = 0;
    [[nodiscard]] virtual boost::asio::awaitable<Result<CompileOutcome>> compile(CompileRequest request) = 0;
};

/// Refuses by name what no run of the compiler could do: an arch that does not exist, one that mpy-cross has
/// no emitter for (rv64imc), one that this release does not know, machine code without an arch. Kind Usage.
[[nodiscard]] Result<void> check_request(const CompileRequest& request, const CompilerIdentity& identity);

/// The verdict of a job that ends at the compiler; nothing when there is an artifact to go on with. Refused
/// is `unsupported`, Error `fail`, Crash `crash`, Hang `timeout`, Wrong `error`; the stage is always compile.
[[nodiscard]] std::optional<Judgement> judge_compilation(const CompileOutcome& outcome);

/// The command as a person would type it, with the artifact written to `OUT.mpy` of the source's stem.
[[nodiscard]] std::string compile_command(const CompileRequest& request, const CompilerIdentity& identity);

/// The words between the program and the names of input and output: the same for every source, part of the
/// cache key. Source: test-conventions, sections 4.2 and 5.6.
[[nodiscard]] std::vector<std::string> compile_flags(const CompileRequest& request);

}  // namespace harness
