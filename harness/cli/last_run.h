// The last run as `--run-failures` needs it: with what it ran and which of its jobs failed.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/cli/run_options.h"
#include "harness/report/report.h"

namespace harness {

struct LastRun {
    std::string command;
    /// Keys of the jobs that failed the run, or that the harness had trouble with.
    std::vector<std::string> failed;
    /// Their tests, each once, by the names that MicroPython's runner would give them (stock_results.h).
    std::set<std::string> failed_tests;
    /// Subjects, selection and rules of the run; everything else is at its default.
    RunOptions options;
};

/// Its name in the folder of result files (result_files.h).
inline constexpr std::string_view kLastRunFile = "_last_run.json";

/// Writes it; a run replaces that of the run before.
[[nodiscard]] Result<void> save_last_run(const std::filesystem::path& folder, const RunRecord& record,
                                         const RunOptions& options);
/// Nothing when there is none. Error: it cannot be read.
[[nodiscard]] Result<std::optional<LastRun>> load_last_run(const std::filesystem::path& folder);

/// What `options` leaves at its default is taken from the last run, so that `--run-failures` alone repeats
/// its failed jobs with the same subjects; a target or an emitter that is named picks from them.
void take_over(const LastRun& last, RunOptions& options);

/// What `--run-failures` runs, from what the last run left in `folder`. Where MicroPython's own runner wrote
/// its
/// `_results.json` there afterwards, the tests that failed in it are run as the options say. Error: there is
/// neither.
[[nodiscard]] Result<void> choose_failures(const std::filesystem::path& folder, RunOptions& options);

}  // namespace harness
