#include "harness/report/diff.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <ctime>

namespace harness {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Diff, EqualTextsHaveNone) {
    EXPECT_EQ(unified_diff("", ""), "");
    EXPECT_EQ(unified_diff("a\nb\n", "a\nb\n"), "");
}

TEST(Diff, ShowsAChangeWithItsContext) {
    EXPECT_EQ(unified_diff("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
              "@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
}

TEST(Diff, ShowsInsertedAndMissingLines) {
    EXPECT_EQ(unified_diff("a\nc\n", "a\nb\nc\n"), "@@ -1,2 +1,3 @@\n a\n+b\n c\n");
    EXPECT_EQ(unified_diff("a\nb\nc\n", "a\nc\n"), "@@ -1,3 +1,2 @@\n a\n-b\n c\n");
    EXPECT_EQ(unified_diff("", "a\n"), "@@ -0,0 +1,1 @@\n+a\n");
    EXPECT_EQ(unified_diff("a\n", ""), "@@ -1,1 +0,0 @@\n-a\n");
}

TEST(Diff, TwoFarChangesAreTwoHunks) {
    std::string left;
    for (int i = 0; i < 30; ++i) left += std::to_string(i) + "\n";
    std::string right = left;
    right.replace(right.find("\n3\n") + 1, 1, "three");
    right.replace(right.find("\n25\n") + 1, 2, "x");
    const std::string text = unified_diff(left, right);
    EXPECT_EQ(std::count(text.begin(), text.end(), '@'), 8) << text;
    EXPECT_THAT(text, HasSubstr("@@ -1,7 +1,7 @@\n"));
    EXPECT_THAT(text, HasSubstr("@@ -23,7 +23,7 @@\n"));
}

TEST(Diff, AMissingNewlineAtTheEndIsADifference) {
    EXPECT_EQ(unified_diff("a\n", "a"), "@@ -1,1 +1,1 @@\n-a\n+a\n\\ No newline at end of output\n");
}

TEST(Diff, OctetsThatATerminalWouldObeyAreShown) {
    EXPECT_THAT(unified_diff("ok\n", "ok\r\n"), HasSubstr("+ok\\r\n"));
    EXPECT_THAT(unified_diff("ok\n", "ok \n"), HasSubstr("+ok\\x20\n"));
}

TEST(Diff, IsBoundedInLengthAndTime) {
    std::string left;
    std::string right;
    for (int i = 0; i < 200'000; ++i) {
        left += "left " + std::to_string(i) + "\n";
        right += "right " + std::to_string(i) + "\n";
    }
    const std::clock_t before = std::clock();
    const std::string text = unified_diff(left, right);
    EXPECT_LT((std::clock() - before) / CLOCKS_PER_SEC, 20);  // of processor time: the machine may be busy
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 62);
    EXPECT_THAT(text, HasSubstr("more lines of difference"));
    EXPECT_THAT(text, HasSubstr("more lines of output not compared here"));
}

TEST(Diff, WhereTheComparisonIsCutIsNoChange) {
    std::string tail;
    for (int i = 0; i < 5000; ++i) tail += std::to_string(i) + "\n";
    const std::string text = unified_diff(tail, "new\n" + tail);
    EXPECT_THAT(text, HasSubstr("+new\n"));
    EXPECT_THAT(text, Not(HasSubstr("\n-")));
}

}  // namespace
}  // namespace harness
