#include "harness/run/judge_unittest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace harness {
namespace {

using ::testing::ElementsAre;

std::string summary_text(std::string_view ran, std::string_view result, std::string_view end = "\n") {
    return "test_a (T) ... ok\n" + std::string(70, '-') + "\n" + std::string(ran) + "\n\n" +
           std::string(result) + std::string(end);
}

TEST(SplitLines, EndsLinesAsPythonDoes) {
    EXPECT_THAT(split_lines("a\nb\r\nc\rd"), ElementsAre("a", "b", "c", "d"));
    EXPECT_THAT(split_lines("a\n\n"), ElementsAre("a", ""));
    EXPECT_THAT(split_lines("\r\r\n"), ElementsAre("", ""));
    EXPECT_TRUE(split_lines("").empty());
}

TEST(Unittest, ReadsTheThreeResults) {
    const auto ok = unittest_summary(summary_text("Ran 3 tests", "OK"));
    ASSERT_TRUE(ok);
    EXPECT_TRUE(ok->passed);
    EXPECT_EQ(ok->ran, 3);
    const auto skipped = unittest_summary(summary_text("Ran 3 tests", "OK (skipped=2)"));
    ASSERT_TRUE(skipped);
    EXPECT_TRUE(skipped->passed);
    EXPECT_EQ(skipped->skipped, 2);
    const auto failed = unittest_summary(summary_text("Ran 12 tests", "FAILED (failures=1, errors=4)"));
    ASSERT_TRUE(failed);
    EXPECT_FALSE(failed->passed);
    EXPECT_EQ(failed->failures, 1);
    EXPECT_EQ(failed->errors, 4);
}

TEST(Unittest, AnyLineEndWillDo) {
    EXPECT_TRUE(unittest_summary(summary_text("Ran 3 tests", "OK", "")));
    EXPECT_TRUE(unittest_summary(summary_text("Ran 3 tests", "OK", "\r\n")));
}

TEST(Unittest, TakesTheSummaryToTheLetter) {
    for (const auto* ran :
         {"Ran 1 test", "Ran tests", "Ran -1 tests", "Ran 3 tests ", "ran 3 tests", "Ran 3 tests in 0.1s"})
        EXPECT_FALSE(unittest_summary(summary_text(ran, "OK"))) << ran;
    for (const auto* result :
         {"OK ", "ok", "OK (skipped=)", "OK (skipped=1) ", "OK (failures=1, errors=0)", "FAILED",
          "FAILED (errors=1)", "FAILED (failures=1)", "FAILED (failures=1, errors=0)x", "OKCRASH"})
        EXPECT_FALSE(unittest_summary(summary_text("Ran 3 tests", result))) << result;
    std::string short_rule = summary_text("Ran 3 tests", "OK");
    short_rule.erase(short_rule.find('-'), 1);
    EXPECT_FALSE(unittest_summary(short_rule));
    EXPECT_FALSE(unittest_summary(summary_text("Ran 3 tests", "OK") + "more\n"));
}

TEST(Unittest, FourLinesAloneAreNotASummary) {
    const std::string text = summary_text("Ran 3 tests", "OK");
    EXPECT_FALSE(unittest_summary(text.substr(text.find('-'))));
}

TEST(Unittest, NumbersThatAreTooLargeDoNotBreakIt) {
    EXPECT_TRUE(unittest_summary(summary_text("Ran 99999999999999999999999 tests", "OK")));
}

TEST(Unittest, SeesTheMissingModuleInTheLastThreeLines) {
    const std::string missing = "ImportError: no module named 'unittest'\n";
    EXPECT_TRUE(misses_unittest("Traceback (most recent call last):\n" + missing));
    EXPECT_TRUE(misses_unittest(missing + "a\nb\n"));
    EXPECT_FALSE(misses_unittest(missing + "a\nb\nc\n"));
    EXPECT_FALSE(misses_unittest(" " + missing));
    EXPECT_FALSE(misses_unittest(""));
}

}  // namespace
}  // namespace harness
