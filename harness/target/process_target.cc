#include "harness/target/process_target.h"

#include <fmt/format.h>

#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <iterator>

#include "harness/base/files.h"
#include "harness/process/terminal_run.h"
#include "harness/target/probe.h"
#include "harness/target/unavailable.h"
#include "harness/target/warm_start_programs.h"

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

constexpr const char* kProofName = "proof.py";
constexpr std::chrono::seconds kProofLimit{60};
constexpr int kProofStatus = 7;  // that it ends with

/// A request of warm_start.c: folder, number of arguments, arguments as the program sees them, environment.
/// `prefix` words in front of the program's own name are the emulator's and the loader's.
std::vector<std::string> fork_words(const Command& command, std::size_t prefix) {
    const std::size_t arguments = command.argv.size() - (prefix - 1);
    std::vector<std::string> words{command.working_directory.string(), std::to_string(arguments)};
    words.insert(words.end(), command.argv.end() - static_cast<std::ptrdiff_t>(arguments),
                 command.argv.end());
    words.insert(words.end(), command.environment.begin(), command.environment.end());
    return words;
}

/// The folder that MicroPython's tests tree is in the eyes of a test below it: a workspace shows the
/// neighbours of the test's own folder. `folder` stands for that one.
fs::path tree_of(const Test& test, const fs::path& folder) {
    const fs::path id = test.id;
    if (id.parent_path().has_parent_path()) {
        fs::path tree = test.path;
        for (auto part = id.begin(); part != id.end(); ++part) tree = tree.parent_path();
        return tree;
    }
    return folder.parent_path();
}

/// What warm_start.c has room for.
bool fits(const Command& command) {
    constexpr std::size_t kMostWords = 2'000;
    constexpr std::size_t kMostOctets = std::size_t{200} << 10;
    std::size_t octets = 0;
    for (const auto* list : {&command.argv, &command.environment})
        for (const std::string& word : *list) octets += word.size() + 1;
    return octets < kMostOctets && command.argv.size() + command.environment.size() < kMostWords;
}

/// A fork that did not get as far as the program. Source: NOT_THE_PROGRAM of warm_start.c.
bool is_not_the_program(const ProcessResult& ran) {
    constexpr int kNotTheProgram = 97;
    return ran.ending == Ending::Exited && ran.exit_code == kNotTheProgram &&
           ran.output.starts_with("warm start: ");
}

}  // namespace

ProcessTarget::ProcessTarget(ProcessTargetConfig config, WorkspacePool& workspaces)
    : config_(std::move(config)), workspaces_(workspaces) {
    config_.description.takes_command_line = true;
}

/// Neither emitter nor heap size: these tests bring their own options, or none. What the prompt remembers
/// from one time to the next lies in HOME, so the test gets an empty one. Source: test-conventions 4.3, 4.4.
Command ProcessTarget::special_command(const Test& test, const fs::path& folder,
                                       const fs::path& scratch) const {
    Command command;
    command.argv = config_.argv;
    command.argv.insert(command.argv.end(), test.arguments.begin(), test.arguments.end());
    if (test.kind == TestKind::CommandLine) command.argv.push_back(test.id);
    command.working_directory = tree_of(test, folder);
    std::vector<std::pair<std::string, std::string>> variables{{"PYTHONIOENCODING", "utf-8"},
                                                               {"HOME", scratch.string()}};
    if (!config_.module_path.empty())
        variables.emplace_back("MICROPYPATH", fmt::format("{}", fmt::join(config_.module_path, ":")));
    command.environment = inherited_environment(variables);
    return command;
}

