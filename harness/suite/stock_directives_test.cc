#include "harness/suite/stock_directives.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace harness {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Release k125{1, 25, 0, false};
const Release k129{1, 29, 0, true};

TEST(CommandLineDirectives, AccumulateInTheLeadingComments) {
    const auto line = read_command_line(
        "# cmdline: -i  -c print(1)\n# about\n#cmdline: no\n# cmdline: -v\n# sigint: yes\n1\n", k129);
    EXPECT_THAT(line.arguments, ElementsAre("-i", "-c", "print(1)", "-v"));
    EXPECT_TRUE(line.wants_sigint);
}

TEST(CommandLineDirectives, EndAtTheFirstOtherLine) {
    EXPECT_THAT(read_command_line("# a\n\n# cmdline: -v\n", k129).arguments, IsEmpty());
    EXPECT_THAT(read_command_line("1\n# cmdline: -v\n", k129).arguments, IsEmpty());
    EXPECT_THAT(read_command_line("", k129).arguments, IsEmpty());
    EXPECT_THAT(read_command_line("# cmdline: -v", k129).arguments, ElementsAre("-v"));
}

TEST(CommandLineDirectives, OldTreesKnowOnlyTheFirstLine) {
    const auto line = read_command_line("# cmdline: -v\n# cmdline: -i\n# sigint: yes\n", k125);
    EXPECT_THAT(line.arguments, ElementsAre("-v"));
    EXPECT_FALSE(line.wants_sigint);
    EXPECT_THAT(read_command_line("# a\n# cmdline: -v\n", k125).arguments, IsEmpty());
    EXPECT_THAT(read_command_line("# a\n# cmdline: -v\n", std::nullopt).arguments, ElementsAre("-v"));
}

TEST(MachineCode, IsSeenByItsDecorators) {
    EXPECT_TRUE(asks_for_machine_code("@micropython.native\ndef f(): pass\n"));
    EXPECT_TRUE(asks_for_machine_code("x = 1\n    @micropython.viper\n"));
    EXPECT_TRUE(asks_for_machine_code("@ micropython . asm_thumb"));
    EXPECT_TRUE(asks_for_machine_code("@micropython.asm_rv32\n"));
    EXPECT_FALSE(asks_for_machine_code("@micropython.bytecode\n"));
    EXPECT_FALSE(asks_for_machine_code("# micropython.native\n"));
    EXPECT_FALSE(asks_for_machine_code("@native\n"));
    EXPECT_FALSE(asks_for_machine_code(""));
}

}  // namespace
}  // namespace harness
