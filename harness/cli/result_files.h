// The result files of MicroPython's runner as a run of ours writes them: where, and what they say of its
// options.
#pragma once

#include <filesystem>
#include <memory>

#include "harness/cli/project.h"
#include "harness/cli/run_options.h"
#include "harness/report/stock_results.h"

namespace harness {

/// The folder that the person named, else `results` in the cache: never the tests tree, which is the person's
/// own, or shared by all who use the fetched one.
[[nodiscard]] std::filesystem::path result_folder(const RunOptions& options, const Project& project);

[[nodiscard]] std::unique_ptr<StockResultFiles> make_result_files(const RunOptions& options,
                                                                  const Project& project);

}  // namespace harness
