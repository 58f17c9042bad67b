#include "harness/target/source_manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/files.h"

namespace harness {
namespace {
namespace fs = std::filesystem;
using ::testing::ElementsAre;

SourceManifest manifest(std::map<std::string, SourceManifest::Entry> entries, std::int64_t started = 100) {
    SourceManifest made;
    made.set_started(started);
    for (auto& [name, entry] : entries) made.add_entry(name, entry);
    return made;
}

const std::map<std::string, SourceManifest::Entry> kFiles{
    {"py/vm.c", {10, 50}}, {"py/obj.h", {20, 50}}, {"py/py.mk", {30, 50}}};

Rebuild after(const std::string& name, SourceManifest::Entry entry) {
    auto files = kFiles;
    files[name] = entry;
    return rebuild_needed(manifest(kFiles), manifest(std::move(files)));
}

TEST(SourceManifest, WhatAChangeMeans) {
    EXPECT_EQ(rebuild_needed(manifest(kFiles), manifest(kFiles)), Rebuild::Nothing);
    EXPECT_EQ(after("py/vm.c", {11, 150}), Rebuild::Changed);
    EXPECT_EQ(after("py/obj.h", {20, 150}), Rebuild::Headers);
    EXPECT_EQ(after("py/py.mk", {30, 150}), Rebuild::All);
    EXPECT_EQ(after("py/new.c", {1, 150}), Rebuild::All);
}

TEST(SourceManifest, MakeCannotSeeAnOlderFileOrOneThatIsGone) {
    EXPECT_EQ(after("py/vm.c", {11, 60}), Rebuild::All) << "newer than before, older than the build";
    auto fewer = kFiles;
    fewer.erase("py/vm.c");
    EXPECT_EQ(rebuild_needed(manifest(kFiles), manifest(fewer)), Rebuild::All);
}

TEST(SourceManifest, TextIsReadBack) {
    SourceManifest written = manifest(kFiles);
    written.add_entry("lib/a name", {1, -2});
    const SourceManifest read = SourceManifest::parse(written.text());
    EXPECT_EQ(read.entries(), written.entries());
    EXPECT_EQ(read.started(), 100);
    EXPECT_TRUE(SourceManifest::parse("no list\n").empty());
}

TEST(SourceManifest, LeavesOutCachesAndBuildsInPlace) {
    const auto folder = TemporaryDirectory::create("manifest-test-");
    ASSERT_TRUE(folder);
    for (const char* name : {"py/vm.c", "py/builtin.h", "py/__pycache__/x.pyc", "unix/build-standard/a.o",
                             "unix/main.c", "mpy-cross/build/mpy-cross"})
        ASSERT_TRUE(write_file_atomically(folder->path() / name, "x"));
    SourceManifest files;
    for (const char* part : {"py", "unix/main.c", "unix", "mpy-cross", "missing"})
        files.add(folder->path(), part);
    std::vector<std::string> names;
    for (const auto& [name, entry] : files.entries()) names.push_back(name);
    EXPECT_THAT(names, ElementsAre("py/builtin.h", "py/vm.c", "unix/main.c"));
}

}  // namespace
}  // namespace harness
