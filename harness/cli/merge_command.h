// `mpyconform merge`: the JSON reports of all shards of a run become the report of the whole run.
#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

namespace harness {

struct MergeOptions {
    std::vector<std::string> reports;
    std::string json;
    std::string junit;
    bool differences = false;
};

void add_merge_options(CLI::App& app, MergeOptions& options);

/// Prints the end of the whole run and writes its reports; the exit status is the one that the run would have
/// had.
[[nodiscard]] int merge_command(const MergeOptions& options, const std::string& command_line);

}  // namespace harness
