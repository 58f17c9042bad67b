// The real compiler: `mpy-cross` as a child process.
//
// The source goes in through standard input, so that what was hashed is what is compiled; every release since
// 1.11 takes /dev/stdin as a name. The artifact comes out in a file in memory, which mpy-cross opens through
// our entry in /proc: a full disk cannot cut it short (mpy-cross does not notice failed writes, it ends with
// status 0), and standard output is left to the words that some releases print there beside the artifact.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "harness/compile/compiler.h"
#include "harness/process/process.h"

namespace harness {

struct CompileLimits {
    /// Far above what the longest program takes (1.5 s of processor time): thirty processes that share two
    /// cores made that 37 s, and a busy machine must not look like a compiler that hangs.
    std::chrono::milliseconds wall{120'000};
    /// Words that it prints.
    std::size_t output_bytes = std::size_t{4} << 20;
    /// Many times what any real artifact has.
    std::uint64_t artifact_bytes = std::uint64_t{64} << 20;
    std::uint64_t memory_bytes = std::uint64_t{1} << 30;
};

class MpyCross : public Compiler {
  public:
    /// Asks the program who it is and which archs it knows. `name` is what the reports call it. Errors:
    /// MissingTool when it cannot be started or is no mpy-cross (with what it said), Configuration when its
    /// release is too old to say its version (before 1.11).
    [[nodiscard]] static boost::asio::awaitable<Result<std::unique_ptr<MpyCross>>> open(
        std::string name, std::filesystem::path program, CompileLimits limits = {});
    /// One that was asked before (see CachingCompiler).
    MpyCross(CompilerIdentity identity, CompileLimits limits);

    [[nodiscard]] const CompilerIdentity& identity() const override { return identity_; }
    [[nodiscard]] boost::asio::awaitable<Result<CompileOutcome>> compile(CompileRequest request) override;

  private:
    CompilerIdentity identity_;
    CompileLimits limits_;
};

/// What a finished mpy-cross means. Error: it is not the compiler that spoke (the loader found a library
/// missing), or it refused our command line. Pure; `artifact` is what it wrote, `source` the program's
/// octets.
[[nodiscard]] Result<CompileOutcome> read_compilation(const CompileRequest& request,
                                                      const CompilerIdentity& identity,
                                                      ProcessResult finished, std::string artifact,
                                                      std::string_view source);

/// Reads what `--version` and `--help` print. Pure.
[[nodiscard]] Result<CompilerIdentity> read_identity(std::string_view version_text,
                                                     std::string_view help_text);

}  // namespace harness
