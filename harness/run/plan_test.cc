#include "harness/run/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace harness {
namespace {
using testing::ElementsAre;
using testing::HasSubstr;

class FakeSource : public TestSource {
  public:
    explicit FakeSource(std::string name) : name_(std::move(name)) {}
    std::string_view name() const override { return name_; }
    Result<std::vector<std::shared_ptr<const Test>>> tests_for(const PlannedTarget&) override {
        return tests;
    }
    std::optional<LeftOut> left_out(const Test& test, const Combination& combination) const override {
        if (test.id == "float/sin.py" && combination.target.capabilities.float_bits == 0)
            return LeftOut{Verdict::Skip, "needs float"};
        return std::nullopt;
    }
    bool wants_newest_compiler() const override { return newest; }

    void add(const std::string& id, bool machine_code = false, TestKind kind = TestKind::Program) {
        auto test = std::make_shared<harness::Test>();
        test->id = id;
        test->suite = name_;
        test->path = "/nowhere/" + id;
        test->has_machine_code = machine_code;
        test->kind = kind;
        tests.push_back(test);
    }
    std::vector<std::shared_ptr<const Test>> tests;
    bool newest = false;

  private:
    std::string name_;
};

class PlanTest : public testing::Test {
  protected:
    PlanTest() {
        source_.add("basics/a.py");
        source_.add("basics/b.py");
        source_.add("float/sin.py");
        PlannedTarget x64;
        x64.description = {.name = "unix-x64",
                           .release = "1.25.0",
                           .arch = "x64",
                           .accepts = {"x64"},
                           .compiler_release = "1.25.0"};
        x64.capabilities.float_bits = 64;
        targets_.push_back(x64);
        options_.emitters = {Emitter::Native};
    }
    [[nodiscard]] std::vector<std::string> keys() {
        const auto plan = make_plan({&source_}, targets_, compilers_, options_);
        if (!plan) return {"error: " + plan.error().message};
        std::vector<std::string> keys;
        for (const Job& job : plan->jobs)
            keys.push_back(job.test->id + " " + job.arch + " " + job.compiler + " " + job.target);
        for (const DroppedJob& dropped : plan->dropped)
            keys.push_back("- " + dropped.job.test->id + " " + dropped.job.target + ": " + dropped.reason);
        return keys;
    }
    void add_armhf() {
        PlannedTarget armhf;
        armhf.description = {.name = "unix-armhf",
                             .release = "1.25.0",
                             .arch = "armv7emdp",
                             .accepts = {"armv7emdp", "armv6m", "armv7m", "armv7em", "armv7emsp"},
                             .compiler_release = "1.25.0"};
        targets_.push_back(armhf);
    }

