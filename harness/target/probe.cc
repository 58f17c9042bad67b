#include "harness/target/probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "harness/base/files.h"
#include "harness/target/probe_cache.h"
#include "harness/target/probe_scripts.h"

namespace harness {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds kProbeLimit{20};

std::string ending_text(const Outcome& outcome) {
    if (outcome.ending == Ending::Exited) return fmt::format("exit status {}", outcome.exit_code);
    if (outcome.ending == Ending::Signalled) return fmt::format("killed by signal {}", outcome.signal_number);
    return outcome.trouble.empty() ? std::string(word(outcome.ending))
                                   : fmt::format("{}: {}", word(outcome.ending), outcome.trouble);
}

std::vector<TypedLine> typed_lines(std::string_view source) {
    std::vector<TypedLine> lines;
    while (!source.empty()) {
        const std::size_t end = std::min(source.find('\n'), source.size() - 1) + 1;
        lines.push_back({std::string(source.substr(0, end)), false});
        source.remove_prefix(end);
    }
    return lines;
}

/// A probe as a job, so that it takes the way that every test takes.
Job probe_job(const Probe& probe, const fs::path& folder, const std::string& target) {
    auto test = std::make_shared<Test>();
    test->id = probe.name;
    test->suite = "probe";
    test->path = folder / (probe.name + ".py");
    test->working_directory = folder;
    if (probe.typed) {
        test->kind = TestKind::Repl;
        test->typed = typed_lines(probe.source);
    }
    Job job;
    job.test = test;
    job.mode = Mode::Source;
    job.target = target;
    return job;
}

/// Runs the probes whose `after` is answered and which were not run yet; false when there were none.
asio::awaitable<Result<bool>> run_round(Target& target, const fs::path& folder, ProbeAnswers& answers) {
    std::vector<Job> jobs;
    for (const Probe& probe : probes()) {
        if (answers.contains(probe.name)) continue;
        if (probe.typed && !target.description().takes_command_line) continue;
        if (!probe.after.empty()) {
            const auto before = answers.find(probe.after);
            if (before == answers.end() || !found_something(before->second)) continue;
        }
        jobs.push_back(probe_job(probe, folder, target.description().name));
    }
    std::vector<RunRequest> requests(jobs.size());
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        requests[i].job = &jobs[i];
        requests[i].time_limit = kProbeLimit;
    }
    std::optional<Error> trouble;
    for (std::size_t first = 0; first < requests.size(); first += target.batch_limit()) {
        const auto batch =
            std::span(requests).subspan(first, std::min(target.batch_limit(), requests.size() - first));
        co_await target.run(batch, [&](std::size_t index, Outcome outcome) {
            if (outcome.ending == Ending::Unavailable) trouble = io_error(outcome.trouble);
            answers[jobs[first + index].test->id] = {outcome.output, ending_text(outcome)};
        });
        if (trouble) co_return *trouble;
    }
    co_return !jobs.empty();
}

}  // namespace

asio::awaitable<Result<Capabilities>> probe_target(Target& target, const std::string& identity,
                                                   const fs::path& cache) {
    const ProbeCache known(cache);
    const std::string key = KeyBuilder().add(identity).add(probe_set_identity()).hex();
    if (const auto answers = known.find(key)) {
        if (auto capabilities = interpret_probes(*answers)) co_return capabilities;
    }
    MPY_CO_TRY(const TemporaryDirectory folder, TemporaryDirectory::create("mpyconform-probe-"));
    const fs::path home = folder.path() / "probes";
    for (const Probe& probe : probes())
        MPY_CO_CHECK_OK(write_file_atomically(home / (probe.name + ".py"), probe.source));
    ProbeAnswers answers;
    for (;;) {
        MPY_CO_TRY(const bool more, co_await run_round(target, home, answers));
        if (!more) break;
    }
    auto capabilities = interpret_probes(answers);
    if (capabilities) known.keep(key, answers);
    co_return capabilities;
}

}  // namespace harness
