#include "harness/cli/history_command.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/base/glob.h"
#include "harness/cli/exit_status.h"
#include "harness/cli/project.h"
#include "harness/report/text.h"
#include "harness/run/verdict_history.h"

namespace harness {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

bool any_matches(const std::vector<std::string>& patterns, std::string_view text) {
    return std::ranges::any_of(patterns,
                               [&](const std::string& pattern) { return glob_matches(pattern, text); });
}

/// A test is named by its id, with or without its suite; a template's name means all its rungs.
bool is_asked_for(const HistoryOptions& options, const JobHistory& job) {
    if (!options.targets.empty() && !any_matches(options.targets, job.target)) return false;
    if (options.tests.empty()) return true;
    const std::string whole = job.suite + ":" + job.test;
    const std::string file = job.test.substr(0, job.test.find('@'));
    return any_matches(options.tests, job.test) || any_matches(options.tests, whole) ||
           any_matches(options.tests, file);
}

double seconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double>(time).count();
}

std::string utc(std::chrono::system_clock::time_point time) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

double flake_rate(const JobHistory& job) {
    return static_cast<double>(job.flakes) / static_cast<double>(std::max<std::size_t>(job.runs, 1));
}

std::vector<const JobHistory*> slowest(const std::vector<JobHistory>& jobs, std::size_t most) {
    std::vector<const JobHistory*> sorted;
    for (const JobHistory& job : jobs) sorted.push_back(&job);
    std::ranges::stable_sort(sorted, std::ranges::greater(),
                             [](const JobHistory* job) { return job->last.wall; });
    if (sorted.size() > most) sorted.resize(most);
    return sorted;
}

std::vector<const JobHistory*> flaky(const std::vector<JobHistory>& jobs) {
    std::vector<const JobHistory*> sorted;
    for (const JobHistory& job : jobs)
        if (job.flakes > 0) sorted.push_back(&job);
    std::ranges::stable_sort(sorted, std::ranges::greater(),
                             [](const JobHistory* job) { return flake_rate(*job); });
    return sorted;
}

std::string verdict_text(const PastVerdict& past) {
    return fmt::format("{}{}", word(past.verdict), past.flaky ? " (flaky)" : "");
}

void print_overview(const std::vector<JobHistory>& jobs, const HistoryOptions& options) {
    std::size_t runs = 0;
    for (const JobHistory& job : jobs) runs += job.runs;
    fmt::print("{} jobs, run {} times\n", jobs.size(), runs);
    fmt::print("\nSlowest, by their last run:\n");
    for (const JobHistory* job : slowest(jobs, options.top))
        fmt::print("{:9.3f} s  {}\n", seconds(job->last.wall), visible_line(job->key));
    const auto unsteady = flaky(jobs);
    fmt::print("\nFlaky, passed only when repeated or ignored by their suite's list: {}\n", unsteady.size());
    for (std::size_t i = 0; i < unsteady.size() && i < options.top; ++i)
        fmt::print("{:5.1f} %  {} of {} runs  {}\n", 100 * flake_rate(*unsteady[i]), unsteady[i]->flakes,
                   unsteady[i]->runs, visible_line(unsteady[i]->key));
    if (unsteady.size() > options.top) fmt::print("… {} more (--top N)\n", unsteady.size() - options.top);
}

void print_jobs(const std::vector<JobHistory>& jobs) {
    for (const JobHistory& job : jobs) {
        fmt::print("{}\n  {} runs, {} failures, {} flaky\n", visible_line(job.key), job.runs, job.failures,
                   job.flakes);
        for (const PastVerdict& past : job.recent)
            fmt::print("  {}  {:9.3f} s  {}\n", utc(past.at), seconds(past.wall), verdict_text(past));
    }
}

Json verdict_json(const PastVerdict& past) {
    return {{"at", utc(past.at)},
            {"verdict", word(past.verdict)},
            {"flaky", past.flaky},
            {"wall_seconds", seconds(past.wall)}};
}

Json job_json(const JobHistory& job) {
    Json json{{"key", as_utf8(job.key)},   {"suite", as_utf8(job.suite)},
              {"test", as_utf8(job.test)}, {"target", as_utf8(job.target)},
              {"runs", job.runs},          {"failures", job.failures},
              {"flakes", job.flakes},      {"last", verdict_json(job.last)}};
    if (job.recent.empty()) return json;
    json["recent"] = Json::array();
    for (const PastVerdict& past : job.recent) json["recent"].push_back(verdict_json(past));
    return json;
}

void print_json(const std::vector<JobHistory>& jobs, const HistoryOptions& options) {
    Json json;
    const auto list = [](const auto& some) {
        Json array = Json::array();
        for (const JobHistory* job : some) array.push_back(job_json(*job));
        return array;
    };
    if (options.tests.empty()) {
        json["jobs"] = jobs.size();
        json["slowest"] = list(slowest(jobs, options.top));
        json["flaky"] = list(flaky(jobs));
    } else {
        json["jobs"] = Json::array();
        for (const JobHistory& job : jobs) json["jobs"].push_back(job_json(job));
    }
    fmt::print("{}\n", json.dump(1));
}

Result<std::vector<JobHistory>> asked_jobs(const HistoryOptions& options) {
    MPY_TRY(const Project project, find_project());
    const fs::path file = project.cache / "history.sqlite";
    MPY_TRY(auto jobs, read_job_histories(file, options.tests.empty() ? Recent::Without : Recent::With));
    const std::size_t all = jobs.size();
    std::erase_if(jobs, [&](const JobHistory& job) { return !is_asked_for(options, job); });
    if (jobs.empty() && !(options.tests.empty() && options.targets.empty()))
        return usage_error(fmt::format("none of the {} jobs in {} is of {}{}{}", all, file.string(),
                                       fmt::join(options.tests, ", "),
                                       options.tests.empty() || options.targets.empty() ? "" : " on ",
                                       fmt::join(options.targets, ", ")));
    return jobs;
}

}  // namespace

void add_history_options(CLI::App& app, HistoryOptions& options) {
    app.add_option(
        "tests", options.tests,
        "Show every run of these tests that is kept: ids or globs. Default: the slowest and the flaky "
        "tests");
    app.add_option("--target", options.targets, "Only these targets, names or globs")
        ->delimiter(',')
        ->allow_extra_args(false);
    app.add_option("--top", options.top, "How many lines of each kind")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    app.add_flag("--json", options.json, "As JSON");
}

int history_command(const HistoryOptions& options) {
    const auto jobs = asked_jobs(options);
    if (!jobs) {
        fmt::print(stderr, "mpyconform: {}\n", jobs.error().text());
        return exit_status_of(jobs.error());
    }
    if (options.json)
        print_json(*jobs, options);
    else if (options.tests.empty())
        print_overview(*jobs, options);
    else
        print_jobs(*jobs);
    return kExitPassed;
}

}  // namespace harness
