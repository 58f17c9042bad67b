// What git says has changed: for `run --changed-since REV`.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/base/result.h"

namespace harness {

struct ChangedFiles {
    std::filesystem::path checkout;  ///< its top folder
    /// Absolute; also deleted ones.
    std::vector<std::filesystem::path> files;
};

/// With a revision: everything that the work tree of the checkout that holds `folder` has changed since it
/// left that revision (their merge base), committed or not, new files too. With a range A..B (or A...B): what
/// git diff names for it. Errors: there is no git, the folder is in no checkout or not a part of it, there is
/// no such revision or no common history.
[[nodiscard]] boost::asio::awaitable<Result<ChangedFiles>> changed_files(std::filesystem::path folder,
                                                                         std::string revision);

}  // namespace harness
