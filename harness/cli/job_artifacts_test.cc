#include "harness/cli/job_artifacts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/compile/fake_compiler.h"
#include "harness/testing/run_coroutine.h"

namespace harness {
namespace {
using ::testing::HasSubstr;
using testing::run_coroutine;
using Kind = CompileOutcome::Kind;

constexpr const char* kTooManyLocals = "NotImplementedError: too many locals for native method";

/// One compiler that always answers the same, and a program of a suite that states its limits.
class JobArtifactsTest : public ::testing::Test {
  protected:
    JobArtifactsTest() {
        JobArtifacts::Setup setup;
        compiler_.identity().release = {1, 29, 0};
        older_.identity().release = {1, 25, 0};
        setup.compilers = {
            {"mpy-cross-1.25.0", &older_}, {"mpy-cross-1.29.0", &compiler_}, {"mpy-cross", &older_}};
        setup.capabilities["unix"].arch = "armv7emdp";
        artifacts_ = std::make_unique<JobArtifacts>(std::move(setup));
        test_.id = "limits/locals.py@n=300";
        test_.suite = "conformance";
        test_.states_limits = true;
        job_.emitter = Emitter::Native;
        job_.arch = "armv7m";
        job_.compiler = "mpy-cross-1.29.0";
        job_.target = "unix";
    }

    void answer(Kind kind, std::string message) {
        compiler_.answer = older_.answer = [kind, message](const CompileRequest&) -> Result<CompileOutcome> {
            CompileOutcome outcome;
            outcome.kind = kind;
            outcome.message = message;
            outcome.exit_code = 1;
            return outcome;
        };
    }

    Judgement judged() {
        job_.test = std::make_shared<const harness::Test>(test_);
        const ArtifactReply reply = run_coroutine(artifacts_->artifact_for(job_));
        EXPECT_TRUE(reply.verdict);
        EXPECT_EQ(reply.octets, nullptr);
        return reply.verdict.value_or(Judgement{});
    }

    harness::Test test_;
    Job job_;
    FakeCompiler compiler_;
    FakeCompiler older_;
    std::unique_ptr<JobArtifacts> artifacts_;
};

TEST_F(JobArtifactsTest, ADocumentedRefusalThatAProgramDoesNotNameIsAFailure) {
    answer(Kind::Refused, kTooManyLocals);
    EXPECT_EQ(judged().verdict, Verdict::Fail);
    EXPECT_EQ(judged().stage, Stage::Compile);
    EXPECT_THAT(judged().reason, HasSubstr("names no such limit"));
    EXPECT_THAT(judged().reason, HasSubstr(kTooManyLocals));
    test_.unsupported = {{"native method too big", ""}};
    EXPECT_EQ(judged().verdict, Verdict::Fail);
}

TEST_F(JobArtifactsTest, ARefusalThatAProgramNamesIsUnsupported) {
    answer(Kind::Refused, kTooManyLocals);
    test_.unsupported = {{"too many locals", "arch == armv7m and compiler_release >= 1.29"}};
    EXPECT_EQ(judged().verdict, Verdict::Unsupported);
    EXPECT_EQ(judged().reason, kTooManyLocals);
    job_.compiler = "mpy-cross-1.25.0";
    EXPECT_EQ(judged().verdict, Verdict::Fail);
    job_.compiler = "mpy-cross-1.29.0";
    job_.arch = "armv6m";
    EXPECT_EQ(judged().verdict, Verdict::Fail);
}

TEST_F(JobArtifactsTest, ACompilerWithoutItsReleaseInItsNameIsAskedForIt) {
    job_.compiler = "mpy-cross";
    test_.unsupported = {{"too many locals", "compiler_release < 1.26"}};
    answer(Kind::Refused, kTooManyLocals);
    EXPECT_EQ(judged().verdict, Verdict::Unsupported);
}

TEST_F(JobArtifactsTest, AProgramThatNamesNoLimitsIsUnsupportedWhereTheCompilerSaysSo) {
    test_.suite = "micropython";
    test_.states_limits = false;
    answer(Kind::Refused, kTooManyLocals);
    EXPECT_EQ(judged().verdict, Verdict::Unsupported);
    answer(Kind::Error, "SyntaxError: invalid syntax");
    EXPECT_EQ(judged().verdict, Verdict::Fail);
}

TEST_F(JobArtifactsTest, AProgramThatHasToBeRefusedPassesOnlyByItsWords) {
    test_.refused = {{"native raise", "compiler_release >= 1.29"}};
    answer(Kind::Refused, "NotImplementedError: native raise");
    EXPECT_EQ(judged().verdict, Verdict::Pass);
    answer(Kind::Refused, kTooManyLocals);
    EXPECT_EQ(judged().verdict, Verdict::Fail);
    EXPECT_THAT(judged().reason, HasSubstr("refused with other words"));
    answer(Kind::Crash, "assertion");
    EXPECT_EQ(judged().verdict, Verdict::Crash);
}

TEST_F(JobArtifactsTest, ARefusedHelperIsJudgedAsTheProgramIs) {
    TestHelper helper;
    helper.name = "victim";
    helper.path = "victim.py";
    helper.source_name = "victim.py";
    test_.helpers = {helper};
    compiler_.answer = [](const CompileRequest& request) -> Result<CompileOutcome> {
        CompileOutcome outcome;
        if (request.source_name == "victim.py") {
            outcome.kind = Kind::Refused;
            outcome.message = kTooManyLocals;
            return outcome;
        }
        outcome.kind = Kind::Artifact;
        // What mpy-cross 1.29.0 makes of an empty a.py: header, one qstr of each kind, no object, prelude and
        // `return None`.
        outcome.octets = std::make_shared<const std::string>(
            "M\x06\x00\x1f\x02\x00\x08"
            "a.py\x00\x0f\x28\x00\x02\x01\x51\x63",
            19);
        return outcome;
    };
    job_.test = std::make_shared<const harness::Test>(test_);
    ArtifactReply reply = run_coroutine(artifacts_->artifact_for(job_));
    ASSERT_TRUE(reply.verdict);
    EXPECT_EQ(reply.verdict->verdict, Verdict::Fail) << reply.verdict->reason << reply.verdict->actual;
    EXPECT_THAT(reply.verdict->reason, HasSubstr("names no such limit"));
}

}  // namespace
}  // namespace harness
