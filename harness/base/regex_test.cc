#include "harness/base/regex.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace harness {
namespace {

bool found(std::string_view expression, std::string_view text) {
    return Regex::compile(expression).value().search(text).value();
}
bool starts(std::string_view expression, std::string_view text) {
    return Regex::compile(expression).value().matches_start(text).value();
}

TEST(Regex, HasTheMeaningOfPythonsByteExpressions) {
    EXPECT_TRUE(starts("a.b", "a\rb"));
    EXPECT_FALSE(starts("a.b", "a\nb"));
    EXPECT_TRUE(starts("a$", "a\n"));
    EXPECT_FALSE(starts("a$", "a\n\n"));
    EXPECT_FALSE(starts("a$", "a\nb"));
    EXPECT_TRUE(starts("\\d+x", "12x"));
    EXPECT_FALSE(starts("\\d", "\xd9\xa1"));
    EXPECT_TRUE(starts(".", "\xff"));
    EXPECT_TRUE(starts("a\r*\n", "a\r\r\n"));
    EXPECT_TRUE(starts("x{y", "x{y"));
}

TEST(Regex, SearchFindsAnywhereAndMatchesStartDoesNot) {
    EXPECT_TRUE(found("async", "extmod/asyncio_basic.py"));
    EXPECT_FALSE(starts("async", "extmod/asyncio_basic.py"));
    EXPECT_TRUE(found("", ""));
    EXPECT_TRUE(found("^extmod", "extmod/x"));
}

TEST(Regex, NamesTheMistake) {
    const auto refused = Regex::compile("a(b");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, ::testing::HasSubstr("'a(b' is not a regular expression"));
    EXPECT_FALSE(Regex::compile("?"));
}

TEST(Regex, ExplosiveExpressionsEnd) {
    const auto regex = Regex::compile("(a|aa)+$").value();
    EXPECT_FALSE(regex.search(std::string(60, 'a') + "b"));
}

}  // namespace
}  // namespace harness
