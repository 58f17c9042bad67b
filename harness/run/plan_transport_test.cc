#include "harness/run/plan_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace harness {
namespace {
using ::testing::HasSubstr;

/// What a board that can do everything is refused, in words; empty = nothing.
struct Case {
    Case() {
        target.description.raw_repl = true;
        target.capabilities.mpy_version = 6;
        target.capabilities.mpy_sub_version = 2;
        target.capabilities.release = "1.22.0";
        target.capabilities.features = {"load_mpy", "mount"};
        compiler.name = "mpy-cross-1.22.0";
        compiler.mpy_version = 6;
        compiler.mpy_sub_version = 2;
    }
    [[nodiscard]] std::string reason() const {
        const auto left_out =
            left_out_by_transport(test, target, mode, emitter, mode == Mode::Source ? nullptr : &compiler);
        return left_out ? left_out->reason : "";
    }
    Test test;
    PlannedTarget target;
    PlannedCompiler compiler;
    Mode mode = Mode::Mpy;
    Emitter emitter = Emitter::Bytecode;
};

TEST(PlanTransport, ABoardThatCanDoItAllIsGivenEverything) {
    Case at;
    EXPECT_EQ(at.reason(), "");
    at.emitter = Emitter::Native;
    EXPECT_EQ(at.reason(), "");
    at.mode = Mode::Source;
    at.emitter = Emitter::Bytecode;
    EXPECT_EQ(at.reason(), "");
}

TEST(PlanTransport, OtherTargetsAreNotAsked) {
    Case at;
    at.target.description.raw_repl = false;
    at.target.capabilities.features.clear();
    at.mode = Mode::Source;
    at.emitter = Emitter::Native;
    EXPECT_EQ(at.reason(), "");
}

TEST(PlanTransport, TheReplCompilesBytecodeOnly) {
    Case at;
    at.mode = Mode::Source;
    at.emitter = Emitter::Native;
    EXPECT_THAT(at.reason(), HasSubstr("--via-mpy"));
}

TEST(PlanTransport, WhatTheFirmwareLacksIsNamed) {
    Case at;
    at.target.capabilities.features = {"mount"};
    EXPECT_THAT(at.reason(), HasSubstr("does not load .mpy files"));
    at.target.capabilities.features = {"load_mpy"};
    EXPECT_THAT(at.reason(), HasSubstr("cannot mount"));
    at.mode = Mode::Source;
    EXPECT_EQ(at.reason(), "");
    at.test.helpers.emplace_back();
    EXPECT_THAT(at.reason(), HasSubstr("modules beside it"));
    at.test.helpers.clear();
    at.test.kind = TestKind::Repl;
    EXPECT_THAT(at.reason(), HasSubstr("terminal"));
}

TEST(PlanTransport, OldFirmwareIsNotGivenFilesThatAreTooNew) {
    Case at;
    at.compiler.mpy_sub_version = 3;
    EXPECT_EQ(at.reason(), "") << "the sub-version does not matter for bytecode";
    at.test.has_machine_code = true;
    EXPECT_THAT(at.reason(), HasSubstr("6.2"));
    at.test.has_machine_code = false;
    at.emitter = Emitter::Viper;
    EXPECT_THAT(at.reason(), HasSubstr("mpy-cross-1.22.0 makes 6.3"));
    at.emitter = Emitter::Bytecode;
    at.target.capabilities.mpy_version = 5;
    EXPECT_THAT(at.reason(), HasSubstr("version 5.2"));
}

}  // namespace
}  // namespace harness
