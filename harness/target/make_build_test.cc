#include "harness/target/make_build.h"

#include <gmock/gmock.h>

#include "harness/base/files.h"
#include "harness/testing/run_coroutine.h"

namespace harness {
namespace {

using ::testing::HasSubstr;
using testing::run_coroutine;
namespace fs = std::filesystem;

class MakeBuildTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto folder = TemporaryDirectory::create("make-build-test-");
        ASSERT_TRUE(folder);
        folder_.emplace(std::move(*folder));
    }

    /// One build by a Makefile whose rule for the product has these recipe lines.
    Result<MadeBuild> build(const std::string& recipe) {
        // Written once: a newer file is a changed one.
        if (!fs::exists(rules() / "Makefile")) {
            EXPECT_TRUE(write_file_atomically(rules() / "Makefile", "$(BUILD)/product:\n" + recipe));
        }
        MakeBuild wish;
        wish.what = "the product";
        wish.folder = folder_->path() / "cache";
        wish.rules = rules();
        wish.sources.add(rules(), "Makefile");
        wish.product = "product";
        wish.release = "1.0.0";
        wish.starting = [this] { ++starts_; };
        return run_coroutine(make_build(std::move(wish)));
    }
    [[nodiscard]] fs::path rules() const { return folder_->path() / "rules"; }

    std::optional<TemporaryDirectory> folder_;
    int starts_ = 0;
};

constexpr const char* kMakeIt = "\tmkdir -p $(BUILD)\n\techo made >$(BUILD)/product\n";

TEST_F(MakeBuildTest, MakesTheProductOnce) {
    const auto made = build(kMakeIt);
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_TRUE(made->built_now);
    EXPECT_EQ(*read_file(made->product), "made\n");
    const auto again = build(kMakeIt);
    ASSERT_TRUE(again);
    EXPECT_FALSE(again->built_now);
    EXPECT_EQ(starts_, 1);
}

TEST_F(MakeBuildTest, AMakeThatWasKilledGoesOnOnceAndIsSeenToStartAgain) {
    const auto made = build("\t[ -e killed ] || { touch killed; kill -9 $$PPID; }\n" + std::string(kMakeIt));
    ASSERT_TRUE(made) << made.error().text();
    EXPECT_EQ(*read_file(made->product), "made\n");
    EXPECT_EQ(starts_, 2);
}

TEST_F(MakeBuildTest, AMakeThatIsKilledEveryTimeIsTroubleOfOurs) {
    const auto made = build("\tkill -9 $$PPID\n");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::Io);
    EXPECT_THAT(made.error().text(), HasSubstr("make was stopped (signalled, signal 9)"));
    EXPECT_EQ(starts_, 2);
}

TEST_F(MakeBuildTest, WhatMakeSaidIsInTheError) {
    const auto made = build("\techo 'a.c:1:2: error: wrong'; exit 1\n");
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, ErrorKind::Configuration);
    EXPECT_THAT(made.error().text(), HasSubstr("a.c:1:2: error: wrong"));
    EXPECT_EQ(starts_, 1);
}

}  // namespace
}  // namespace harness
