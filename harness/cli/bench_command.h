// `mpyconform bench --harness`: what the harness costs, as a table for people or as JSON.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "harness/cli/bench_measure.h"

namespace harness {

struct BenchOptions {
    bool harness = false;
    std::vector<std::string> targets;
    std::vector<std::string> tests;
    unsigned boots = 5;
    std::string json;
};

void add_bench_options(CLI::App& app, BenchOptions& options);

/// The table of one target; ends with a newline.
[[nodiscard]] std::string bench_text(const BenchFigures& figures);
/// All targets as one JSON object (docs/bench.md).
[[nodiscard]] std::string bench_json(const std::vector<BenchFigures>& all);

/// The return value is the exit status.
[[nodiscard]] int bench_command(const BenchOptions& options);

}  // namespace harness
