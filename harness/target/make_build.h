// Builds with somebody else's make rules, in a folder of the cache.
//
// The build folder keeps what make left (`work`), the list of files of the last attempt (`sources`), what
// make said (`make.log`), and each product in a folder named after all that it was made of: a run that is
// going on never finds another one in its place. Two builds in one folder wait for each other. Nothing
// outside the folder is written to, as far as the rules keep to BUILD.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/target/source_manifest.h"

namespace harness {

struct MakeBuild {
    std::string what;                    ///< for messages: "mpy-cross", "the firmware for mps2-an385"
    std::string hint;                    ///< what a person may have to install; empty = nothing
    std::filesystem::path folder;        ///< of the cache; made when it is missing
    std::filesystem::path rules;         ///< folder of the Makefile
    std::vector<std::string> variables;  ///< "NAME=value", without BUILD
    /// Everything that it is made of.
    SourceManifest sources;
    /// What else it is made of, in words: when this changes nothing of an earlier build is kept.
    std::string basis;
    /// The compiler for frozen modules; empty = none. When it changes they are frozen anew.
    std::filesystem::path mpy_cross;
    std::string product;  ///< name of the file that make leaves in BUILD
    std::string release;  ///< of the tree, for build_environment()
    unsigned jobs = 1;
    /// Called when make is about to be started; may be empty.
    std::function<void()> starting = {};
};

struct MadeBuild {
    std::filesystem::path product;  ///< in the build folder
    std::string identity;           ///< hash of everything that it was made of
    bool built_now = false;
};

/// Gives the product, making what is out of date. Errors: Configuration when make failed (the message ends
/// with what it said) or took too long, Io when it was stopped or left no product.
[[nodiscard]] boost::asio::awaitable<Result<MadeBuild>> make_build(MakeBuild build);

/// Hash of everything that it is made of.
[[nodiscard]] Result<std::string> identity_of(const MakeBuild& build);

/// The environment of a build: ours without what make would take for its own, with a fixed date and version,
/// so that the same sources give the same octets wherever and whenever they are built. The version is the
/// tree's release: git would be asked otherwise, and a clone without tags has no version.
[[nodiscard]] std::vector<std::string> build_environment(const std::string& release);

/// What a person needs of make's output: the first error and the last lines, bounded.
[[nodiscard]] std::string last_words(const std::string& output);

}  // namespace harness
