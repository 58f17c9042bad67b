#include "harness/target/workspace.h"

#include <gtest/gtest.h>

#include <fstream>

namespace harness {
namespace {
namespace fs = std::filesystem;

class WorkspaceTest : public testing::Test {
  protected:
    void SetUp() override {
        auto tree = TemporaryDirectory::create("workspace-test-");
        ASSERT_TRUE(tree);
        tree_.emplace(std::move(*tree));
        write("basics/one.py", "print(1)\n");
        write("basics/pkg/__init__.py", "x = 1\n");
        write("extmod/two.py", "print(2)\n");
        auto pool = WorkspacePool::create();
        ASSERT_TRUE(pool);
        pool_ = std::move(*pool);
    }
    void write(const std::string& name, const std::string& text) const {
        ASSERT_TRUE(write_file_atomically(tree_->path() / name, text));
    }
    [[nodiscard]] fs::path folder(const std::string& name) const { return tree_->path() / name; }

    std::optional<TemporaryDirectory> tree_;
    std::unique_ptr<WorkspacePool> pool_;
};

TEST_F(WorkspaceTest, ShowsTheFilesOfTheFolderAndItsNeighbours) {
    const auto workspace = pool_->acquire(folder("basics"));
    ASSERT_TRUE(workspace);
    EXPECT_EQ(*read_file(workspace->folder() / "one.py"), "print(1)\n");
    EXPECT_EQ(*read_file(workspace->folder() / "pkg" / "__init__.py"), "x = 1\n");
    EXPECT_EQ(*read_file(workspace->folder() / ".." / "extmod" / "two.py"), "print(2)\n");
}

TEST_F(WorkspaceTest, TwoJobsAtOnceDoNotSeeEachOther) {
    const auto first = pool_->acquire(folder("basics"));
    const auto second = pool_->acquire(folder("basics"));
    ASSERT_TRUE(first && second);
    EXPECT_NE(first->folder(), second->folder());
    std::ofstream(first->folder() / "left") << "x";
    EXPECT_FALSE(fs::exists(second->folder() / "left"));
    EXPECT_FALSE(fs::exists(folder("basics") / "left"));
}

TEST_F(WorkspaceTest, WhatAJobLeavesBehindIsGoneForTheNext) {
    {
        const auto workspace = pool_->acquire(folder("basics"));
        ASSERT_TRUE(workspace);
        std::ofstream(workspace->folder() / "left") << "x";
        fs::remove(workspace->folder() / "one.py");
        std::ofstream(workspace->folder() / "pkg" / "deep") << "x";
        std::ofstream(workspace->scratch() / "artifact.mpy") << "x";
    }
    const auto again = pool_->acquire(folder("basics"));
    ASSERT_TRUE(again);
    EXPECT_FALSE(fs::exists(again->folder() / "left"));
    EXPECT_FALSE(fs::exists(again->folder() / "pkg" / "deep"));
    EXPECT_TRUE(fs::exists(again->folder() / "one.py"));
    EXPECT_TRUE(fs::is_empty(again->scratch()));
    EXPECT_TRUE(fs::exists(folder("basics") / "one.py"));
}

TEST_F(WorkspaceTest, NamesTheFolderThatIsNotThere) {
    const auto workspace = pool_->acquire(folder("missing"));
    ASSERT_FALSE(workspace);
    EXPECT_NE(workspace.error().message.find("missing"), std::string::npos);
}

}  // namespace
}  // namespace harness
