// The compile stage of a job: its artifact and those of its helpers, edited where the test says so, and
// checked.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/compile/compiler.h"
#include "harness/model/target.h"
#include "harness/run/job_runner.h"

namespace harness {

class JobArtifacts : public ArtifactProvider {
  public:
    struct Setup {
        std::map<std::string, Compiler*> compilers;  ///< by name; borrowed
        /// Capabilities by target name, for conditions of stated refusals.
        std::map<std::string, Capabilities> capabilities;
        /// `--mpy-cross-flags`, split; empty = `-march=` of the job's arch.
        std::vector<std::string> flags;
    };
    explicit JobArtifacts(Setup setup) : setup_(std::move(setup)) {}

    [[nodiscard]] boost::asio::awaitable<ArtifactReply> artifact_for(const Job& job) override;

    /// Artifacts that came out of the cache, and those that were compiled.
    [[nodiscard]] std::size_t hits() const { return hits_; }
    /// Time of the compilers on a processor for what was not in the cache.
    [[nodiscard]] std::chrono::nanoseconds compiler_cpu() const { return compiler_cpu_; }
    [[nodiscard]] std::size_t misses() const { return misses_; }

  private:
    struct Made {
        CompileOutcome outcome;
        std::optional<Judgement> trouble;
    };
    [[nodiscard]] boost::asio::awaitable<Made> compile(const Job& job, const std::filesystem::path& source,
                                                       const std::string& source_name, Emitter emitter,
                                                       const std::string& arch);
    /// Texts of the refusals whose condition holds for this job.
    [[nodiscard]] std::vector<std::string> due(const Job& job,
                                               const std::vector<CompileRefusal>& refusals) const;
    /// What a refusal means for this test, which may have to be refused or name its limits; `plain` is what
    /// it means for a test that says nothing.
    [[nodiscard]] Judgement judge_refusal(const Job& job, const CompileOutcome& outcome,
                                          Judgement plain) const;
    [[nodiscard]] boost::asio::awaitable<void> add_helpers(const Job& job, ArtifactReply& reply);

    Setup setup_;
    std::size_t hits_ = 0;
    std::size_t misses_ = 0;
    std::chrono::nanoseconds compiler_cpu_{0};
};

/// Holds an artifact to every rule of the format and to the round trip. Nothing when all is well.
[[nodiscard]] std::optional<Judgement> check_artifact_octets(const std::string& octets);

}  // namespace harness
