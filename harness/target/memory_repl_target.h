// Stock firmware on a QEMU machine: programs lie in the machine's memory when it starts, and each is started
// by one short line over the raw REPL (memory_programs.h says how).
//
// A machine serves a whole batch; every program gets a fresh interpreter by a soft reset. A fault, a hang or
// garbage costs one program and one restart. Where the firmware cannot get at the memory, and for programs
// that look at the board's own ROMFS partition, the program is typed over the REPL instead; notes() says so.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/process/turnstile.h"
#include "harness/target/firmware.h"
#include "harness/target/machine_file.h"
#include "harness/target/memory_programs.h"
#include "harness/target/raw_repl_target.h"
#include "harness/target/target.h"

namespace harness {

struct MemoryReplConfig {
    TargetDescription description;
    MachineFile machine;
    /// Builds or checks the firmware; called once, again after an error.
    std::function<boost::asio::awaitable<Result<Firmware>>()> firmware;
    /// What stands in the board's ROMFS partition for programs that look at it; empty = nothing.
    std::filesystem::path partition_image;
    memory::MarkerLine marker = memory::MarkerLine::Counts;
    std::filesystem::path probe_cache;
    std::size_t batch_limit = 400;
    /// `-icount` for the emulator; empty = off.
    std::string icount;
    raw_repl::Patience patience;
};

class MemoryReplTarget : public Target {
  public:
    explicit MemoryReplTarget(MemoryReplConfig config);

    [[nodiscard]] const TargetDescription& description() const override { return config_.description; }
    [[nodiscard]] boost::asio::awaitable<Result<Capabilities>> probe() override;
    [[nodiscard]] std::size_t batch_limit() const override { return config_.batch_limit; }
    [[nodiscard]] boost::asio::awaitable<void> run(std::span<const RunRequest> requests,
                                                   const OutcomeSink& sink) override;
    [[nodiscard]] boost::asio::awaitable<void> finish() override { return typed_->finish(); }
    [[nodiscard]] std::vector<std::string> notes() const override;
    [[nodiscard]] const MachineCosts* machine_costs() const override;
    [[nodiscard]] std::string command_line(const RunRequest& request) const override;
    /// Builds the firmware if that has not happened yet.
    [[nodiscard]] boost::asio::awaitable<Result<Firmware>> firmware();

  private:
    using Board = std::unique_ptr<raw_repl::Session>;

    [[nodiscard]] Command emulator(const std::filesystem::path& image) const;
    /// A machine with this image at its first fresh prompt.
    [[nodiscard]] boost::asio::awaitable<Result<void>> start(Board& board, std::filesystem::path image);
    [[nodiscard]] boost::asio::awaitable<Result<void>> find_access();
    [[nodiscard]] boost::asio::awaitable<bool> answers_with_id(Board& board, const memory::Image& image,
                                                               memory::Access access);
    [[nodiscard]] boost::asio::awaitable<void> run_image(const memory::Image& image,
                                                         std::span<const RunRequest> requests,
                                                         const OutcomeSink& sink);
    [[nodiscard]] boost::asio::awaitable<raw_repl::Reply> execute(Board& board, const RunRequest& request,
                                                                  const memory::Program& program);
    [[nodiscard]] boost::asio::awaitable<void> run_typed(std::span<const RunRequest> requests,
                                                         std::span<const std::size_t> which,
                                                         const OutcomeSink& sink);
    void retire(Board& board);

    MemoryReplConfig config_;
    memory::Window window_;
    Turnstile asking_;
    std::optional<Firmware> firmware_;
    std::optional<memory::Access> access_;
    std::unique_ptr<RawReplTarget> typed_;  ///< for programs that cannot lie in memory
    std::size_t typed_programs_ = 0;
    MachineCosts costs_;
    mutable MachineCosts all_costs_;  ///< with those of typed_
};

}  // namespace harness
