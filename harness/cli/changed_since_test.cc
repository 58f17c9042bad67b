#include "harness/cli/changed_since.h"

#include <gmock/gmock.h>

#include "harness/base/files.h"
#include "harness/process/process.h"
#include "harness/testing/run_coroutine.h"

namespace harness {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
namespace fs = std::filesystem;

class ChangedSince : public ::testing::Test {
  protected:
    void SetUp() override {
        auto folder = TemporaryDirectory::create("changed-since-");
        ASSERT_TRUE(folder);
        folder_.emplace(std::move(*folder));
        git({"init", "--quiet", "--initial-branch=main"});
        write("tests/basics/a.py", "print(1)\n");
        write("tests/basics/b.py", "print(2)\n");
        write(".gitignore", "ignored/\n");
        write("ignored/tests/c.py", "print(3)\n");
        commit();
        git({"tag", "first"});
    }
    [[nodiscard]] fs::path root() const { return folder_->path(); }
    void write(const std::string& name, const std::string& text) {
        ASSERT_TRUE(write_file_atomically(root() / name, text));
    }
    void commit() {
        git({"add", "--all"});
        git({"commit", "--quiet", "--message=x"});
    }
    void git(std::vector<std::string> words) {
        Command command;
        command.argv = {"git", "-C", root().string(), "-c", "user.name=x", "-c", "user.email=x@example.org"};
        command.argv.insert(command.argv.end(), words.begin(), words.end());
        command.environment = inherited_environment({}, {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"});
        const auto result = testing::run_coroutine(run_process(command, Limits()));
        ASSERT_TRUE(result) << result.error().text();
        ASSERT_EQ(result->exit_code, 0) << result->output;
    }
    std::vector<std::string> changed(const std::string& revision) {
        const auto found = testing::run_coroutine(changed_files(root() / "tests", revision));
        EXPECT_TRUE(found) << found.error().text();
        std::vector<std::string> names;
        if (found)
            for (const fs::path& file : found->files)
                names.push_back(file.lexically_relative(fs::canonical(root())).string());
        return names;
    }
    std::string refusal(const std::string& folder, const std::string& revision) {
        const auto found = testing::run_coroutine(changed_files(root() / folder, revision));
        return found ? "accepted" : found.error().text();
    }

    std::optional<TemporaryDirectory> folder_;
};

TEST_F(ChangedSince, CommittedUncommittedNewAndDeletedFilesCount) {
    EXPECT_THAT(changed("first"), IsEmpty());
    write("tests/basics/a.py", "print(11)\n");
    commit();
    write("tests/basics/new one.py", "print(3)\n");
    write("ignored/tests/c.py", "print(4)\n");
    fs::remove(root() / "tests/basics/b.py");
    EXPECT_THAT(changed("first"),
                UnorderedElementsAre("tests/basics/a.py", "tests/basics/b.py", "tests/basics/new one.py"));
    EXPECT_THAT(changed("HEAD"), UnorderedElementsAre("tests/basics/b.py", "tests/basics/new one.py"));
}

TEST_F(ChangedSince, WhatOthersDidSinceDoesNotCount) {
    git({"checkout", "--quiet", "-b", "mine"});
    write("tests/basics/a.py", "print(11)\n");
    commit();
    git({"checkout", "--quiet", "main"});
    write("tests/basics/b.py", "print(22)\n");
    commit();
    git({"checkout", "--quiet", "mine"});
    EXPECT_THAT(changed("main"), UnorderedElementsAre("tests/basics/a.py"));
    // A range is taken as git diff takes it.
    EXPECT_THAT(changed("main..mine"), UnorderedElementsAre("tests/basics/a.py", "tests/basics/b.py"));
    EXPECT_THAT(changed("main...mine"), UnorderedElementsAre("tests/basics/a.py"));
}

TEST_F(ChangedSince, ARenamedTestIsThereUnderBothNames) {
    fs::rename(root() / "tests/basics/a.py", root() / "tests/basics/z.py");
    commit();
    EXPECT_THAT(changed("first"), UnorderedElementsAre("tests/basics/a.py", "tests/basics/z.py"));
}

TEST_F(ChangedSince, WhatCannotBeToldIsRefused) {
    EXPECT_THAT(refusal("tests", "no-such"), HasSubstr("has no such revision"));
    EXPECT_THAT(refusal("tests", "no..such"), HasSubstr("no..such"));
    EXPECT_THAT(refusal("tests", "--output=x"), HasSubstr("expected a revision"));
    EXPECT_FALSE(fs::exists(root() / "x"));
    EXPECT_THAT(refusal("tests", ""), HasSubstr("expected a revision"));
    EXPECT_THAT(refusal("ignored/tests", "first"), HasSubstr("does not hold the tests"));
    git({"checkout", "--quiet", "--orphan", "other"});
    write("tests/basics/other.py", "");  // else its first commit could be the other's to the last bit
    commit();
    EXPECT_THAT(refusal("tests", "first"), HasSubstr("no history in common"));
    fs::rename(root() / ".git", root() / "git");
    EXPECT_THAT(refusal("tests", "first"), HasSubstr("in no git checkout"));
}

}  // namespace
}  // namespace harness
