#include "harness/process/attached.h"

#include <gtest/gtest.h>

namespace harness {
namespace {

Command shell(const std::string& text) {
    Command command;
    command.argv = {"sh", "-c", text};
    command.environment = inherited_environment();
    return command;
}

TEST(Attached, GivesTheExitStatus) {
    EXPECT_EQ(run_attached(shell("exit 7")).value(), 7);
}

TEST(Attached, GivesSignalsAsAShellDoes) {
    EXPECT_EQ(run_attached(shell("kill -9 $$")).value(), 128 + 9);
}

TEST(Attached, RunsInTheFolderThatItIsGiven) {
    Command command = shell("test \"$(pwd)\" = /");
    command.working_directory = "/";
    EXPECT_EQ(run_attached(command).value(), 0);
}

TEST(Attached, TheChildHasTheDefaultSignals) {
    // The parent ignores SIGINT meanwhile, which the child must not inherit.
    EXPECT_EQ(run_attached(shell("kill -INT $$; sleep 5")).value(), 128 + 2);
}

TEST(Attached, SaysThatAProgramIsMissing) {
    Command command;
    command.argv = {"mpyconform-no-such-program"};
    command.environment = inherited_environment();
    const auto status = run_attached(command);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::MissingTool);
}

}  // namespace
}  // namespace harness
