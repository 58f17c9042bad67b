// What a run leaves out of its plan on the person's wish, after the plan is made: jobs that did not fail last
// time, tests that git says nobody touched, other machines' shards.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/cli/changed_since.h"
#include "harness/cli/run_options.h"
#include "harness/cli/workbench.h"

namespace harness {

/// The folder whose git checkout `--changed-since` asks: the tests that the person gave, else those of the
/// source tree that the person gave, else our suites.
[[nodiscard]] std::filesystem::path folder_for_changes(const RunOptions& options, const Project& project);

/// Narrows bench.plan and sets bench.shard and bench.whole. The lines are for the person. Error: nothing of
/// what failed last time is in the plan. After it the plan may be empty: then nothing can run.
[[nodiscard]] Result<std::vector<std::string>> narrow_plan(const RunOptions& options, Workbench& bench,
                                                           const std::optional<ChangedFiles>& changed);

}  // namespace harness
