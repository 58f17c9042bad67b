#include "harness/target/source_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/files.h"

namespace harness {
namespace {
namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr const char* kConfig =
    "// #define MICROPY_VERSION_MAJOR 9\n"
    "#define MICROPY_VERSION_MAJOR 1\n"
    "#define MICROPY_VERSION_MINOR 26\n"
    "#define MICROPY_VERSION_MICRO 0\n"
    "#define MICROPY_VERSION_PRERELEASE 1\n";

/// A tree of our own making with the files that are looked for.
class TreeTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto made = TemporaryDirectory::create("source-tree-test-");
        ASSERT_TRUE(made);
        folder_.emplace(std::move(*made));
        put("py/mpconfig.h", kConfig);
    }
    void put(const std::string& name, std::string_view text = "x") {
        ASSERT_TRUE(write_file_atomically(folder_->path() / name, text));
    }
    [[nodiscard]] SourceTree tree() const {
        const auto found = inspect_source_tree(folder_->path());
        EXPECT_TRUE(found);
        return found ? *found : SourceTree{};
    }
    [[nodiscard]] UnixBuild unix_for(const UnixHost& host) const {
        return unix_build(tree(), host, "unix-x64", "/cache/mpy-cross", "/ours/manifest.py", "/cache");
    }
    std::optional<TemporaryDirectory> folder_;
};

TEST_F(TreeTest, AsksTheTreeForItsReleaseAndParts) {
    EXPECT_EQ(tree().release.text(), "1.26.0-preview");
    EXPECT_FALSE(tree().has_tests || tree().has_compiler || tree().has_unix);
    put("tests/basics/a.py");
    put("mpy-cross/Makefile");
    put("ports/unix/Makefile");
    EXPECT_TRUE(tree().has_tests && tree().has_compiler && tree().has_unix);
}

TEST(SourceTree, RefusesWhatIsNone) {
    const auto refusal = [](const fs::path& path) {
        const auto found = inspect_source_tree(path);
        return found ? std::string("accepted") : found.error().message;
    };
    const auto folder = TemporaryDirectory::create("source-tree-test-");
    ASSERT_TRUE(folder);
    EXPECT_THAT(refusal(folder->path() / "none"), HasSubstr("found no such folder"));
    EXPECT_THAT(refusal(folder->path()), HasSubstr("found a folder without that file"));
    ASSERT_TRUE(write_file_atomically(folder->path() / "file", "x"));
    EXPECT_THAT(refusal(folder->path() / "file"), HasSubstr("found a file"));
    ASSERT_TRUE(
        write_file_atomically(folder->path() / "py" / "mpconfig.h", "#define MICROPY_VERSION_MAJOR 1\n"));
    EXPECT_THAT(refusal(folder->path()), HasSubstr("MICROPY_VERSION_MINOR"));
}

TEST_F(TreeTest, CompilerIsBuiltInTheCacheFromTheTreesRules) {
    put("mpy-cross/Makefile");
    const MakeBuild build = compiler_build(tree(), "/cache");
    EXPECT_EQ(build.rules, tree().root / "mpy-cross");
    EXPECT_THAT(build.folder.string(), StartsWith("/cache/tree-"));
    EXPECT_TRUE(build.sources.entries().contains("mpy-cross/Makefile"));
    EXPECT_TRUE(build.sources.entries().contains("py/mpconfig.h"));
}

TEST_F(TreeTest, WhatATreeLacksIsSwitchedOffAndTold) {
    const UnixBuild build = unix_for({});
    EXPECT_THAT(build.left_out, ElementsAre(HasSubstr("micropython-lib"), StartsWith("ssl"),
                                            StartsWith("btree"), StartsWith("ffi")));
    EXPECT_THAT(build.build.variables, Contains("MICROPY_PY_SSL=0"));
    EXPECT_THAT(build.build.variables, Contains("MICROPY_PY_BTREE=0"));
    EXPECT_THAT(build.build.variables, Contains("MICROPY_PY_FFI=0"));
    EXPECT_THAT(build.build.variables, Contains("FROZEN_MANIFEST=")) << "there is not even asyncio to freeze";
    put("extmod/asyncio/manifest.py");
    EXPECT_THAT(unix_for({}).build.variables, Contains("FROZEN_MANIFEST=/ours/manifest.py"));
}

TEST_F(TreeTest, WhatATreeHasStaysOn) {
    put("lib/micropython-lib/README.md");
    put("lib/mbedtls/library/ssl.c");
    put("lib/berkeley-db-1.xx/README");
    UnixHost host;
    host.has_libffi = true;
    const UnixBuild build = unix_for(host);
    EXPECT_THAT(build.left_out, IsEmpty());
    EXPECT_THAT(build.build.variables, Not(Contains(StartsWith("MICROPY_PY_"))));
    EXPECT_THAT(build.build.variables, Not(Contains(StartsWith("FROZEN_MANIFEST"))));
}

TEST_F(TreeTest, A32BitPortIsStatic) {
    UnixHost host;
    host.is_32_bit = true;
    EXPECT_THAT(unix_for(host).build.variables, Contains("MICROPY_FORCE_32BIT=1"));
    host.cross_prefix = "i686-linux-gnu-";
    EXPECT_THAT(unix_for(host).build.variables, Contains("CROSS_COMPILE=i686-linux-gnu-"));
    EXPECT_THAT(unix_for(host).build.variables, Not(Contains("MICROPY_FORCE_32BIT=1")));
    EXPECT_THAT(unix_for(host).build.variables, Contains("LDFLAGS_EXTRA=-static"));
}

TEST(LastWords, KeepsTheFirstErrorAndTheEnd) {
    std::string output = "CC a.c\na.c:1:2: error: wrong\n  1 | x\n";
    for (int i = 0; i < 40; ++i) output += "CC other.c\n";
    output += "make: *** stopped\n";
    const std::string words = last_words(output);
    EXPECT_THAT(words, StartsWith("a.c:1:2: error: wrong\n"));
    EXPECT_THAT(words, HasSubstr("make: *** stopped"));
    EXPECT_LT(words.size(), output.size());
    EXPECT_EQ(last_words(""), "nothing");
}

}  // namespace
}  // namespace harness
