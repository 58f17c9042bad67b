#include "harness/suite/requirement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/model/features.h"

namespace harness {
namespace {

using ::testing::HasSubstr;

Capabilities x64_target() {
    Capabilities target;
    target.platform = "linux";
    target.release = "1.25.0";
    target.arch = "x64";
    target.float_bits = 64;
    target.small_int_bits = 63;
    target.unicode = true;
    target.byte_order = "little";
    target.error_reporting = "detailed";
    target.features = {"int_big", "fstring"};
    return target;
}

bool holds(std::string_view text, const Capabilities& target = x64_target()) {
    return Requirement::parse(text).value().holds({target, Mode::Mpy, Emitter::Native});
}
std::string refusal(std::string_view text) {
    const auto parsed = Requirement::parse(text);
    return parsed ? "parsed" : parsed.error().message;
}

TEST(Requirement, BlankHoldsAlways) {
    EXPECT_TRUE(holds(""));
    EXPECT_TRUE(holds(" \n"));
    EXPECT_TRUE(Requirement::parse(" ").value().is_empty());
}

TEST(Requirement, NamesHoldByFeatureNumberOrWord) {
    EXPECT_TRUE(holds("float"));
    EXPECT_TRUE(holds("unicode"));
    EXPECT_TRUE(holds("int_big"));
    EXPECT_FALSE(holds("tstring"));
    EXPECT_TRUE(holds("arch"));
    EXPECT_FALSE(holds("thread"));
    EXPECT_FALSE(holds("vfp"));
    EXPECT_TRUE(holds("small_int_bits"));
    EXPECT_TRUE(holds("via_mpy"));
}

TEST(Requirement, EveryFeatureOfTheTableCanBeAskedFor) {
    for (const Feature& row : kFeatures) {
        Capabilities target = x64_target();
        target.features = {std::string(row.name)};
        EXPECT_TRUE(holds(row.name, target)) << row.name;
        target.features.clear();
        EXPECT_FALSE(holds(row.name, target)) << row.name;
    }
}

TEST(Requirement, EveryFactOfAFullTargetIsThere) {
    Capabilities target = x64_target();
    target.build = "standard";
    target.thread = "GIL";
    target.inline_asm = "thumb";
    for (const Fact& row : facts()) {
        EXPECT_TRUE(holds(row.name, target)) << row.name;
        EXPECT_NE(fact_text(row.name, {target}), "none") << row.name;
        EXPECT_NE(fact_text(row.name, {target}), "missing") << row.name;
    }
}

TEST(Requirement, EveryFactHasAText) {
    const Capabilities target;
    for (const Fact& row : facts()) EXPECT_FALSE(fact_text(row.name, {target}).empty()) << row.name;
}

TEST(Requirement, AndBindsTighterThanOrAndNotTighterThanAnd) {
    EXPECT_TRUE(holds("float or thread and thread"));
    EXPECT_FALSE(holds("(float or thread) and thread"));
    EXPECT_TRUE(holds("not thread and float"));
    EXPECT_FALSE(holds("not (thread or float)"));
    EXPECT_TRUE(holds("not not float"));
}

TEST(Requirement, ComparesWordsNumbersAndReleases) {
    EXPECT_TRUE(holds("arch == x64"));
    EXPECT_FALSE(holds("arch != x64"));
    EXPECT_TRUE(holds("arch in (x86, x64)"));
    EXPECT_TRUE(holds("arch not in (armv6, armv6m)"));
    EXPECT_TRUE(holds("float_bits >= 64 and float_bits < 65 and float_bits <= 64 and float_bits > 63"));
    EXPECT_TRUE(holds("release >= 1.25 and release < 1.26"));
    EXPECT_FALSE(holds("release > 1.25.0"));
    EXPECT_TRUE(holds("release in (1.24, 1.25)"));
    EXPECT_TRUE(holds("platform == \"linux\""));
    EXPECT_TRUE(holds("emitter == native and mode == mpy"));
    EXPECT_TRUE(holds("word_bits == 64"));
    EXPECT_TRUE(holds("port == unix"));
}

TEST(Requirement, AReleaseThatIsNotKnownIsInNoOrder) {
    Capabilities target = x64_target();
    target.release = "";
    EXPECT_FALSE(holds("release >= 1.0", target));
    EXPECT_FALSE(holds("release < 9.0", target));
}

TEST(Requirement, ArchIsTheJobsAndElseTheTargets) {
    const Capabilities target = x64_target();
    const auto requirement = Requirement::parse("arch == armv6m and target_arch == x64").value();
    EXPECT_TRUE(requirement.holds({target, Mode::Mpy, Emitter::Native, "armv6m"}));
    EXPECT_FALSE(requirement.holds({target, Mode::Source, Emitter::Native}));
}

TEST(Requirement, CompilerReleaseIsTheTargetsInSourceMode) {
    const Capabilities target = x64_target();
    const auto requirement = Requirement::parse("compiler_release >= 1.29").value();
    EXPECT_TRUE(requirement.holds({target, Mode::Mpy, Emitter::Native, "x64", "1.29.0"}));
    EXPECT_FALSE(requirement.holds({target, Mode::Source, Emitter::Native}));
}

TEST(Requirement, EnvironmentVariablesAreWords) {
    const Capabilities target = x64_target();
    const std::map<std::string, std::string> environment{{"GITHUB_ACTIONS", "true"}};
    const auto requirement = Requirement::parse("env_GITHUB_ACTIONS == true").value();
    EXPECT_TRUE(requirement.holds({target, Mode::Mpy, Emitter::Native, {}, {}, &environment}));
    EXPECT_FALSE(requirement.holds({target}));
}

TEST(Requirement, SaysTheSmallestPartThatIsNotMet) {
    const Capabilities target = x64_target();
    const RequirementScope scope{target, Mode::Mpy, Emitter::Native};
    const auto unmet = [&](std::string_view text) { return Requirement::parse(text).value().unmet(scope); };
    EXPECT_EQ(unmet("float"), std::nullopt);
    EXPECT_EQ(unmet("float and tstring and complex"), "tstring");
    EXPECT_EQ(unmet("float and arch in (armv6, x86)"), "arch in (armv6, x86), which is x64 here");
    EXPECT_EQ(unmet("not unicode"), "not unicode");
    EXPECT_EQ(unmet("tstring or  complex"), "tstring or  complex");
    EXPECT_EQ(unmet("thread == GIL"), "thread == GIL, which is none here");
}

TEST(Requirement, ErrorsNameTheColumn) {
    EXPECT_THAT(refusal("float and flaot"), HasSubstr("column 11: 'flaot' is no feature or fact"));
    EXPECT_THAT(refusal("float and"), HasSubstr("column 10: found 'the end'"));
    EXPECT_THAT(refusal("(float"), HasSubstr("column 7: found 'the end', expected ')'"));
    EXPECT_THAT(refusal("float float"), HasSubstr("column 7: found 'float', expected 'and'"));
    EXPECT_THAT(refusal("arch = x64"), HasSubstr("column 6: found '=', write '=='"));
    EXPECT_THAT(refusal("arch in (x64, x65)"), HasSubstr("column 15: 'arch' is never 'x65'"));
    EXPECT_THAT(refusal("arch not x64"), HasSubstr("expected 'in' after 'not'"));
    EXPECT_THAT(refusal("arch in ()"), HasSubstr("expected a value"));
    EXPECT_THAT(refusal("arch < x64"), HasSubstr("has no order"));
    EXPECT_THAT(refusal("float == 1"), HasSubstr("no value to compare"));
    EXPECT_THAT(refusal("fstring == 1"), HasSubstr("no value to compare"));
    EXPECT_THAT(refusal("float_bits > many"), HasSubstr("compared with a number"));
    EXPECT_THAT(refusal("release > new"), HasSubstr("compared with a release"));
    EXPECT_THAT(refusal("platform == \"linux"), HasSubstr("column 13: the text that starts here"));
    EXPECT_THAT(refusal("float & unicode"), HasSubstr("column 7: found '&'"));
    EXPECT_THAT(refusal("env_ == true"), HasSubstr("no feature"));
    EXPECT_THAT(refusal("and"), HasSubstr("column 1: found 'and', expected a name"));
}

TEST(Requirement, HostileNestingIsRefusedNotExecuted) {
    EXPECT_THAT(refusal(std::string(100000, '(')), HasSubstr("nested too deeply"));
    std::string nots;
    for (int i = 0; i < 100000; ++i) nots += "not ";
    EXPECT_THAT(refusal(nots + "float"), HasSubstr("nested too deeply"));
}

TEST(Requirement, ThumbTwoIsWhatTargetAndArtifactHave) {
    Capabilities target;
    target.inline_asm = "thumb";
    target.inline_asm_features = {"thumb2"};
    const auto thumb2 = Requirement::parse("thumb2");
    ASSERT_TRUE(thumb2);
    EXPECT_TRUE(thumb2->holds({target, Mode::Source, Emitter::Native}));
    EXPECT_TRUE(thumb2->holds({target, Mode::Mpy, Emitter::Native, "armv7em"}));
    EXPECT_FALSE(thumb2->holds({target, Mode::Mpy, Emitter::Native, "armv6m"}));
}

}  // namespace
}  // namespace harness
