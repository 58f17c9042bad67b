// A target that boots: the conformance firmware on a QEMU machine, driven through its monitor.
//
// run() packs its requests into one image (or several when the window is small), boots a machine with it and
// runs the programs one after the other. A crash, a hang or garbage costs one program and at most one
// restart; the programs behind it run on the next machine. Nothing outlives run().
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "harness/base/files.h"
#include "harness/target/firmware.h"
#include "harness/target/machine_file.h"
#include "harness/target/machine_image.h"
#include "harness/target/monitor_session.h"
#include "harness/target/target.h"

namespace harness {

/// Turns a fault record into lines for a person: kind, mapped place, registers, disassembly.
using FaultDescriber = std::function<boost::asio::awaitable<std::string>(
    const monitor::Record& fault, const RunRequest& request, const std::filesystem::path& elf)>;

struct MachineTargetConfig {
    TargetDescription description;
    MachineFile machine;
    FirmwareSources sources;
    unsigned build_jobs = 1;
    /// More than this and the first results of a cold start would be long in coming.
    std::size_t batch_limit = 800;
    /// A firmware given by the user instead of ours; empty = ours is built.
    std::filesystem::path firmware_elf;
    FaultDescriber describe_fault;
    std::filesystem::path probe_cache;
    /// Heap of the runs in bytes; 0 = the firmware's default.
    std::uint64_t heap_bytes = 0;
    /// `-icount` for the emulator: a machine's time becomes a function of its instructions. Empty = off.
    std::string icount;
};

class MachineTarget : public Target {
  public:
    explicit MachineTarget(MachineTargetConfig config);

    [[nodiscard]] const TargetDescription& description() const override { return config_.description; }
    [[nodiscard]] boost::asio::awaitable<Result<Capabilities>> probe() override;
    [[nodiscard]] std::size_t batch_limit() const override { return config_.batch_limit; }
    [[nodiscard]] boost::asio::awaitable<void> run(std::span<const RunRequest> requests,
                                                   const OutcomeSink& sink) override;
    [[nodiscard]] std::string command_line(const RunRequest& request) const override;

    [[nodiscard]] const MachineCosts* machine_costs() const override { return &costs_; }
    /// The most that an image may have.
    [[nodiscard]] std::uint64_t window_size_bytes() const { return config_.machine.window_size_bytes; }
    /// The cross compiler of the machine's firmware: its binutils and debugger have the same prefix.
    [[nodiscard]] const std::string& cross_compiler() const { return config_.machine.compiler; }
    /// A fault as lines for a person; empty without a describer.
    [[nodiscard]] boost::asio::awaitable<std::string> describe_fault(const monitor::Record& fault,
                                                                     const RunRequest& request,
                                                                     const std::filesystem::path& elf) const;
    /// Builds the firmware if that has not happened yet.
    [[nodiscard]] boost::asio::awaitable<Result<std::filesystem::path>> firmware();
    /// Options that start a machine with this image.
    [[nodiscard]] monitor::StartOptions start_options(const std::filesystem::path& elf,
                                                      const std::filesystem::path& image,
                                                      std::string image_id) const;

  private:
    [[nodiscard]] boost::asio::awaitable<void> run_image(const PackedImage& image,
                                                         std::span<const RunRequest> requests,
                                                         const std::filesystem::path& elf,
                                                         const OutcomeSink& sink);
    [[nodiscard]] monitor::Run monitor_run(const RunRequest& request, const std::string& path) const;
    [[nodiscard]] boost::asio::awaitable<Outcome> finished(monitor::RunReply reply, const RunRequest& request,
                                                           const std::filesystem::path& elf) const;

    MachineTargetConfig config_;
    ImagePacker packer_;
    std::optional<std::filesystem::path> elf_;
    std::string elf_identity_;
    MachineCosts costs_;
};

}  // namespace harness
