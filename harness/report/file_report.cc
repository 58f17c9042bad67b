#include "harness/report/file_report.h"

#include <fmt/format.h>
#include <unistd.h>

#include <exception>

#include "harness/base/files.h"

namespace harness {
namespace fs = std::filesystem;

void FileReport::run_started(const PlanSummary&) {}
void FileReport::job_started(const Job&) {}
void FileReport::job_finished(const RecordedResult&) {}
void FileReport::tick() {}

Result<void> FileReport::run_finished(const RunRecord& record) {
    std::string text;
    try {
        text = writer_(record);
    } catch (const std::exception& error) {
        // A library's trouble with one report must not cost the verdicts that the console still has to print.
        return internal_error(
            fmt::format("the report {} could not be made: {}", path_.string(), error.what()));
    }
    return write_file_atomically(path_, text);
}

Result<void> check_report_path(const fs::path& path) {
    std::error_code error;
    if (fs::is_directory(path, error))
        return usage_error(fmt::format("the report {} is a folder; name a file", path.string()));
    const fs::path folder = fs::absolute(path, error).parent_path();
    fs::create_directories(folder, error);
    if (error)
        return usage_error(
            fmt::format("the folder of the report {} cannot be made: {}", path.string(), error.message()));
    if (::access(folder.c_str(), W_OK | X_OK) != 0)
        return usage_error(
            fmt::format("the report {} cannot be written: no file can be made in its folder", path.string()));
    return {};
}

}  // namespace harness
