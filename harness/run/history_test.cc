#include "harness/run/history.h"

#include <gtest/gtest.h>

#include "harness/base/files.h"

namespace harness {
namespace {
using std::chrono::milliseconds;

class HistoryTest : public testing::Test {
  protected:
    void SetUp() override {
        auto folder = TemporaryDirectory::create("history-test-");
        ASSERT_TRUE(folder);
        folder_.emplace(std::move(*folder));
    }
    [[nodiscard]] std::filesystem::path file() const { return folder_->path() / "cache" / "history.sqlite"; }

    std::optional<TemporaryDirectory> folder_;
};

TEST_F(HistoryTest, RemembersTheNewestDurationOverRuns) {
    auto history = History::open(file());
    ASSERT_TRUE(history) << history.error().text();
    EXPECT_FALSE(history->duration("job"));
    history->note("job", {milliseconds(5), milliseconds(1)});
    ASSERT_TRUE(history->save());
    history->note("job", {milliseconds(7), milliseconds(2)});
    ASSERT_TRUE(history->save());

    const auto again = History::open(file());
    ASSERT_TRUE(again);
    ASSERT_TRUE(again->duration("job"));
    EXPECT_EQ(again->duration("job")->wall, milliseconds(7));
    EXPECT_EQ(again->duration("job")->cpu, milliseconds(2));
}

TEST_F(HistoryTest, ADamagedFileIsSaidAndNamed) {
    ASSERT_TRUE(write_file_atomically(file(), std::string(4096, 'x')));
    const auto history = History::open(file());
    ASSERT_FALSE(history);
    EXPECT_NE(history.error().message.find("history.sqlite"), std::string::npos);
}

TEST_F(HistoryTest, WithoutAFileItKnowsNothing) {
    History history;
    history.note("job", {});
    EXPECT_TRUE(history.save());
    EXPECT_FALSE(history.duration("job"));
}

}  // namespace
}  // namespace harness
