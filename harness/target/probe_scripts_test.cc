#include "harness/target/probe_scripts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "harness/model/features.h"

namespace harness {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kLinux =
    "probe platform linux\nprobe name micropython\nprobe version (1, 25, 0, '')\nprobe mpy 2822\nprobe build "
    "standard\n"
    "probe thread unsafe\nprobe byte_order little\nprobe float_bits 64\nprobe unicode True\n"
    "probe error_reporting detailed\n";

ProbeAnswers answered(std::string_view identity) {
    return {{"probe_identity", {std::string(identity), "exit status 0"}}};
}
std::string refusal(const ProbeAnswers& answers) {
    const auto found = interpret_probes(answers);
    return found ? "accepted" : found.error().message;
}

TEST(Probes, TheFirstTellsWhatTheTargetIsAndOthersComeAfterEarlierOnes) {
    EXPECT_EQ(probes().front().name, "probe_identity");
    std::set<std::string> earlier{""};
    for (const Probe& probe : probes()) {
        EXPECT_TRUE(probe.name.starts_with("probe_")) << probe.name;
        EXPECT_TRUE(earlier.contains(probe.after)) << probe.name;
        EXPECT_TRUE(earlier.insert(probe.name).second) << probe.name;
        EXPECT_FALSE(probe.source.starts_with('\n')) << probe.name;
        EXPECT_TRUE(probe.source.ends_with('\n')) << probe.name;
    }
}

TEST(Probes, EveryFeatureOfTheTableIsAskedFor) {
    std::string sources;
    for (const Probe& probe : probes()) sources += probe.source;
    for (const Feature& row : kFeatures) {
        if (row.name == "compiler" || row.name == "load_mpy") continue;  // follow from answers as such
        const std::string name(row.name);
        EXPECT_TRUE(sources.find("probe has " + name) != std::string::npos ||
                    sources.find("\"has\", \"" + name + "\"") != std::string::npos)
            << name;
    }
}

TEST(Probes, AFullAnswer) {
    const auto found = interpret_probes(answered(kLinux));
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->platform, "linux");
    EXPECT_EQ(found->release, "1.25.0");
    EXPECT_EQ(found->arch, "x64");
    EXPECT_EQ(found->mpy_version, 6);
    EXPECT_EQ(found->mpy_sub_version, 3);
    EXPECT_EQ(found->build, "standard");
    EXPECT_EQ(found->thread, "unsafe");
    EXPECT_EQ(found->byte_order, "little");
    EXPECT_EQ(found->float_bits, 64);
    EXPECT_TRUE(found->unicode);
    EXPECT_EQ(found->error_reporting, "detailed");
    EXPECT_THAT(found->features, ElementsAre("compiler", "load_mpy"));
}

TEST(Probes, AMinimalBuildLacksAlmostEverything) {
    const auto found = interpret_probes(answered(
        "probe platform minimal\r\nprobe name \r\nprobe version \r\nprobe mpy 0\r\nprobe build unknown\r\n"
        "probe thread None\r\nprobe byte_order \r\nprobe float_bits 0\r\nprobe unicode False\r\nprobe "
        "error_reporting none\r\n"));
    ASSERT_TRUE(found) << found.error().message;
    EXPECT_EQ(found->platform, "minimal");
    EXPECT_EQ(found->release, "");
    EXPECT_EQ(found->arch, "");
    EXPECT_EQ(found->thread, "");
    EXPECT_EQ(found->float_bits, 0);
    EXPECT_FALSE(found->unicode);
    EXPECT_THAT(found->features, ElementsAre("compiler"));
}

TEST(Probes, PreviewsAndArchFlags) {
    std::string text(kLinux);
    text.replace(text.find("(1, 25, 0, '')"), 14, "(1, 29, 0, 'preview')");
    text.replace(text.find("2822"), 4, std::to_string((3 << 16) | (11 << 10) | (3 << 8) | 6));
    const auto found = interpret_probes(answered(text));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->release, "1.29.0-preview");
    EXPECT_EQ(found->arch, "rv32imc");
    EXPECT_EQ(found->arch_flags, 3U);
}

TEST(Probes, InlineAssemblersGetWhatFollowsFromTheArch) {
    std::string text(kLinux);
    text.replace(text.find("2822"), 4, std::to_string((8 << 10) | (3 << 8) | 6));
    ProbeAnswers answers = answered(text);
    answers["probe_thumb"] = {"probe inline_asm thumb\n", "exit status 0"};
    answers["probe_thumb2"] = {"probe inline_asm_feature thumb2\n", "exit status 0"};
    const auto found = interpret_probes(answers);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->inline_asm, "thumb");
    EXPECT_THAT(found->inline_asm_features, ElementsAre("thumb2", "vfp"));
    answers.erase("probe_thumb");
    answers.erase("probe_thumb2");
    EXPECT_THAT(interpret_probes(answers)->inline_asm_features, IsEmpty());
}

TEST(Probes, NoiseAndUnknownNamesAreIgnored) {
    ProbeAnswers answers = answered("warning: x\n" + std::string(kLinux) +
                                    "probe\nprobe  x\nprobe has nothing_known\nprobe has ");
    answers["probe_builtins"] = {"probe has slice\nprobe has set", "killed by SIGSEGV"};
    const auto found = interpret_probes(answers);
    ASSERT_TRUE(found);
    EXPECT_THAT(found->features, ElementsAre("compiler", "load_mpy", "slice"));
}

TEST(Probes, FoundSomething) {
    EXPECT_TRUE(found_something({"x\nprobe inline_asm thumb\n", ""}));
    EXPECT_FALSE(found_something({"SyntaxError: invalid decorator\n", ""}));
    EXPECT_FALSE(found_something({"probe inline_asm thumb", ""}));
}

TEST(Probes, WhatIsNoMicroPythonIsRefused) {
    EXPECT_THAT(refusal({}), HasSubstr("was not run"));
    EXPECT_THAT(refusal({{"probe_identity", {"", "killed by SIGSEGV"}}}),
                HasSubstr("printed nothing (killed by SIGSEGV)"));
    EXPECT_THAT(refusal({{"probe_identity", {"usage: ls\n\x1b", "exit status 2"}}}),
                HasSubstr("'usage: ls\\n\\x1b' (exit status 2)"));
    EXPECT_THAT(refusal(answered("probe platform linux\nprobe name cpython\n")), HasSubstr("it is CPython"));
    EXPECT_THAT(refusal(answered("probe platform linux\nprobe mpy many\n")), HasSubstr("_mpy is 'many'"));
    EXPECT_THAT(refusal(answered("probe platform linux\nprobe mpy 15360\n")),
                HasSubstr("native arch number 15"));
    EXPECT_THAT(refusal(answered("probe platform linux\n")),
                HasSubstr("does not answer as MicroPython does"));
}

}  // namespace
}  // namespace harness
