#include "harness/cli/project.h"

#include <fmt/format.h>

#include <cstdlib>

#include "harness/compile/outcome_cache.h"

namespace harness {
namespace fs = std::filesystem;

namespace {

fs::path from_environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? fs::path() : fs::path(value);
}

bool holds_project(const fs::path& folder) {
    std::error_code error;
    return fs::is_directory(folder / "suites", error) && fs::is_directory(folder / "qemu-configs", error);
}

}  // namespace

Result<Project> find_project() {
    Project project;
    project.root = from_environment("MPYCONFORM_ROOT");
    std::error_code error;
    if (project.root.empty()) {
        for (fs::path folder = fs::canonical("/proc/self/exe", error).parent_path();
             !error && folder != folder.root_path(); folder = folder.parent_path()) {
            if (holds_project(folder)) {
                project.root = folder;
                break;
            }
        }
    }
    if (project.root.empty())
        return configuration_error(
            "the folders suites/ and qemu-configs/ were not found above this program; set MPYCONFORM_ROOT to "
            "the project's "
            "folder");
    if (!holds_project(project.root))
        return configuration_error(
            fmt::format("MPYCONFORM_ROOT is {:?}, but there is no suites/ and qemu-configs/ in it",
                        project.root.string()));
    project.root = fs::absolute(project.root, error);
    project.deps = from_environment("MPYCONFORM_DEPS");
    if (project.deps.empty()) project.deps = project.root / ".deps";
    project.deps = fs::absolute(project.deps, error);
    project.cache = cache_folder(project.root);
    return project;
}

}  // namespace harness