Command ProcessTarget::command_for(const RunRequest& request, const fs::path& folder,
                                   const fs::path& scratch) const {
    const Job& job = *request.job;
    if (job.test->kind != TestKind::Program) return special_command(*job.test, folder, scratch);
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

std::string ProcessTarget::artifact_name() {
    return fmt::format("{}.mpy", kArtifactModule);
}

Command ProcessTarget::interactive_command(const RunRequest* request, const fs::path& folder,
                                           const fs::path& scratch) const {
    if (request != nullptr) return command_for(*request, folder, scratch);
    Command command;
    command.argv = config_.argv;
    if (!config_.heap_size.empty())
        command.argv.insert(command.argv.end(), {"-X", fmt::format("heapsize={}", config_.heap_size)});
    std::vector<std::pair<std::string, std::string>> variables;
    if (!config_.module_path.empty())
        variables.emplace_back("MICROPYPATH", fmt::format("{}", fmt::join(config_.module_path, ":")));
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

std::string_view ProcessTarget::warm_up_source() {
    return kWarmUpSource;
}

Result<std::unique_ptr<ForkServer>> ProcessTarget::make_server() {
    MPY_TRY(TemporaryDirectory made, TemporaryDirectory::create("mpyconform-warm-start-"));
    const fs::path warm_up = made.path() / "warm_up.py";
    MPY_CHECK_OK(write_file_atomically(warm_up, kWarmUpSource));
    const fs::path launch = made.path() / "warm_launch.py";
    MPY_CHECK_OK(write_file_atomically(launch, kWarmLaunchSource));
    MPY_CHECK_OK(write_file_atomically(made.path() / kProofName, kWarmStartProofSource));
    programs_.emplace(std::move(made));
    ForkServerSettings settings;
    settings.name = config_.description.name;
    settings.command.argv.assign(config_.argv.begin(), std::prev(config_.argv.end()));
    std::vector<std::pair<std::string, std::string>> variables;
    if (config_.warm_launch) {
        settings.command.argv.insert(settings.command.argv.end(), {launch.string(), config_.argv.back()});
    } else {
        settings.command.argv.insert(settings.command.argv.end(),
                                     {"--preload", config_.warm_start.string(), config_.argv.back(), "-X",
                                      "emit=native", warm_up.string()});
        // The emulator's own symbols, which are bound at their first use, would be bound again in each child.
        // The program's are bound as in a process of its own.
        variables = {{"LD_BIND_NOW", "1"}, {"QEMU_UNSET_ENV", "LD_BIND_NOW"}};
    }
    if (warm_up_) {
        MPY_CHECK_OK(write_file_atomically(programs_->path() / artifact_name(), *warm_up_));
        settings.command.argv.insert(settings.command.argv.end(),
                                     {"--then", "-X", "emit=native", "-m", std::string(kArtifactModule)});
        variables.emplace_back("MICROPYPATH", ".frozen:" + programs_->path().string());
    }
    settings.command.environment = inherited_environment(variables);
    settings.open_files = config_.open_files;
    settings.memory_bytes = config_.memory_limit_bytes;
    return std::make_unique<ForkServer>(std::move(settings));
}

/// The same program in a fork and in a fresh process: it prints whatever could tell them apart.
asio::awaitable<Result<void>> ProcessTarget::prove(ForkServer& server) {
    Command command;
    command.argv = config_.argv;
    command.argv.insert(command.argv.end(),
                        {"-X", "emit=bytecode", (programs_->path() / kProofName).string(), "word"});
    command.working_directory = programs_->path();
    command.environment = inherited_environment({{"MICROPYPATH", ".frozen:" + programs_->path().string()}});
    Limits limits;
    limits.wall = kProofLimit;
    MPY_CO_TRY(const ProcessResult forked, co_await server.run(fork_words(command, config_.argv.size()),
                                                               std::string(kProofName), limits));
    MPY_CO_TRY(const ProcessResult fresh, co_await run_process(command, limits));
    if (fresh.ending != Ending::Exited || fresh.exit_code != kProofStatus)
        co_return io_error(fmt::format("the program that proves it does not run: {}", fresh.output));
    if (forked.output != fresh.output || forked.ending != fresh.ending || forked.exit_code != fresh.exit_code)
        co_return io_error(
            fmt::format("a fork prints {:?} where a fresh process prints {:?}", forked.output, fresh.output));
    co_return Result<void>{};
}

asio::awaitable<void> ProcessTarget::prepare_server() {
    const Turnstile::Pass pass = co_await server_turn_.enter();
    if (server_tried_) co_return;
    server_tried_ = true;
    auto server = make_server();
    Result<void> proved;
    if (server)
        proved = co_await prove(**server);
    else
        proved = server.error();
    if (proved)
        server_ = *std::move(server);
    else
        notes_.push_back(
            fmt::format("{}: each run is started anew, which is slower, because the warm start is not the "
                        "same as a fresh process here: {}",
                        config_.description.name, proved.error().text()));
}

asio::awaitable<Result<ProcessResult>> ProcessTarget::run_command(Command command, Limits limits) {
    if (config_.warm_launch || !config_.warm_start.empty()) {
        co_await prepare_server();
        if (server_ && fits(command)) {
            auto ran =
                co_await server_->run(fork_words(command, config_.argv.size()), command.argv.back(), limits);
            if (ran && !is_not_the_program(*ran)) co_return ran;
        }
    }
    co_return co_await run_process(std::move(command), limits);
}

asio::awaitable<Outcome> ProcessTarget::run_one(const RunRequest& request) {
    auto workspace = workspaces_.acquire(request.job->test->working_directory);
    if (!workspace) co_return unavailable(workspace.error().text());
    if (request.artifact) {
        const auto written = write_file_atomically(workspace->scratch() / artifact_name(), *request.artifact);
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
    Command command = command_for(request, workspace->folder(), workspace->scratch());
    if (request.job->test->kind == TestKind::Repl) {
        Outcome outcome = co_await run_typed(*request.job->test, std::move(command), limits);
        co_return outcome;
    }
    auto result = co_await run_command(std::move(command), limits);
    if (!result) co_return unavailable(result.error().text());
    co_return std::move(*result).to_outcome();
}

/// The status does not count, only what was shown (test-conventions 4.4); a signal does, which is no way to
/// leave.
asio::awaitable<Outcome> ProcessTarget::run_typed(const Test& test, Command command, Limits limits) {
    TerminalScript script;
    script.lines = test.typed;
    script.is_controlling = test.wants_sigint;
    auto result = co_await run_on_terminal(std::move(command), std::move(script), limits);
    if (!result) co_return unavailable(result.error().text());
    Outcome outcome = std::move(*result).to_outcome();
    outcome.exit_code = 0;
    co_return outcome;
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
    for (std::size_t i = 0; i < requests.size(); ++i) {
        Outcome outcome = co_await run_one(requests[i]);
        sink(i, std::move(outcome));
    }
}

}  // namespace harness
