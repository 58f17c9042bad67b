#include "harness/base/glob.h"

#include <gtest/gtest.h>

#include <string>

namespace harness {
namespace {

TEST(Glob, MatchesWholeTexts) {
    EXPECT_TRUE(glob_matches("basics/int1.py", "basics/int1.py"));
    EXPECT_FALSE(glob_matches("basics/int1.py", "basics/int1.pyx"));
    EXPECT_FALSE(glob_matches("basics", "basics/int1.py"));
    EXPECT_TRUE(glob_matches("", ""));
    EXPECT_FALSE(glob_matches("", "x"));
}

TEST(Glob, StarCrossesSlashesAndMatchesNothingToo) {
    EXPECT_TRUE(glob_matches("*", "a/b/c"));
    EXPECT_TRUE(glob_matches("basics/*.py", "basics/.py"));
    EXPECT_TRUE(glob_matches("*int*.py", "basics/int_big1.py"));
    EXPECT_TRUE(glob_matches("a*b*c", "aXbXbXc"));
    EXPECT_FALSE(glob_matches("a*b*c", "aXbXbX"));
    EXPECT_TRUE(glob_matches("**", ""));
}

TEST(Glob, QuestionMarkIsOneCharacter) {
    EXPECT_TRUE(glob_matches("int?.py", "int1.py"));
    EXPECT_FALSE(glob_matches("int?.py", "int.py"));
}

TEST(Glob, BracketsAreLiteral) {
    EXPECT_TRUE(glob_matches("limits/locals.py[n=*]", "limits/locals.py[n=128]"));
    EXPECT_FALSE(glob_matches("[ab]", "a"));
}

TEST(Glob, HostilePatternsTakeNoExponentialTime) {
    std::string pattern;
    for (int i = 0; i < 50; ++i) pattern += "*a";
    EXPECT_FALSE(glob_matches(pattern + "b", std::string(5000, 'a')));
}

}  // namespace
}  // namespace harness
