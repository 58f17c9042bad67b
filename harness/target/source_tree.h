// A user's MicroPython source tree: what it is and has, and what make has to be asked for to build it.
//
// Nothing is assumed of a release: what a tree lacks (packages of its source leave the submodules out) is
// looked for, switched off by name and told. Nothing is started here and nothing is written.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/release.h"
#include "harness/target/make_build.h"

namespace harness {

struct SourceTree {
    std::filesystem::path root;  ///< absolute, without links
    Release release;             ///< as its py/mpconfig.h says
    bool has_tests = false;
    bool has_compiler = false;
    bool has_unix = false;
};

/// Reads what is there. Errors (Usage): no folder, no MicroPython source tree, or one whose release cannot be
/// read; the message names what was looked for.
[[nodiscard]] Result<SourceTree> inspect_source_tree(const std::filesystem::path& folder);

/// The release that a py/mpconfig.h defines. Error: a part of it is missing.
[[nodiscard]] Result<Release> release_in_mpconfig(std::string_view text);

/// The tree's own mpy-cross, built below `cache`.
[[nodiscard]] MakeBuild compiler_build(const SourceTree& tree, const std::filesystem::path& cache);

/// What the host has for the unix port.
struct UnixHost {
    /// "-m32" compilers are asked for with MICROPY_FORCE_32BIT; others have a prefix of their own.
    bool is_32_bit = false;
    std::string cross_prefix;  ///< "i686-linux-gnu-"; empty = the host's compiler
    bool has_libffi = false;   ///< pkg-config knows it
};

struct UnixBuild {
    MakeBuild build;
    /// Parts that are left out of the port, with the reason: "ssl (lib/mbedtls is empty)".
    std::vector<std::string> left_out;
};

/// The tree's unix port in its standard variant, for x64 or x86. `manifest` is our list of frozen modules,
/// used where micropython-lib is missing; its folder stands in for that library.
[[nodiscard]] UnixBuild unix_build(const SourceTree& tree, const UnixHost& host, const std::string& name,
                                   const std::filesystem::path& mpy_cross,
                                   const std::filesystem::path& manifest, const std::filesystem::path& cache);

/// Folder of the cache for what is built from this tree: one for each place, so that edited files rebuild
/// only what they touch.
[[nodiscard]] std::filesystem::path builds_of(const std::filesystem::path& cache,
                                              const std::filesystem::path& tree);

/// True when the folder holds a file or a folder with something in it: a submodule that was never fetched
/// is an empty folder.
[[nodiscard]] bool is_populated(const std::filesystem::path& folder);

}  // namespace harness
