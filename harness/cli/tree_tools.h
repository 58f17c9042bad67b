// `--micropython-tree`: what a user's source tree gives a run instead of what set-up fetched.
//
// Its mpy-cross and unix ports are built here, its firmware when a machine is asked what it can do. All of it
// goes into the cache; nothing in the tree is written to.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/cli/project.h"
#include "harness/compile/toolset.h"
#include "harness/target/source_tree.h"

namespace harness {

struct TreeWishes {
    std::filesystem::path tree;
    /// Names of targets that are wanted; empty = all.
    std::vector<std::string> targets;
    bool needs_compiler = true;  ///< false: the user gave one, so it is built only where a runtime needs it
    bool needs_runtimes = true;  ///< false: the user gave binaries, so neither ports nor firmware are built
    bool needs_tests = true;     ///< false: the user gave a tests folder
    unsigned jobs = 1;
};

/// Replaces the compilers, runtimes and trees of `tools` by those of the tree, building what is out of date.
/// `say` gets a line for what took long and for what the tree lacks. Errors: there is no such tree, it lacks
/// what is needed, or its mpy-cross does not build (Io). A unix port that does not build is a runtime that
/// says so.
[[nodiscard]] boost::asio::awaitable<Result<void>> use_source_tree(
    Toolset& tools, const Project& project, const TreeWishes& wishes,
    const std::function<void(const std::string&)>& say);

}  // namespace harness
