#include "harness/target/machine_target.h"

#include <fmt/format.h>

#include "harness/target/probe.h"
#include "harness/target/unavailable.h"

namespace harness {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

/// A machine that does not boot is tried once more: a loaded host can make the first start slow.
constexpr int kBootAttempts = 2;
/// So many machines that somebody kills are replaced for one program. It cannot do that itself; but what
/// makes the kernel kill the emulator each time has to be a verdict in the end.
constexpr int kMostKills = 5;

}  // namespace

MachineTarget::MachineTarget(MachineTargetConfig config)
    : config_(std::move(config)), packer_(static_cast<std::size_t>(config_.machine.window_size_bytes)) {}

asio::awaitable<Result<fs::path>> MachineTarget::firmware() {
    if (elf_) co_return *elf_;
    if (!config_.firmware_elf.empty()) {
        MPY_CO_TRY(elf_identity_, file_hash(config_.firmware_elf));
        elf_ = config_.firmware_elf;
        co_return *elf_;
    }
    MPY_CO_TRY(Firmware built, co_await build_firmware(config_.sources, config_.machine, config_.build_jobs));
    elf_identity_ = built.identity;
    elf_ = built.elf;
    co_return *elf_;
}

asio::awaitable<Result<Capabilities>> MachineTarget::probe() {
    MPY_CO_TRY([[maybe_unused]] const fs::path elf, co_await firmware());
    co_return co_await probe_target(*this, elf_identity_, config_.probe_cache);
}

monitor::StartOptions MachineTarget::start_options(const fs::path& elf, const fs::path& image,
                                                   std::string image_id) const {
    monitor::StartOptions options;
    options.command.argv = config_.machine.command(elf, image);
    if (!config_.icount.empty())
        options.command.argv.insert(options.command.argv.end(), {"-icount", config_.icount});
    std::vector<std::pair<std::string, std::string>> variables;
    for (const std::string& variable : config_.machine.environment) {
        const std::size_t equals = variable.find('=');
        variables.emplace_back(variable.substr(0, equals), variable.substr(equals + 1));
    }
    options.command.environment = inherited_environment(variables);
    options.image_id = std::move(image_id);
    return options;
}

monitor::Run MachineTarget::monitor_run(const RunRequest& request, const std::string& path) const {
    monitor::Run run;
    run.path = path;
    run.limit = std::chrono::duration_cast<std::chrono::milliseconds>(request.time_limit *
                                                                      config_.description.time_factor);
    if (request.job->mode == Mode::Source) run.arguments.emplace_back("emit", word(request.job->emitter));
    if (config_.heap_bytes != 0) run.arguments.emplace_back("heap", std::to_string(config_.heap_bytes));
    return run;
}

asio::awaitable<std::string> MachineTarget::describe_fault(const monitor::Record& fault,
                                                           const RunRequest& request,
                                                           const fs::path& elf) const {
    if (!config_.describe_fault) co_return std::string();
    co_return co_await config_.describe_fault(fault, request, elf);
}

asio::awaitable<Outcome> MachineTarget::finished(monitor::RunReply reply, const RunRequest& request,
                                                 const fs::path& elf) const {
    if (reply.fault) reply.outcome.fault_report = co_await describe_fault(*reply.fault, request, elf);
    co_return std::move(reply.outcome);
}

asio::awaitable<void> MachineTarget::run(std::span<const RunRequest> requests, const OutcomeSink& sink) {
    const auto fail_all = [&](const std::string& why) {
        for (std::size_t i = 0; i < requests.size(); ++i) sink(i, unavailable(why));
    };
    const auto elf = co_await firmware();
    if (!elf) {
        fail_all(elf.error().text());
        co_return;
    }
    const auto images = packer_.pack(requests);
    if (!images) {
        fail_all(images.error().text());
        co_return;
    }
    for (const PackedImage& image : *images) co_await run_image(image, requests, *elf, sink);
}

asio::awaitable<void> MachineTarget::run_image(const PackedImage& image, std::span<const RunRequest> requests,
                                               const fs::path& elf, const OutcomeSink& sink) {
    std::size_t next = 0;
    const auto fail_rest = [&](const std::string& why) {
        for (; next < image.programs.size(); ++next) sink(image.programs[next].request, unavailable(why));
    };
    const auto folder = TemporaryDirectory::create("mpyconform-image-");
    if (!folder) {
        fail_rest(folder.error().text());
        co_return;
    }
    std::vector<monitor::Run> runs;
    runs.reserve(image.programs.size());
    for (const PackedImage::Program& program : image.programs)
        runs.push_back(monitor_run(requests[program.request], program.path));
    const auto script = monitor::Script::create(runs);
    if (!script) {
        fail_rest(script.error().text());
        co_return;
    }
    const fs::path file = folder->path() / "image.romfs";
    if (const auto written = write_file_atomically(file, image.octets + script->octets()); !written) {
        fail_rest(written.error().text());
        co_return;
    }

    int failed_boots = 0;
    std::size_t given_a_second_machine = image.programs.size();
    int kills = 0;  // while the program `next` ran
    while (next < image.programs.size()) {
        auto session = co_await monitor::Session::start(start_options(elf, file, image.id));
        if (!session) {
            if (++failed_boots >= kBootAttempts) fail_rest(session.error().text());
            continue;
        }
        failed_boots = 0;
        ++costs_.boots;
        costs_.booting += (*session)->boot_time();
        bool machine_is_good = true;
        bool is_spent = false;
        while (machine_is_good && !is_spent && next < image.programs.size()) {
            // After a run that was broken off the machine waits for what comes next. When it does not take
            // its script the run that follows says what is wrong with it.
            if (!(*session)->has_commands()) (void)co_await (*session)->follow(*script, next);
            const monitor::Run* following = next + 1 < runs.size() ? &runs[next + 1] : nullptr;
            monitor::RunReply reply = co_await (*session)->run(runs[next], following);
            machine_is_good = reply.machine_is_good;
            is_spent = reply.end && reply.end->number("exec_spent").value_or(0) != 0;
            if (reply.killed_from_outside && ++kills <= kMostKills) {
                ++costs_.killed;
                break;
            }
            if (reply.outcome.ending == Ending::Unavailable && given_a_second_machine != next) {
                // The machine was gone before this program began: that is not this program's fault. The
                // second time it is.
                given_a_second_machine = next;
                break;
            }
            kills = 0;
            ++costs_.runs;
            costs_.running += reply.outcome.wall;
            costs_.restarting += reply.before_begin;
            const std::size_t request = image.programs[next].request;
            ++next;
            const auto ended = std::chrono::steady_clock::now();
            Outcome outcome = co_await finished(std::move(reply), requests[request], elf);
            if (!machine_is_good)
                outcome.aftermath = std::chrono::steady_clock::now() - ended +
                                    costs_.booting / std::max<std::size_t>(costs_.boots, 1);
            sink(request, std::move(outcome));
        }
        if (!machine_is_good) ++costs_.replaced;
        costs_.emulator_cpu += (*session)->cpu_time();
    }
}

std::string MachineTarget::command_line(const RunRequest&) const {
    Command command;
    command.argv = config_.machine.command(elf_.value_or("firmware.elf"), "image.romfs");
    return command.shell_text();
}

}  // namespace harness
