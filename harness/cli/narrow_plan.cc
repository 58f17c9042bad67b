#include "harness/cli/narrow_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_set>

#include "harness/suite/touched_tests.h"

namespace harness {
namespace fs = std::filesystem;

namespace {

std::string name_of(const Job& job) {
    return job.test->suite + ":" + job.test->id;
}

Result<std::vector<std::string>> keep_failures(const std::vector<std::string>& failed, Plan& plan) {
    std::unordered_set<std::string> wanted(failed.begin(), failed.end());
    std::erase_if(plan.jobs, [&](const Job& job) { return wanted.erase(job.key()) == 0; });
    plan.dropped.clear();
    if (wanted.empty()) return std::vector<std::string>();
    const std::string first = *std::min_element(wanted.begin(), wanted.end());
    if (plan.jobs.empty())
        return usage_error(
            fmt::format("--run-failures: none of the {} jobs that failed in the last run is in this plan, "
                        "such as \"{}\": its "
                        "test, compiler or target is gone, or an option beside --run-failures leaves it out",
                        failed.size(), first));
    return std::vector{
        fmt::format("{} of the {} jobs that failed in the last run are not in this plan, such as "
                    "\"{}\"",
                    wanted.size(), failed.size(), first)};
}

std::string keep_touched(const RunOptions& options, Workbench& bench, const ChangedFiles& changed) {
    std::map<std::string, std::shared_ptr<const Test>> planned;
    for (const Job& job : bench.plan.jobs) planned.emplace(name_of(job), job.test);
    for (const DroppedJob& dropped : bench.plan.dropped)
        planned.emplace(name_of(dropped.job), dropped.job.test);
    std::vector<std::shared_ptr<const Test>> tests;
    for (const auto& [name, test] : planned) tests.push_back(test);

    const fs::path tree = bench.tests_tree.parent_path();
    const std::set<std::string> touched =
        touched_tests(changed.files, tests,
                      {bench.project.root / "suites",
                       {tree / "extmod", tree / "lib/micropython-lib/python-stdlib/unittest",
                        bench.project.root / "suites" / "support"}});
    std::erase_if(bench.plan.jobs, [&](const Job& job) { return !touched.contains(name_of(job)); });
    std::erase_if(bench.plan.dropped,
                  [&](const DroppedJob& dropped) { return !touched.contains(name_of(dropped.job)); });
    return fmt::format("changed since {}: {} files of {}, which touch {} of {} tests", options.changed_since,
                       changed.files.size(), changed.checkout.string(), touched.size(), tests.size());
}

}  // namespace

fs::path folder_for_changes(const RunOptions& options, const Project& project) {
    if (!options.micropython_tests.empty()) return options.micropython_tests;
    if (!options.micropython_tree.empty()) return fs::path(options.micropython_tree) / "tests";
    return project.root / "suites";
}

Result<std::vector<std::string>> narrow_plan(const RunOptions& options, Workbench& bench,
                                             const std::optional<ChangedFiles>& changed) {
    std::vector<std::string> lines;
    if (options.only_jobs) {
        MPY_TRY(lines, keep_failures(*options.only_jobs, bench.plan));
    }
    if (changed) lines.push_back(keep_touched(options, bench, *changed));
    if (options.shard.count > 1) {
        bench.whole = keep_shard(bench.plan, options.shard);
        bench.shard = options.shard.text();
    }
    return lines;
}

}  // namespace harness
