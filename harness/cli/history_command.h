// `mpyconform history`: what earlier runs left behind: slow tests, flaky tests, the verdicts of one test.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace harness {

struct HistoryOptions {
    /// Ids or globs; empty = the overview.
    std::vector<std::string> tests;
    /// Names or globs; empty = all.
    std::vector<std::string> targets;
    unsigned top = 20;
    bool json = false;
};

void add_history_options(CLI::App& app, HistoryOptions& options);
[[nodiscard]] int history_command(const HistoryOptions& options);

}  // namespace harness
