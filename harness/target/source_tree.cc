#include "harness/target/source_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "harness/base/files.h"

namespace harness {
namespace fs = std::filesystem;

namespace {

/// What the compiler and the unix port are made of. Of lib/ only what they can use: a whole checkout has the
/// sources of every board's chip there.
constexpr const char* kCompilerParts[] = {"py",        "shared",           "tools",
                                          "mpy-cross", "extmod/extmod.mk", "ports/windows/fmode.c"};
constexpr const char* kUnixParts[] = {"py",
                                      "shared",
                                      "tools",
                                      "extmod",
                                      "drivers",
                                      "ports/unix",
                                      "lib/axtls",
                                      "lib/berkeley-db-1.xx",
                                      "lib/crypto-algorithms",
                                      "lib/libm",
                                      "lib/libm_dbl",
                                      "lib/littlefs",
                                      "lib/mbedtls",
                                      "lib/mbedtls_errors",
                                      "lib/micropython-lib",
                                      "lib/oofatfs",
                                      "lib/re1.5",
                                      "lib/uzlib"};

/// "#define NAME 25" -> 25.
std::optional<int> defined_number(std::string_view text, std::string_view name) {
    const std::string start = fmt::format("#define {} ", name);
    for (std::size_t at = text.find(start); at != std::string_view::npos; at = text.find(start, at + 1)) {
        if (at != 0 && text[at - 1] != '\n') continue;
        std::string_view rest = text.substr(at + start.size());
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t("), rest.size()));
        int number = 0;
        if (std::from_chars(rest.data(), rest.data() + rest.size(), number).ec == std::errc()) return number;
    }
    return std::nullopt;
}

}  // namespace

bool is_populated(const fs::path& folder) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        std::error_code unreadable;
        if (!entry->is_directory(unreadable) || !fs::is_empty(entry->path(), unreadable)) return true;
    }
    return false;
}

Result<Release> release_in_mpconfig(std::string_view text) {
    Release release;
    const struct {
        const char* name;
        int* part;
    } parts[] = {{"MICROPY_VERSION_MAJOR", &release.major},
                 {"MICROPY_VERSION_MINOR", &release.minor},
                 {"MICROPY_VERSION_MICRO", &release.micro}};
    for (const auto& [name, part] : parts) {
        const auto number = defined_number(text, name);
        if (!number) return configuration_error(fmt::format("it does not define {} as a number", name));
        *part = *number;
    }
    release.preview = defined_number(text, "MICROPY_VERSION_PRERELEASE").value_or(0) != 0;
    return release;
}

Result<SourceTree> inspect_source_tree(const fs::path& folder) {
    const auto wrong = [&](const std::string& found) {
        return usage_error(fmt::format(
            "--micropython-tree {}: expected the root of a MicroPython source tree (a checkout or "
            "an unpacked source package, with py/mpconfig.h in it), found {}",
            folder.string(), found));
    };
    std::error_code error;
    SourceTree tree;
    tree.root = fs::canonical(folder, error);
    if (error) return wrong("no such folder");
    if (!fs::is_directory(tree.root, error)) return wrong("a file");
    const auto text = read_file(tree.root / "py" / "mpconfig.h");
    if (!text) return wrong("a folder without that file");
    const auto release = release_in_mpconfig(*text);
    if (!release) return wrong(fmt::format("a py/mpconfig.h without a release: {}", release.error().message));
    tree.release = *release;
    tree.has_tests = fs::is_directory(tree.root / "tests" / "basics", error);
    tree.has_compiler = fs::is_regular_file(tree.root / "mpy-cross" / "Makefile", error);
    tree.has_unix = fs::is_regular_file(tree.root / "ports" / "unix" / "Makefile", error);
    return tree;
}

fs::path builds_of(const fs::path& cache, const fs::path& tree) {
    return cache / fmt::format("tree-{}", content_hash(tree.string()).substr(0, 12));
}

MakeBuild compiler_build(const SourceTree& tree, const fs::path& cache) {
    MakeBuild build;
    build.what = fmt::format("the mpy-cross of {}", tree.root.string());
    build.hint = "it needs a C compiler and Python: the Debian packages gcc and python3";
    build.folder = builds_of(cache, tree.root) / "mpy-cross";
    build.rules = tree.root / "mpy-cross";
    for (const char* part : kCompilerParts) build.sources.add(tree.root, part);
    build.product = "mpy-cross";
    build.release = tree.release.text();
    return build;
}

UnixBuild unix_build(const SourceTree& tree, const UnixHost& host, const std::string& name,
                     const fs::path& mpy_cross, const fs::path& manifest, const fs::path& cache) {
    UnixBuild result;
    MakeBuild& build = result.build;
    build.what = fmt::format("the unix port ({}) of {}", name, tree.root.string());
    build.folder = builds_of(cache, tree.root) / name;
    build.rules = tree.root / "ports" / "unix";
    for (const char* part : kUnixParts) build.sources.add(tree.root, part);
    build.mpy_cross = mpy_cross;
    build.product = "micropython";
    build.release = tree.release.text();
    build.variables = {"VARIANT=standard", "MICROPY_MPYCROSS=" + mpy_cross.string(),
                       "MICROPY_MPYCROSS_DEPENDENCY="};
    const auto leave_out = [&](const std::string& what, const std::string& why,
                               const std::vector<std::string>& variables) {
        result.left_out.push_back(fmt::format("{} ({})", what, why));
        build.variables.insert(build.variables.end(), variables.begin(), variables.end());
    };
    std::error_code error;
    const fs::path library = tree.root / "lib" / "micropython-lib";
    if (!fs::exists(library / "README.md", error)) {
        // The tree's rules look for that file before they freeze anything, also what is the tree's own.
        const bool has_asyncio = fs::exists(tree.root / "extmod" / "asyncio" / "manifest.py", error);
        leave_out("frozen modules of micropython-lib", "lib/micropython-lib was not fetched",
                  {"FROZEN_MANIFEST=" + (has_asyncio ? manifest.string() : std::string()),
                   "MPY_LIB_DIR=" + manifest.parent_path().string()});
    }
    if (!fs::is_directory(tree.root / "lib" / "mbedtls" / "library", error))
        leave_out("ssl", "lib/mbedtls is empty", {"MICROPY_PY_SSL=0", "MICROPY_SSL_MBEDTLS=0"});
    if (!is_populated(tree.root / "lib" / "berkeley-db-1.xx"))
        leave_out("btree", "lib/berkeley-db-1.xx is empty", {"MICROPY_PY_BTREE=0"});
    // A 32-bit program finds no 32-bit library here, and needs none when it is static.
    if (host.is_32_bit)
        leave_out("ffi", "the 32-bit program is static", {"MICROPY_PY_FFI=0", "LDFLAGS_EXTRA=-static"});
    else if (!host.has_libffi)
        leave_out("ffi", "pkg-config finds no libffi; the Debian package is libffi-dev",
                  {"MICROPY_PY_FFI=0"});
    if (!host.cross_prefix.empty())
        build.variables.push_back("CROSS_COMPILE=" + host.cross_prefix);
    else if (host.is_32_bit)
        build.variables.push_back("MICROPY_FORCE_32BIT=1");
    build.basis = fmt::format("{}", fmt::join(build.variables, "\n"));
    return result;
}

}  // namespace harness
