#include "harness/base/files.h"

#include <gtest/gtest.h>

namespace harness {
namespace {

TEST(Files, WritesAndReadsBackThroughMissingFolders) {
    const auto folder = TemporaryDirectory::create("files-test-");
    ASSERT_TRUE(folder);
    const auto path = folder->path() / "a" / "b" / "c.bin";
    const std::string octets("x\0y", 3);
    ASSERT_TRUE(write_file_atomically(path, octets));
    const auto back = read_file(path);
    ASSERT_TRUE(back);
    EXPECT_EQ(*back, octets);
}

TEST(Files, NamesTheFileThatCannotBeRead) {
    const auto missing = read_file("/nonexistent/file");
    ASSERT_FALSE(missing);
    EXPECT_EQ(missing.error().kind, ErrorKind::Io);
    EXPECT_NE(missing.error().message.find("/nonexistent/file"), std::string::npos);
}

TEST(Files, RefusesToReadAFolder) {
    EXPECT_FALSE(read_file("/"));
}

TEST(Files, AFailedWriteLeavesNothingBehind) {
    const auto folder = TemporaryDirectory::create("files-test-");
    ASSERT_TRUE(folder);
    std::filesystem::create_directory(folder->path() / "taken");
    std::filesystem::create_directory(folder->path() / "taken" / "inside");
    EXPECT_FALSE(write_file_atomically(folder->path() / "taken", "octets"));
    std::size_t entries = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder->path())) ++entries;
    EXPECT_EQ(entries, 1U);
}

TEST(Files, KeysDoNotRunTogether) {
    EXPECT_NE(KeyBuilder().add("ab").add("c").hex(), KeyBuilder().add("a").add("bc").hex());
    EXPECT_EQ(KeyBuilder().add("ab").hex().size(), 32U);
}

TEST(Files, HashFollowsTheContent) {
    const auto folder = TemporaryDirectory::create("files-test-");
    ASSERT_TRUE(folder);
    const auto path = folder->path() / "f";
    ASSERT_TRUE(write_file_atomically(path, "one"));
    const auto first = file_hash(path);
    ASSERT_TRUE(write_file_atomically(path, "three"));
    const auto second = file_hash(path);
    ASSERT_TRUE(first && second);
    EXPECT_NE(*first, *second);
}

TEST(Files, TemporaryDirectoryGoesAway) {
    std::filesystem::path path;
    {
        const auto folder = TemporaryDirectory::create("files-test-");
        ASSERT_TRUE(folder);
        path = folder->path();
        ASSERT_TRUE(write_file_atomically(path / "f", "x"));
    }
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ScratchFolder, IsMemoryUnlessThePersonNamesAnother) {
    const char* named = std::getenv("TMPDIR");
    const std::string before = named == nullptr ? "" : named;
    ASSERT_EQ(::unsetenv("TMPDIR"), 0);
    const std::filesystem::path folder = folder_for_scratch();
    if (!folder.empty()) {
        EXPECT_EQ(folder, "/dev/shm");
        EXPECT_TRUE(TemporaryDirectory::create("scratch-test-", folder));
    }
    ASSERT_EQ(::setenv("TMPDIR", "/var/tmp", 1), 0);
    EXPECT_TRUE(folder_for_scratch().empty());
    if (named == nullptr)
        ::unsetenv("TMPDIR");
    else
        ::setenv("TMPDIR", before.c_str(), 1);
}

}  // namespace
}  // namespace harness
