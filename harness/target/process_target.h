// A target whose runtime is a program of this host, perhaps behind a loader or a user-mode emulator: one
// process per run.
//
// Source of argv, environment, working directory and path: test-conventions, section 4.2.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/process/process.h"
#include "harness/target/target.h"
#include "harness/target/workspace.h"

namespace harness {

struct ProcessTargetConfig {
    TargetDescription description;
    /// What starts the interpreter, without options: {"ld.so", "--library-path", "…", "micropython"}.
    std::vector<std::string> argv;
    /// MICROPYPATH for the runs; empty = the caller's own is inherited (`--keep-path`).
    std::vector<std::string> module_path;
    /// `-X heapsize=`; empty = the interpreter's default.
    std::string heap_size;
    std::size_t output_limit_bytes = std::size_t{16} << 20;
    std::uint64_t memory_limit_bytes = std::uint64_t{2} << 30;
    /// Limit on open files of a run. Source: test-conventions 4.5.
    unsigned open_files = 1024;
    /// Where probe answers are kept; empty = asked every time.
    std::filesystem::path probe_cache;
};

class ProcessTarget : public Target {
  public:
    /// `workspaces` is borrowed and outlives the target.
    ProcessTarget(ProcessTargetConfig config, WorkspacePool& workspaces);

    [[nodiscard]] const TargetDescription& description() const override { return config_.description; }
    [[nodiscard]] boost::asio::awaitable<Result<Capabilities>> probe() override;
    [[nodiscard]] boost::asio::awaitable<void> run(std::span<const RunRequest> requests,
                                                   const OutcomeSink& sink) override;
    [[nodiscard]] std::string command_line(const RunRequest& request) const override;

  private:
    [[nodiscard]] boost::asio::awaitable<Outcome> run_one(const RunRequest& request) const;
    [[nodiscard]] Command command_for(const RunRequest& request, const std::filesystem::path& folder,
                                      const std::filesystem::path& scratch) const;
    [[nodiscard]] Result<std::string> identity() const;

    ProcessTargetConfig config_;
    WorkspacePool& workspaces_;
};

}  // namespace harness
