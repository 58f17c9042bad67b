#include "harness/run/judge_pattern.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace harness {
namespace {

using ::testing::HasSubstr;

std::string convert(std::string_view output, std::string_view pattern) {
    return convert_by_pattern(output, pattern).value();
}
/// What the judge asks: is the converted output the pattern's text?
bool accepts(std::string_view output, std::string_view pattern) {
    return convert(output, pattern) == pattern;
}

TEST(PatternLine, BareMetacharactersAreLiteralAndEscapedOnesActive) {
    EXPECT_EQ(expression_of_pattern_line("a(b)[c]{d}.*+^$\n"), "a\\(b\\)\\[c\\]\\{d\\}\\.\\*\\+\\^\\$\r*\n");
    EXPECT_EQ(expression_of_pattern_line("\\(\\[\\.\\*\\$\n"), "([.*$\r*\n");
}

TEST(PatternLine, QuestionMarkAndBarAreActiveAnyway) {
    EXPECT_EQ(expression_of_pattern_line("a?|b"), "a?|b");
}

TEST(PatternLine, ADoubledBackslashIsOneRawBackslash) {
    EXPECT_EQ(expression_of_pattern_line("\\\\d\\+\n"), "\\d+\r*\n");
}

TEST(PatternLine, OnlyAFinalNewlineAllowsCarriageReturns) {
    EXPECT_EQ(expression_of_pattern_line("a"), "a");
    EXPECT_EQ(expression_of_pattern_line("a\\\n"), "a\r*\n");
    EXPECT_EQ(expression_of_pattern_line("a\\"), "a");
    EXPECT_EQ(expression_of_pattern_line(""), "");
}

TEST(Pattern, ReplacesMatchingLinesByTheirPattern) {
    EXPECT_EQ(convert("mem: 12\nend\n", "mem: \\\\d\\+\nend\n"), "mem: \\\\d\\+\nend\n");
    EXPECT_TRUE(accepts("a.c\n", "a.c\n"));
    EXPECT_FALSE(accepts("abc\n", "a.c\n"));
    EXPECT_TRUE(accepts("abc\n", "a\\.c\n"));
}

TEST(Pattern, ALineThatDoesNotMatchButIsTheSamePasses) {
    // The `?` is an operator, so that the line does not match itself; equality decides.
    EXPECT_TRUE(accepts("really?\n", "really?\n"));
    EXPECT_TRUE(accepts("a|b\n", "a|b\n"));
}

TEST(Pattern, TheBarMatchesAPrefixOfTheLine) {
    // Anchored at the start only: the first alternative needs no end of line.
    EXPECT_TRUE(accepts("axyz\n", "a|b\n"));
}

TEST(Pattern, MatchingIsForWholeLinesButTheLast) {
    EXPECT_FALSE(accepts("abcd\n", "abc\n"));
    // A last pattern line without newline is a prefix; the replacement drops what follows.
    EXPECT_EQ(convert("abcd\n", "abc"), "abc");
}

TEST(Pattern, CarriageReturnsBeforeTheNewlineMatch) {
    EXPECT_TRUE(accepts("abc\r\r\n", "abc\n"));
}

TEST(Pattern, DotMatchesACarriageReturnButNoNewline) {
    EXPECT_TRUE(accepts("a\rb\n", "a\\.b\n"));
    EXPECT_FALSE(accepts("a\nb\n", "a\\.b\n"));
}

TEST(Pattern, AnActiveDollarMeansNothingMoreOnThisLine) {
    EXPECT_TRUE(accepts(">>> \n", ">>> \\$\n"));
    EXPECT_FALSE(accepts(">>> x\n", ">>> \\$\n"));
}

TEST(Pattern, AGapStandsForAnyNumberOfLines) {
    EXPECT_TRUE(accepts("start\n1\n2\nend\n", "start\n########\nend\n"));
    EXPECT_TRUE(accepts("start\nend\n", "start\n########\nend\n"));
    EXPECT_TRUE(accepts("x\nend\n", "########\nend\n"));
    EXPECT_EQ(convert("start\n1\n2\nend\ntail\n", "start\n########\nend\ntail\n"),
              "start\n########\nend\ntail\n");
}

TEST(Pattern, AGapWithoutItsEndFails) {
    EXPECT_EQ(convert("start\n1\n2\n", "start\n########\nend\n"), "start\n######## FAIL\n2\n");
}

TEST(Pattern, AGapAtTheEndOfTheOutputIsNotReached) {
    EXPECT_EQ(convert("start\n", "start\n########\nend\n"), "start\n");
}

TEST(Pattern, AnUnterminatedLastLineGainsANewline) {
    EXPECT_EQ(convert("abc", "abc\n"), "abc\n");
    EXPECT_EQ(convert("abc", "xyz\n"), "abc\n");
}

TEST(Pattern, NoOutputIsOneEmptyLine) {
    EXPECT_EQ(convert("", "abc\n"), "\n");
    EXPECT_TRUE(accepts("", "\n"));
}

TEST(Pattern, LinesTooManyStay) {
    EXPECT_EQ(convert("abc\nmore\n", "abc\n"), "abc\nmore\n");
    EXPECT_EQ(convert("abc\n", ""), "abc\n");
}

TEST(Pattern, ABrokenPatternFileIsNamedWithItsLine) {
    const auto nothing_to_repeat = convert_by_pattern("x\n", "ok\n?\n");
    ASSERT_FALSE(nothing_to_repeat);
    EXPECT_THAT(nothing_to_repeat.error().message, HasSubstr("broken at line 2"));
    const auto open_gap = convert_by_pattern("x\ny\n", "x\n########\n");
    ASSERT_FALSE(open_gap);
    EXPECT_THAT(open_gap.error().message, HasSubstr("broken at line 2"));
}

}  // namespace
}  // namespace harness
