// Which tests a set of changed files touches: for `--changed-since`.
//
// A test is touched when its own file changed, a file that belongs to it (NAME.py.exp and the like), a helper
// of its header, a module that it imports from its folder or from a folder of the module path, directly or
// through another module, or a data file below its folder that it names. A data file that no test names
// touches every test of its folder. Nothing is run and no import is executed: a line with `import` that holds
// the module's name counts, so that rather a test too many is touched than one too few.
#pragma once

#include <filesystem>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "harness/model/test.h"

namespace harness {

struct TestPlaces {
    /// Our own suites: their tests were written out elsewhere, this is where they come from.
    std::filesystem::path suites;
    /// Folders that targets import modules from besides the test's own.
    std::vector<std::filesystem::path> module_folders;
};

/// "suite:id" of each touched test. `changed` are absolute paths, also of files that were deleted; links in
/// paths are followed where the files are there.
[[nodiscard]] std::set<std::string> touched_tests(const std::vector<std::filesystem::path>& changed,
                                                  std::span<const std::shared_ptr<const Test>> tests,
                                                  const TestPlaces& places);

}  // namespace harness
