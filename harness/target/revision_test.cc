#include "harness/target/revision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "harness/base/files.h"
#include "harness/testing/run_coroutine.h"

namespace harness {
namespace {
namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::run_coroutine;

TEST(Revision, SubmodulesAreReadFromTheListing) {
    using namespace std::string_literals;
    const std::string listing =
        "100644 blob aaaa\tREADME.md\0"
        "160000 commit bbbb\tlib/mbed tls\0"
        "120000 blob cccc\tlink\0"
        "160000 commit dddd\tlib/axtls\0"s;
    EXPECT_THAT(submodules_in(listing),
                ElementsAre(PinnedSubmodule{"lib/mbed tls", "bbbb"}, PinnedSubmodule{"lib/axtls", "dddd"}));
    EXPECT_TRUE(submodules_in("").empty());
}

class CheckoutTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto made = TemporaryDirectory::create("revision-test-");
        ASSERT_TRUE(made);
        folder_.emplace(std::move(*made));
        ASSERT_EQ(sh("mkdir tree && cd tree && git init -q . && echo one > file && git add . && "
                     "git -c user.name=n -c user.email=e commit -qm one && echo two > file"),
                  0);
    }
    [[nodiscard]] int sh(const std::string& script) const {
        return std::system(("cd '" + folder_->path().string() + "' && " + script).c_str());
    }
    [[nodiscard]] Result<LaidOutRevision> lay_out(const std::string& revision) const {
        return run_coroutine(lay_out_revision(folder_->path() / "tree", revision, folder_->path() / "cache"));
    }
    std::optional<TemporaryDirectory> folder_;
};

TEST_F(CheckoutTest, LaysOutACommitAndLeavesTheCheckoutAlone) {
    ASSERT_EQ(sh("find tree -printf '%p %T@ %s\\n' | sort > before"), 0);
    const auto laid_out = lay_out("HEAD");
    ASSERT_TRUE(laid_out) << laid_out.error().text();
    EXPECT_EQ(*read_file(laid_out->root / "file"), "one\n");
    EXPECT_EQ(laid_out->commit.size(), 40U);
    EXPECT_TRUE(laid_out->notes.empty());
    EXPECT_EQ(lay_out("HEAD")->root, laid_out->root);
    EXPECT_THAT(run_coroutine(checked_out_commit(folder_->path() / "tree")), HasSubstr("-dirty"));
    EXPECT_EQ(sh("find tree -printf '%p %T@ %s\\n' | sort | cmp - before"), 0);
}

TEST_F(CheckoutTest, LinksASubmoduleAtThePinnedCommitAndUnpacksAnOlderOne) {
    const std::string commit = "git -c user.name=n -c user.email=e commit -qm x";
    ASSERT_EQ(sh("mkdir module && cd module && git init -q . && echo a > m && git add . && " + commit +
                 " && cd ../tree && git -c protocol.file.allow=always submodule --quiet add "
                 "\"$PWD/../module\" lib/m && " +
                 commit + " && git tag with"),
              0);
    const auto linked = lay_out("with");
    ASSERT_TRUE(linked) << linked.error().text();
    EXPECT_TRUE(fs::is_symlink(linked->root / "lib" / "m"));
    ASSERT_EQ(sh("cd tree/lib/m && echo b > m && " + commit + " -a"), 0);
    ASSERT_EQ(sh("rm -rf cache"), 0);
    const auto unpacked = lay_out("with");
    ASSERT_TRUE(unpacked) << unpacked.error().text();
    EXPECT_FALSE(fs::is_symlink(unpacked->root / "lib" / "m"));
    EXPECT_EQ(*read_file(unpacked->root / "lib" / "m" / "m"), "a\n");
}

TEST_F(CheckoutTest, RefusesByName) {
    EXPECT_THAT(lay_out("nothing").error().message, HasSubstr("has no such revision"));
    EXPECT_THAT(lay_out("--output=x").error().message, HasSubstr("expected a revision"));
    ASSERT_EQ(sh("rm -rf tree/.git"), 0);
    EXPECT_THAT(lay_out("HEAD").error().message, HasSubstr("expected the root of a git checkout"));
}

}  // namespace
}  // namespace harness
