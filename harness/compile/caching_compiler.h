// A compiler in front of a compiler: answers from the cache, and compiles what two jobs want at once only
// once.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>

#include "harness/compile/compiler.h"
#include "harness/compile/outcome_cache.h"

namespace harness {

class CachingCompiler : public Compiler {
  public:
    /// The cache is borrowed and outlives the compiler; null = nothing is kept on disk, but jobs still share
    /// what they want at once.
    CachingCompiler(std::unique_ptr<Compiler> inner, OutcomeCache* cache);
    ~CachingCompiler() override;

    [[nodiscard]] const CompilerIdentity& identity() const override { return inner_->identity(); }
    [[nodiscard]] boost::asio::awaitable<Result<CompileOutcome>> compile(CompileRequest request) override;

    /// Requests that waited for the same compilation of another job.
    [[nodiscard]] std::size_t shared() const { return shared_; }

    /// Everything that decides what the compiler answers: source octets, source name, program, flags.
    [[nodiscard]] static std::string key(const CompileRequest& request, const CompilerIdentity& identity,
                                         std::string_view source_hash);

  private:
    struct InFlight;

    std::unique_ptr<Compiler> inner_;
    OutcomeCache* cache_;
    std::unordered_map<std::string, std::shared_ptr<InFlight>> in_flight_;
    std::size_t shared_ = 0;
};

/// MpyCross::open with the answers of `--version` and `--help` kept in the cache by the program's hash, and a
/// CachingCompiler around it. A program that is no ELF file (a script that calls the compiler) can change
/// what it does without changing itself: nothing of it is kept on disk. Null = nothing is kept at all.
[[nodiscard]] boost::asio::awaitable<Result<std::unique_ptr<CachingCompiler>>> open_mpy_cross(
    std::string name, std::filesystem::path program, OutcomeCache* cache);

}  // namespace harness
