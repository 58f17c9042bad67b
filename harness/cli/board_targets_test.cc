#include "harness/cli/board_targets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace harness {
namespace {
using ::testing::ElementsAre;

TEST(BoardTargets, ANameMayStandInFront) {
    const auto named = parse_board_wish("mine=port:/dev/ttyACM0");
    ASSERT_TRUE(named);
    EXPECT_EQ(named->name, "mine");
    EXPECT_EQ(named->address.place, "/dev/ttyACM0");
    const auto unnamed = parse_board_wish("exec:qemu -device loader,addr=0");
    ASSERT_TRUE(unnamed) << "the = belongs to the command";
    EXPECT_EQ(unnamed->name, "exec:qemu");
    EXPECT_EQ(unnamed->address.place, "qemu -device loader,addr=0");
    const auto both = parse_board_wish("an385=exec:qemu -device loader,addr=0");
    ASSERT_TRUE(both);
    EXPECT_EQ(both->name, "an385");
    EXPECT_EQ(both->address.place, "qemu -device loader,addr=0");
    EXPECT_FALSE(parse_board_wish("mps2-an385"));
    EXPECT_FALSE(parse_board_wish("name=mps2-an385"));
}

TEST(BoardTargets, CommasSeparateNamesButNotTheWordsOfACommand) {
    EXPECT_THAT(split_target_names("unix-x64,mine=a0,host:80"),
                ElementsAre("unix-x64", "mine=a0", "host:80"));
    EXPECT_THAT(split_target_names("unix-x64,exec:qemu -device loader,addr=0"),
                ElementsAre("unix-x64", "exec:qemu -device loader,addr=0"));
    EXPECT_THAT(split_target_names("b=execpty:qemu -a x,y"), ElementsAre("b=execpty:qemu -a x,y"));
    EXPECT_THAT(split_target_names(",a0,,"), ElementsAre("a0"));
}

}  // namespace
}  // namespace harness
