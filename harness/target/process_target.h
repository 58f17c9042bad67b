// A target whose runtime is a program of this host, perhaps behind a loader or a user-mode emulator: one
// process per run.
//
// Where a start is costly (an emulator translates it anew each time) the processes are forks of one that has
// started already: warm_start.c. A fork enters the program's main() in the state in which a fresh process
// does. That is held against a fresh process before it is used, and a run whose server fails is a fresh
// process.
//
// MicroPython's tests of the command line and of the prompt run here as well, the latter on a terminal:
// always in a process of their own, and without artifact, emitter or heap size, which that runner does not
// give them either.
//
// Source of argv, environment, working directory and path: test-conventions, section 4.2.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/files.h"
#include "harness/process/fork_server.h"
#include "harness/process/process.h"
#include "harness/process/turnstile.h"
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
    /// The library made of warm_start.c for this runtime, which is the last word of `argv` behind its own
    /// dynamic loader; empty = each run is a process that is started anew.
    std::filesystem::path warm_start;
    /// The last word of `argv` is a Python file that starts MicroPython out of an extension: it is imported
    /// once (warm_launch.py).
    bool warm_launch = false;
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
    [[nodiscard]] std::vector<std::string> notes() const override { return notes_; }

    /// Source of the program that a warm start runs once (warm_up.py).
    [[nodiscard]] static std::string_view warm_up_source();
    /// Whether a warm start is of use for artifacts: behind an emulator, where it saves translations.
    [[nodiscard]] bool warms_up() const { return !config_.warm_start.empty(); }
    /// warm_up.py as an artifact of native code: what runs artifacts is warmed up with it as well. Before the
    /// first run.
    void warm_up_with(std::shared_ptr<const std::string> artifact) { warm_up_ = std::move(artifact); }

    /// The command that a person talks to: the REPL, or with a request the program in `folder`, its artifact
    /// (`artifact_name()`) and helpers in `scratch`.
    [[nodiscard]] Command interactive_command(const RunRequest* request, const std::filesystem::path& folder,
                                              const std::filesystem::path& scratch) const;
    /// The file in `scratch` that holds the artifact of a run.
    [[nodiscard]] static std::string artifact_name();

  private:
    [[nodiscard]] boost::asio::awaitable<Outcome> run_one(const RunRequest& request);
    [[nodiscard]] boost::asio::awaitable<Result<ProcessResult>> run_command(Command command, Limits limits);
    [[nodiscard]] boost::asio::awaitable<Outcome> run_typed(const Test& test, Command command, Limits limits);
    [[nodiscard]] boost::asio::awaitable<void> prepare_server();
    [[nodiscard]] boost::asio::awaitable<Result<void>> prove(ForkServer& server);
    [[nodiscard]] Result<std::unique_ptr<ForkServer>> make_server();
    [[nodiscard]] Command command_for(const RunRequest& request, const std::filesystem::path& folder,
                                      const std::filesystem::path& scratch) const;
    [[nodiscard]] Command special_command(const Test& test, const std::filesystem::path& folder,
                                          const std::filesystem::path& scratch) const;
    [[nodiscard]] Result<std::string> identity() const;

    ProcessTargetConfig config_;
    WorkspacePool& workspaces_;
    std::shared_ptr<const std::string> warm_up_;
    Turnstile server_turn_;
    bool server_tried_ = false;
    std::unique_ptr<ForkServer> server_;
    std::optional<TemporaryDirectory> programs_;
    std::vector<std::string> notes_;
};

}  // namespace harness
