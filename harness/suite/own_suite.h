// Our own suites as a whole: every program below suites/, templates expanded.
#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/test.h"
#include "harness/suite/own_program.h"

namespace harness::own {

/// Reads all `.py` files of the area folders below `root` (a folder named `helpers` holds helpers, not
/// tests), sorted by id, rungs in the order of their template. All mistakes are reported, not only the first:
/// the list is never empty when loading fails.
struct Suite {
    std::vector<Program> programs;
    /// Files read, templates counted once.
    std::size_t files = 0;
};
[[nodiscard]] boost::system::result<Suite, std::vector<Error>> load_suite(const std::filesystem::path& root);

/// The programs of one file, `file` relative to `root`.
[[nodiscard]] Result<std::vector<Program>> load_file(const std::filesystem::path& root,
                                                     const std::string& file);

/// The programs as tests of the suite "conformance". Each is written out, with its helpers beside it, below
/// `folder` (absolute) as ID/NAME.py, where NAME is the file's own; a file that is there already with the
/// same text is left alone, so that several runs can share the folder.
[[nodiscard]] Result<std::vector<Test>> make_tests(const Suite& suite, const std::filesystem::path& folder);

}  // namespace harness::own
