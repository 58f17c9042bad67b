// The program as the shell sees it: its exit status.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "harness/base/files.h"
#include "harness/process/process.h"
#include "harness/testing/run_coroutine.h"

namespace harness {
namespace {
using ::testing::HasSubstr;

ProcessResult shell(const std::string& words, const std::string& in_front = {}) {
    Command command;
    command.argv = {"/bin/sh", "-c", in_front + MPYCONFORM_PROGRAM " " + words};
    command.environment = inherited_environment();
    Limits limits;
    limits.wall = std::chrono::seconds(100);
    auto finished = testing::run_coroutine(run_process(std::move(command), limits));
    EXPECT_TRUE(finished);
    return finished ? std::move(*finished) : ProcessResult{};
}

const std::string kFixture = MPYCONFORM_SOURCE_DIR "/fixtures/mpy/functions-1.29.0-bytecode.mpy";

TEST(Program, OutputThatIsLostIsNoSuccess) {
    for (const std::string words : {"--version", "inspect --json ", "inspect --check "}) {
        const bool inspects = words.starts_with("inspect");
        const std::string line = words + (inspects ? kFixture : "");
        EXPECT_EQ(shell(line + " > /dev/null").exit_code, 0) << line;
        const ProcessResult lost = shell(line + " 2>&1 > /dev/full");
        EXPECT_EQ(lost.exit_code, 3) << line;
        EXPECT_THAT(lost.output, HasSubstr("standard output could not be written")) << line;
    }
}

/// While targets are asked what they can do there is nothing yet that a report could hold.
TEST(Program, StoppedBeforeTheFirstTestItSaysThatThereIsNoReport) {
    const auto folder = TemporaryDirectory::create("mpyconform-stopped-");
    ASSERT_TRUE(folder);
    const std::filesystem::path slow = folder->path() / "micropython";
    ASSERT_TRUE(write_file_atomically(slow, "#!/bin/sh\nexec sleep 60\n"));
    std::filesystem::permissions(slow, std::filesystem::perms::owner_all);
    const std::string report = (folder->path() / "report.json").string();
    const ProcessResult stopped =
        shell("run --no-cache --micropython " + slow.string() + " --json " + report + " basics 2>&1",
              "timeout --preserve-status -s INT 1 ");
    EXPECT_EQ(stopped.exit_code, 130) << stopped.output;
    EXPECT_THAT(stopped.output, HasSubstr("stopped before the first test ran"));
    EXPECT_FALSE(std::filesystem::exists(report));
}

TEST(Program, InspectTellsRightWrongAndUnreadableApart) {
    EXPECT_EQ(shell("inspect --check " + kFixture).exit_code, 0);
    EXPECT_EQ(shell("inspect --check /bin/sh").exit_code, 1);
    EXPECT_EQ(shell("inspect --check no-such-file.mpy").exit_code, 2);
    EXPECT_EQ(shell("inspect --no-such-option " + kFixture).exit_code, 2);
    EXPECT_EQ(shell("inspect").exit_code, 2);
}

}  // namespace
}  // namespace harness
