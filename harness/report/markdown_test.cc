#include "harness/report/markdown.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/report/fixture.h"

namespace harness {
namespace {

using ::testing::HasSubstr;

TEST(Markdown, NothingInACellIsMarkup) {
    EXPECT_EQ(markdown::cell("a|b <i> `c` *d*"), "a\\|b \\<i\\> \\`c\\` \\*d\\*");
    EXPECT_EQ(markdown::cell("first\nsecond"), "first");
    EXPECT_EQ(markdown::cell(std::string("\x1b[31m")), "\\\\x1b\\[31m");
    EXPECT_EQ(markdown::head({"a", "b"}), "| a | b |\n| --- | --- |\n");
}

TEST(Markdown, NothingInABlockClosesIt) {
    EXPECT_EQ(markdown::block("text"), "```\ntext\n```\n");
    EXPECT_EQ(markdown::block("```\n````\n"), "`````\n```\n````\n`````\n");
}

TEST(Markdown, AReportHasTheMatrixAndTheFailures) {
    RunRecord record;
    record.plan.command_line = "./run-tests --via-mpy";
    for (JobResult& one :
         std::vector<JobResult>{fixture::passed(fixture::job("basics/a.py", Emitter::Native, "unix-x64"), 3),
                                fixture::output_differs()}) {
        record.totals.add(one);
        record.results.push_back(recorded(std::move(one)));
    }
    TargetSummary lost;
    lost.description.name = "board";
    lost.description.unavailable = "the firmware could not be built";
    record.plan.environment.targets.push_back(lost);
    const std::string text = markdown_report(record);
    EXPECT_THAT(text, HasSubstr("**1 passed, 1 failed, 0 skipped**"));
    EXPECT_THAT(text, HasSubstr("| target | native |\n| --- | --- |\n| unix-x64 | **1 pass, 1 fail** |\n"));
    EXPECT_THAT(text, HasSubstr("board cannot be used:\n\n```\nthe firmware could not be built\n```\n"));
    EXPECT_THAT(text, HasSubstr("output differs at line 3"));
}

}  // namespace
}  // namespace harness
