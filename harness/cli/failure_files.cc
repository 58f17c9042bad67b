#include "harness/cli/failure_files.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

#include "harness/base/files.h"
#include "harness/cli/exit_status.h"
#include "harness/cli/last_run.h"
#include "harness/cli/project.h"
#include "harness/cli/repeat_command.h"
#include "harness/cli/result_files.h"
#include "harness/process/attached.h"
#include "harness/report/stock_results.h"

namespace harness {
namespace fs = std::filesystem;

namespace {

/// The person's command may have arguments and quotes of its own, so that a shell reads it.
Result<void> run_diff(const std::string& difference, const fs::path& stem) {
    Command command;
    command.argv = {"/bin/sh", "-c",
                    fmt::format("{} {} {}", difference, shell_word(stem.string() + ".exp"),
                                shell_word(stem.string() + ".out"))};
    command.environment = inherited_environment();
    std::fflush(stdout);
    // Its status says that the two differ, which is no news.
    MPY_TRY(const int status, run_attached(command));
    static_cast<void>(status);
    return {};
}

Result<void> do_it(const RunOptions& options) {
    MPY_TRY(const Project project, find_project());
    const fs::path folder = result_folder(options, project);
    return options.print_failures ? print_failures(folder) : clean_failures(folder);
}

}  // namespace

Result<void> print_failures(const fs::path& folder) {
    MPY_TRY(const auto stems, stock_failure_stems(folder));
    const char* difference = std::getenv("MICROPY_DIFF");
    for (const fs::path& stem : stems) {
        fmt::print("\nFAILURE {}\n", stem.string());
        std::error_code error;
        if (fs::exists(stem.string() + ".exp", error)) {
            MPY_CHECK_OK(run_diff(difference == nullptr ? "diff -u" : difference, stem));
            continue;
        }
        MPY_TRY(const std::string text, read_file(stem.string() + ".out"));
        std::fwrite(text.data(), 1, text.size(), stdout);
    }
    return {};
}

Result<void> clean_failures(const fs::path& folder) {
    MPY_CHECK_OK(clean_stock_results(folder));
    std::error_code error;
    fs::remove(folder / kLastRunFile, error);
    if (error)
        return io_error(
            fmt::format("cannot remove {}: {}", (folder / kLastRunFile).string(), error.message()));
    return {};
}

int failure_files_command(const RunOptions& options) {
    const auto done = do_it(options);
    if (done) return kExitPassed;
    fmt::print(stderr, "mpyconform: {}\n", done.error().text());
    return exit_status_of(done.error());
}

}  // namespace harness
