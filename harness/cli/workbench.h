// Everything that a run works with, made from the options: compilers, oracle, targets, suites, and the plan.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/cli/project.h"
#include "harness/cli/run_options.h"
#include "harness/cli/targets.h"
#include "harness/compile/caching_compiler.h"
#include "harness/compile/outcome_cache.h"
#include "harness/compile/toolset.h"
#include "harness/oracle/oracle.h"
#include "harness/report/report.h"
#include "harness/run/plan.h"
#include "harness/suite/known_failures.h"
#include "harness/suite/quarantine.h"
#include "harness/target/workspace.h"

namespace harness {

/// What a target answered, or why it could not be asked.
struct AskedTarget {
    Target* target = nullptr;  ///< null for one that only checks
    PlannedTarget planned;
    std::string trouble;  ///< not empty: nothing can run on it
};

struct Workbench {
    Project project;
    Toolset toolset;
    /// Where artifacts, expectations and durations are kept.
    std::filesystem::path results_cache;
    std::unique_ptr<OutcomeCache> compile_cache;  ///< null with --no-cache
    std::unique_ptr<WorkspacePool> workspaces;
    std::vector<std::unique_ptr<CachingCompiler>> compilers;
    /// Beside `compilers`: archs that it cannot be used for, with the reason (compiler_defects.h).
    std::vector<std::map<std::string, std::string>> compiler_defects;
    std::vector<std::string> compiler_packages;  ///< beside `compilers`; empty = given by the user
    /// By suite: our programs find a stand-in for the module micropython (suites/shim), MicroPython's own
    /// must not.
    std::map<std::string, std::unique_ptr<Oracle>> oracles;
    TargetSet target_set;
    std::vector<AskedTarget> asked;
    std::vector<std::unique_ptr<TestSource>> sources;
    std::filesystem::path tests_tree;
    std::string tests_tree_origin;  ///< package, or "given"
    KnownFailures known_failures;
    Quarantine quarantine{today_utc()};
    Plan plan;
    /// "2/4" and what it is a part of, when the plan holds a shard.
    std::string shard;
    std::optional<WholePlan> whole;

    [[nodiscard]] std::vector<PlannedCompiler> planned_compilers() const;
    [[nodiscard]] std::vector<PlannedTarget> planned_targets() const;
    [[nodiscard]] std::map<std::string, Capabilities> capabilities() const;
    [[nodiscard]] Environment environment(const std::string& cpython) const;
};

/// Makes everything but suites and plan: compilers, oracles, targets that have been asked.
[[nodiscard]] boost::asio::awaitable<Result<std::unique_ptr<Workbench>>> open_workbench(
    const RunOptions& options, std::function<void(const std::string&)> say);

/// Makes everything up to the plan. `say` gets a line now and then for what takes long (firmware builds).
/// Errors: whatever keeps the run from being what was asked for; a target that cannot be asked is in the
/// plan's place as trouble instead.
[[nodiscard]] boost::asio::awaitable<Result<std::unique_ptr<Workbench>>> make_workbench(
    const RunOptions& options, std::function<void(const std::string&)> say);

/// Capabilities that a stand-in for an arch pretends to have, so that requirements about the arch are decided
/// and those about the runtime hold.
[[nodiscard]] Capabilities checking_capabilities(const std::string& arch);

}  // namespace harness