    FakeSource source_{"micropython"};
    std::vector<PlannedTarget> targets_;
    std::vector<PlannedCompiler> compilers_{
        {"mpy-cross-1.25.0", "1.25.0", {"x64", "armv6m", "armv7m", "armv7emdp"}},
        {"mpy-cross-1.29.0", "1.29.0", {"x64", "armv6m", "armv7m", "armv7emdp"}}};
    PlanOptions options_;
};

TEST_F(PlanTest, EveryTestOnceWithThePairedCompiler) {
    EXPECT_THAT(keys(), ElementsAre("basics/a.py x64 mpy-cross-1.25.0 unix-x64",
                                    "basics/b.py x64 mpy-cross-1.25.0 unix-x64",
                                    "float/sin.py x64 mpy-cross-1.25.0 unix-x64"));
}

TEST_F(PlanTest, OurSuitesAlsoWithTheNewestCompiler) {
    source_.newest = true;
    options_.selection = {"basics/a.py"};
    EXPECT_THAT(keys(), ElementsAre("basics/a.py x64 mpy-cross-1.25.0 unix-x64",
                                    "basics/a.py x64 mpy-cross-1.29.0 unix-x64"));
}

TEST_F(PlanTest, WhatIsLeftOutKeepsItsReason) {
    targets_[0].capabilities.float_bits = 0;
    options_.selection = {"float"};
    EXPECT_THAT(keys().front(), HasSubstr("nothing can run: all 1 selected combinations are left out"));
    options_.selection = {};
    EXPECT_EQ(keys().back(), "- float/sin.py unix-x64: needs float");
}

TEST_F(PlanTest, ATargetWithoutNativeArchHasBytecodeOnly) {
    targets_[0].description.name = "virt-rv64";
    targets_[0].description.arch = "";
    targets_[0].description.accepts = {};
    source_.add("viper/x.py", true);
    options_.selection = {"basics/a.py", "viper/x.py"};
    options_.emitters = {Emitter::Bytecode, Emitter::Native};
    EXPECT_THAT(keys(), ElementsAre("basics/a.py  mpy-cross-1.25.0 virt-rv64",
                                    "- basics/a.py virt-rv64: the target has no native arch",
                                    "- viper/x.py virt-rv64: the target has no native arch",
                                    "- viper/x.py virt-rv64: the target has no native arch"));
}

TEST_F(PlanTest, AProgramForAnyEmitterRunsWithTheFirstThatWasAskedFor) {
    auto test = std::make_shared<harness::Test>(*source_.tests.front());
    test->id = "viper/x.py";
    test->has_machine_code = true;
    test->needs.emitters = {Emitter::Bytecode, Emitter::Native};
    test->needs.any_emitter = true;
    source_.tests = {test};
    options_.emitters = {Emitter::Native};
    EXPECT_THAT(keys(), ElementsAre("viper/x.py x64 mpy-cross-1.25.0 unix-x64"));
    options_.emitters = {Emitter::Viper, Emitter::Bytecode, Emitter::Native};
    const auto plan = make_plan({&source_}, targets_, compilers_, options_);
    ASSERT_TRUE(plan) << plan.error().text();
    // Whether it is meant for viper is for its suite to say.
    ASSERT_EQ(plan->jobs.size(), 2U);
    EXPECT_EQ(plan->jobs[1].emitter, Emitter::Bytecode);
    ASSERT_EQ(plan->dropped.size(), 1U);
    EXPECT_EQ(plan->dropped[0].job.emitter, Emitter::Native);
    EXPECT_EQ(plan->dropped[0].verdict, Verdict::Skip);
    EXPECT_EQ(plan->dropped[0].reason,
              "what it tests is the same machine code with emitter bytecode, which shows it");
}

TEST_F(PlanTest, AnArchOfTheSameCodeGeneratorAddsNothing) {
    add_armhf();
    EXPECT_THAT(default_archs(targets_[1].description), ElementsAre("armv7emdp", "armv6m"));
    options_.selection = {"basics/a.py"};
    EXPECT_THAT(keys(), ElementsAre("basics/a.py x64 mpy-cross-1.25.0 unix-x64",
                                    "basics/a.py armv7emdp mpy-cross-1.25.0 unix-armhf",
                                    "basics/a.py armv6m mpy-cross-1.25.0 unix-armhf"));
    options_.emitters = {Emitter::Bytecode};
    EXPECT_THAT(keys(), ElementsAre("basics/a.py x64 mpy-cross-1.25.0 unix-x64",
                                    "basics/a.py armv7emdp mpy-cross-1.25.0 unix-armhf"));
}

TEST_F(PlanTest, WhatIsTypedHasNoArtifactThatAnArchOrADefectCouldMatterFor) {
    add_armhf();
    source_.add("cmdline/repl_x.py", true, TestKind::Repl);
    source_.add("cmdline/cmd_x.py", true, TestKind::CommandLine);
    compilers_[0].defects["x64"] = "its frames are wrong";
    options_.selection = {"cmdline"};
    EXPECT_THAT(keys(), ElementsAre("cmdline/repl_x.py x64 mpy-cross-1.25.0 unix-x64",
                                    "cmdline/cmd_x.py x64 mpy-cross-1.25.0 unix-x64",
                                    "cmdline/repl_x.py armv7emdp mpy-cross-1.25.0 unix-armhf",
                                    "cmdline/cmd_x.py armv7emdp mpy-cross-1.25.0 unix-armhf"));
}

TEST_F(PlanTest, ADefectOfAHelpersOwnArchLeavesTheProgramOut) {
    source_.add("malformed/other.py");
    auto with_helper = std::make_shared<harness::Test>(*source_.tests.back());
    with_helper->helpers.push_back({.name = "other", .arch = "armv7m"});
    source_.tests.back() = with_helper;
    compilers_[0].defects["armv7m"] = "its frames are wrong";
    options_.selection = {"basics/a.py", "malformed"};
    options_.emitters = {Emitter::Bytecode};
    EXPECT_THAT(keys(), ElementsAre("basics/a.py x64 mpy-cross-1.25.0 unix-x64",
                                    "- malformed/other.py unix-x64: its frames are wrong"));
}

TEST_F(PlanTest, WhatAnArchOrTheNewestCompilerAddsIsShownOnce) {
    add_armhf();
    PlannedTarget second = targets_[1];
    second.description.name = "mps2-an500";
    targets_.push_back(second);
    source_.newest = true;
    options_.selection = {"basics/a.py"};
    EXPECT_EQ(keys().size(), 7U);
    EXPECT_EQ(keys().back(), "basics/a.py armv7emdp mpy-cross-1.25.0 mps2-an500");
    PlannedTarget m0 = targets_[1];
    m0.description.name = "cortex-m0";
    m0.description.arch = "armv6m";
    m0.description.accepts = {"armv6m"};
    targets_.push_back(m0);
    EXPECT_EQ(keys().size(), 7U);
    EXPECT_EQ(keys().back(), "basics/a.py armv6m mpy-cross-1.29.0 cortex-m0");
}

TEST_F(PlanTest, TheNewestCompilerStandsInForOneThatIsDefectiveForAnArch) {
    compilers_[0].defects["x64"] = "its frames are wrong";
    options_.selection = {"basics/a.py"};
    EXPECT_THAT(keys(), ElementsAre("basics/a.py x64 mpy-cross-1.29.0 unix-x64",
                                    "- basics/a.py unix-x64: its frames are wrong"));
    // Bytecode has no frames.
    options_.emitters = {Emitter::Bytecode};
    EXPECT_THAT(keys(), ElementsAre("basics/a.py x64 mpy-cross-1.25.0 unix-x64"));
}

TEST_F(PlanTest, AskedArchsOnlyWhereTheyAreAccepted) {
    add_armhf();
    options_.archs = {"armv7m"};
    options_.selection = {"basics/a.py"};
    EXPECT_THAT(keys(), ElementsAre("basics/a.py armv7m mpy-cross-1.25.0 unix-armhf"));
    options_.archs = {"rv64imc"};
    EXPECT_THAT(keys().front(), HasSubstr("no compiler here emits native code for rv64imc"));
    options_.archs = {"z80"};
    EXPECT_THAT(keys().front(), HasSubstr("there is no arch \"z80\""));
}

TEST_F(PlanTest, SelectionByFolderSuiteAndRung) {
    source_.add("limits/locals.py@n=1");
    options_.selection = {"limits/locals.py"};
    EXPECT_EQ(keys().size(), 1U);
    options_.selection = {"micropython:basics"};
    EXPECT_EQ(keys().size(), 2U);
    options_.selection = {"micropython"};
    EXPECT_EQ(keys().size(), 4U);
    options_.selection = {"basics/a.py", "basics/missing.py"};
    EXPECT_THAT(keys().front(), HasSubstr("basics/missing.py"));
    options_.selection = {"bas"};
    EXPECT_THAT(keys().front(), HasSubstr("error: no test is named \"bas\""));
}

TEST_F(PlanTest, FiltersAreOrderedAndTheLastMatchWins) {
    options_.filters = {{true, "basics"}, {false, "/b"}};
    EXPECT_EQ(keys().size(), 1U);
    options_.filters = {{false, "basics"}, {true, "/b\\."}};
    EXPECT_EQ(keys().size(), 2U);
    // As Python reads it: a named group, and `$` before nothing.
    options_.filters = {{true, "(?P<area>basics)/b\\.py$"}};
    EXPECT_EQ(keys().size(), 1U);
    options_.filters = {{true, "nothing-like-this"}};
    EXPECT_THAT(keys().front(), HasSubstr("no test is selected"));
    options_.filters = {{true, "(("}};
    EXPECT_THAT(keys().front(), HasSubstr("not a regular expression"));
}

TEST_F(PlanTest, ARequestIsCheckedBeforeAnyTargetIsAsked) {
    const auto told = [&] {
        const auto checked = check_request(options_, {{"micropython"}, source_.tests, {"/usr"}}, compilers_);
        return checked ? "" : checked.error().message;
    };
    EXPECT_EQ(told(), "");
    options_.selection = {"basics", "/usr/lib", "lib", "micropython:float/sin.py"};
    EXPECT_EQ(told(), "");
    options_.selection = {"micropython", "micropython:"};
    source_.tests.clear();
    EXPECT_EQ(told(), "");
    options_.selection = {"bin", "nosuch.py", "micropython:other.py"};
    EXPECT_THAT(told(), HasSubstr("no test is named \"nosuch.py\", \"micropython:other.py\""));
    options_.selection.clear();
    options_.filters = {{true, "("}};
    EXPECT_THAT(told(), HasSubstr("not a regular expression"));
    options_.filters.clear();
    options_.archs = {"z80"};
    EXPECT_THAT(told(), HasSubstr("there is no arch \"z80\""));
}

}  // namespace
}  // namespace harness
