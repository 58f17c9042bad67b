// Options of `mpyconform run` (what ./run-tests passes on): parsing and help. Options that MicroPython's own
// runner has keep their names and meaning; what that runner has and this one does not is refused by name.
#pragma once

#include <CLI/CLI.hpp>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/cli/board_targets.h"
#include "harness/model/words.h"
#include "harness/run/plan.h"
#include "harness/run/shard.h"

namespace harness {

struct RunOptions {
    // What to run.
    std::vector<std::string> tests;
    std::vector<std::string> test_dirs;
    std::vector<PlanOptions::Filter> filters;
    std::vector<std::string> suites;
    bool via_mpy = false;
    std::vector<Emitter> emitters;
    std::vector<std::string> archs;
    /// Names of targets, and boards (board_targets.h).
    std::vector<std::string> targets;
    BoardOptions board;
    std::string begin;  ///< file whose text is BoardOptions::prologue
    /// Jobs that failed in the last run, nothing else.
    bool run_failures = false;
    /// With run_failures: their keys; empty = nothing failed. Nothing: `tests` names the failed tests
    /// instead.
    std::optional<std::vector<std::string>> only_jobs;
    /// Revision or range of git; empty = all tests.
    std::string changed_since;
    Shard shard;

    // With what.
    std::vector<std::string> mpy_cross;
    std::vector<std::string> micropython;
    std::vector<std::string> firmware;
    std::string cpython;
    std::string micropython_tests;
    std::string micropython_tree;
    /// Revision of that tree's checkout to compare with; empty = an ordinary run.
    std::string base;
    std::string tests_release;
    std::vector<std::string> skip_rules;
    std::string mpy_cross_flags;
    std::string heap_size;
    bool keep_path = false;
    std::vector<std::string> known_failures;
    bool no_known_failures = false;
    std::vector<std::string> quarantine;

    // How.
    unsigned jobs = 0;
    double timeout_seconds = 30;
    unsigned retries = 0;
    bool no_cache = false;
    bool separate_runs = false;
    bool fresh_processes = false;
    /// Folder for artifacts, expectations and durations instead of the project's cache; empty = that one.
    /// No option of `run`: a measurement starts with an empty one.
    std::string results_cache;
    /// `-icount` of QEMU's machines; empty = off.
    std::string icount;
    /// Target whose console a person wants; empty = an ordinary run. With it `tests` holds at most one file.
    std::string interactive;
    bool debug = false;
    bool shuffle = false;
    unsigned long shuffle_seed = 0;

    // What comes out.
    bool list = false;
    bool verbose = false;
    bool differences = false;
    /// Result files of MicroPython's runner; empty = a folder in the cache.
    std::string result_dir;
    /// Nothing is run: the result files are shown, or removed.
    bool print_failures = false;
    bool clean_failures = false;
    std::string json;
    std::string junit;
    std::string markdown;
};

/// Adds the subcommand's options; `options` is filled when the app parses. Names of environment variables
/// that stand in for options are in the help.
void add_run_options(CLI::App& app, RunOptions& options);

/// What CLI11 cannot check: combinations, emitter names, environment variables of the stock runner.
[[nodiscard]] Result<void> complete_run_options(const CLI::App& app, RunOptions& options);

}  // namespace harness
