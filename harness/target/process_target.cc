#include "harness/target/process_target.h"

#include <fmt/format.h>

#include <boost/asio/use_awaitable.hpp>
#include <exception>

#include "harness/base/files.h"
#include "harness/target/probe.h"

namespace harness {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

/// Name of the module that an artifact is run as; `-m` finds it behind the test's own folder on the path.
constexpr std::string_view kArtifactModule = "mpyconform_artifact";

std::chrono::milliseconds scaled(std::chrono::milliseconds limit, double factor) {
    return std::chrono::milliseconds(
        static_cast<std::chrono::milliseconds::rep>(static_cast<double>(limit.count()) * factor));
}

Outcome unavailable(std::string why) {
    Outcome outcome;
    outcome.ending = Ending::Unavailable;
    outcome.trouble = std::move(why);
    return outcome;
}

}  // namespace

ProcessTarget::ProcessTarget(ProcessTargetConfig config, WorkspacePool& workspaces)
    : config_(std::move(config)), workspaces_(workspaces) {}

Command ProcessTarget::command_for(const RunRequest& request, const fs::path& folder,
                                   const fs::path& scratch) const {
    const Job& job = *request.job;
    Command command;
    command.argv = config_.argv;
    command.argv.insert(command.argv.end(), {"-X", fmt::format("emit={}", word(job.emitter))});
    if (!config_.heap_size.empty())
        command.argv.insert(command.argv.end(), {"-X", fmt::format("heapsize={}", config_.heap_size)});
    if (job.mode == Mode::Mpy)
        command.argv.insert(command.argv.end(), {"-m", std::string(kArtifactModule)});
    else
        command.argv.push_back(job.test->path.string());
    command.working_directory = folder;
    std::vector<std::string> path = config_.module_path;
    if (job.mode == Mode::Mpy) path.push_back(scratch.string());
    std::vector<std::pair<std::string, std::string>> variables{{"PYTHONIOENCODING", "utf-8"}};
    if (!config_.module_path.empty())
        variables.emplace_back("MICROPYPATH", fmt::format("{}", fmt::join(path, ":")));
    command.environment = inherited_environment(variables);
    return command;
}

std::string ProcessTarget::command_line(const RunRequest& request) const {
    const fs::path scratch = "ARTIFACT_FOLDER";
    const Command command = command_for(request, request.job->test->working_directory, scratch);
    std::string path;
    for (const std::string& variable : command.environment)
        if (variable.starts_with("MICROPYPATH=")) path = fmt::format("env {} ", variable);
    return path + command.shell_text();
}

asio::awaitable<Outcome> ProcessTarget::run_one(const RunRequest& request) const {
    auto workspace = workspaces_.acquire(request.job->test->working_directory);
    if (!workspace) co_return unavailable(workspace.error().text());
    if (request.artifact) {
        const auto written = write_file_atomically(
            workspace->scratch() / fmt::format("{}.mpy", kArtifactModule), *request.artifact);
        if (!written) co_return unavailable(written.error().text());
    }
    for (const auto& [name, octets] : request.modules) {
        const auto written = write_file_atomically(workspace->scratch() / name, *octets);
        if (!written) co_return unavailable(written.error().text());
    }
    Limits limits;
    limits.wall = scaled(request.time_limit, config_.description.time_factor);
    limits.output_bytes = config_.output_limit_bytes;
    limits.memory_bytes = config_.memory_limit_bytes;
    limits.open_files = config_.open_files;
    auto result =
        co_await run_process(command_for(request, workspace->folder(), workspace->scratch()), limits);
    if (!result) co_return unavailable(result.error().text());
    co_return std::move(*result).to_outcome();
}

Result<std::string> ProcessTarget::identity() const {
    KeyBuilder key;
    for (const std::string& word : config_.argv) {
        key.add(word);
        std::error_code error;
        if (fs::is_regular_file(word, error)) {
            MPY_TRY(const std::string hash, file_hash(word));
            key.add(hash);
        }
    }
    for (const auto& [package, version] : config_.description.packages) key.add(package).add(version);
    for (const std::string& folder : config_.module_path) key.add(folder);
    return key.add(config_.heap_size).hex();
}

asio::awaitable<Result<Capabilities>> ProcessTarget::probe() {
    MPY_CO_TRY(const std::string who, identity());
    co_return co_await probe_target(*this, who, config_.probe_cache);
}

asio::awaitable<void> ProcessTarget::run(std::span<const RunRequest> requests, const OutcomeSink& sink) {
    for (std::size_t i = 0; i < requests.size(); ++i) sink(i, co_await run_one(requests[i]));
}

}  // namespace harness
