#include "harness/cli/result_files.h"

#include <fmt/format.h>

namespace harness {
namespace fs = std::filesystem;

fs::path result_folder(const RunOptions& options, const Project& project) {
    return options.result_dir.empty() ? project.cache / "results" : fs::path(options.result_dir);
}

std::unique_ptr<StockResultFiles> make_result_files(const RunOptions& options, const Project& project) {
    StockArguments arguments;
    // That runner has one target and one emitter at a time; of several the names stand side by side.
    const std::vector<std::string>& targets = options.targets.empty() ? options.micropython : options.targets;
    arguments.test_instance = fmt::format("{}", fmt::join(targets, ","));
    std::vector<std::string_view> emitters;
    for (const Emitter emitter : options.emitters) emitters.push_back(word(emitter));
    arguments.emitter = fmt::format("{}", fmt::join(emitters, ","));
    arguments.heap_size = options.heap_size;
    arguments.mpy_cross_flags = options.mpy_cross_flags;
    arguments.via_mpy = options.via_mpy;
    arguments.keep_path = options.keep_path;
    arguments.jobs = options.jobs;
    arguments.files = options.tests;
    arguments.test_dirs = options.test_dirs;
    for (const PlanOptions::Filter& filter : options.filters)
        arguments.filters.emplace_back(filter.include, filter.pattern);
    return std::make_unique<StockResultFiles>(result_folder(options, project), std::move(arguments));
}

}  // namespace harness
