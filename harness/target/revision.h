// Another revision of a user's checkout, laid out in the cache without touching the checkout.
//
// It is the tree of a commit as `git archive` writes it. Submodules are not in it: those that the checkout
// has are linked in when the revision pins the same commit, taken from the submodule's own repository when
// that holds the pinned one, and left empty otherwise.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace harness {

struct LaidOutRevision {
    std::filesystem::path root;
    std::string commit;  ///< the whole hash
    /// What a person should know: submodules that could not be had. One line each.
    std::vector<std::string> notes;
};

/// Lays the revision out below `cache`; a second time it is there already. Errors (Usage): the tree is no git
/// checkout, or it has no such revision; Io otherwise.
[[nodiscard]] boost::asio::awaitable<Result<LaidOutRevision>> lay_out_revision(std::filesystem::path checkout,
                                                                               std::string revision,
                                                                               std::filesystem::path cache);

/// The commit that is checked out, with "-dirty" behind it when a tracked file differs; empty when the tree
/// is no git checkout.
[[nodiscard]] boost::asio::awaitable<std::string> checked_out_commit(std::filesystem::path tree);

/// A submodule as a revision pins it.
struct PinnedSubmodule {
    std::string path;
    std::string commit;
    bool operator==(const PinnedSubmodule&) const = default;
};

/// Reads what `git ls-tree -r -z` prints.
[[nodiscard]] std::vector<PinnedSubmodule> submodules_in(std::string_view listing);

}  // namespace harness
