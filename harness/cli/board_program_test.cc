// The program with a board that is a firmware in an emulator: Debian's micro:bit firmware of 2017, source
// only.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/base/files.h"
#include "harness/process/process.h"
#include "harness/testing/run_coroutine.h"

namespace harness {
namespace {
using ::testing::HasSubstr;
using ::testing::Not;

ProcessResult run(const std::string& words, const std::filesystem::path& folder = {}) {
    Command command;
    command.argv = {"/bin/sh", "-c", MPYCONFORM_PROGRAM " run " + words};
    command.environment = inherited_environment();
    command.working_directory = folder;
    Limits limits;
    limits.wall = std::chrono::seconds(300);
    auto finished = testing::run_coroutine(run_process(std::move(command), limits));
    EXPECT_TRUE(finished);
    return finished ? std::move(*finished) : ProcessResult{};
}

class OldFirmware : public ::testing::Test {
  protected:
    void SetUp() override {
        if (!std::filesystem::exists("/usr/share/firmware-microbit-micropython/firmware.hex"))
            GTEST_SKIP() << "the package firmware-microbit-micropython is not installed";
    }
};

TEST_F(OldFirmware, PassesWhatItCanDo) {
    const ProcessResult ran =
        run("--target microbit-2017 basics/bool1.py basics/dict1.py basics/generator1.py");
    EXPECT_EQ(ran.exit_code, 0) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr("plain mode"));
}

TEST_F(OldFirmware, SkipsArtifactsAndNativeCodeWithTheReason) {
    EXPECT_THAT(run("--list --via-mpy --target microbit-2017 basics/bool1.py").output,
                HasSubstr("does not load .mpy files"));
    EXPECT_THAT(run("--list --emit native --target microbit-2017 basics/bool1.py").output,
                HasSubstr("compiles to bytecode only"));
}

TEST_F(OldFirmware, AFailureIsSeen) {
    // 1.9 has neither f-strings nor the walrus; the second is not asked for by any rule.
    const ProcessResult ran = run("--target microbit-2017 basics/assign_expr.py");
    EXPECT_EQ(ran.exit_code, 1) << ran.output;
    EXPECT_THAT(ran.output, HasSubstr("SyntaxError"));
}

TEST(Source, LeavesTheConformanceSuitesOutUnlessTheyAreNamed) {
    const std::string bare = run("--list --target unix-x64").output;
    EXPECT_THAT(bare, HasSubstr("are about .mpy files and left out"));
    EXPECT_THAT(bare, Not(HasSubstr("native/recursion.py")));
    EXPECT_THAT(bare, HasSubstr("basics/bool1.py"));
    const std::string named = run("--list --target unix-x64 conformance").output;
    EXPECT_THAT(named, HasSubstr("native/recursion.py"));
    EXPECT_THAT(named, Not(HasSubstr("left out: --via-mpy")));
}

TEST(NoCache, KeepsNothingAndFindsNothing) {
    const auto folder = TemporaryDirectory::create("no-cache-test-");
    ASSERT_TRUE(folder);
    for (int i = 0; i < 2; ++i) {
        const ProcessResult ran =
            run("--no-cache --via-mpy --target unix-x64 micropython:basics/bool1.py", folder->path());
        EXPECT_EQ(ran.exit_code, 0) << ran.output;
        EXPECT_THAT(ran.output, HasSubstr("\n0 of 1 artifacts were in the cache\n"));
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder->path()));
}

TEST(Boards, OneThatIsNotThereIsSaid) {
    const ProcessResult ran = run("--target port:/dev/no-such-board basics/bool1.py");
    EXPECT_EQ(ran.exit_code, 3);
    EXPECT_THAT(ran.output, HasSubstr("cannot open /dev/no-such-board"));
    EXPECT_EQ(run("--target a0,mine=a0,a0 basics/bool1.py").exit_code, 2) << "two of one name";
    EXPECT_THAT(run("-t unix-x64 basics/bool1.py").output, HasSubstr("is no board"));
}

}  // namespace
}  // namespace harness
