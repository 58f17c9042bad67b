#include "harness/suite/stock_directives.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace harness {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const Release k125{1, 25, 0, false};
const Release k126{1, 26, 1, false};
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
    EXPECT_THAT(read_command_line("# a\n# cmdline: -v\n", k126).arguments, IsEmpty());
    EXPECT_THAT(read_command_line("# a\n# cmdline: -v\n", std::nullopt).arguments, ElementsAre("-v"));
}

std::vector<std::string> typed(std::string_view source, const std::optional<Release>& release,
                               bool wants_sigint = false) {
    std::vector<std::string> lines;
    for (const TypedLine& line : read_typed_lines(source, wants_sigint, release))
        lines.push_back(line.octets + (line.wants_answer ? "?" : ""));
    return lines;
}

TEST(TypedLines, AreTheLinesOfTheFileWithTheirNewlines) {
    EXPECT_THAT(typed("# about\nprint(1)\n\n\x04x", k129),
                ElementsAre("# about\n", "print(1)\n", "\n", "\x04x"));
    EXPECT_THAT(typed("", k129), IsEmpty());
    EXPECT_THAT(typed("\r\n", k129), ElementsAre("\r\n"));
}

TEST(TypedLines, HoldControlCodesAsTheReleaseReadsThem) {
    EXPECT_THAT(typed("a{\\x05}b{\\x10}\n", k129), ElementsAre("a\x05"
                                                               "b\x10\n"));
    EXPECT_THAT(typed("a{\\x05}b{\\x10}\n", std::nullopt), ElementsAre("a\x05"
                                                                       "b\x10\n"));
    EXPECT_THAT(typed("{\\x10}\n", k126), ElementsAre("\x0a\n"));
    EXPECT_THAT(typed("{\\x05}\n", k125), ElementsAre("{\\x05}\n"));
    for (const char* none : {"{\\x5}\n", "{\\x0a}\n", "{\\x055}\n", "\\x05\n", "{\\x05", "{\\x0"})
        EXPECT_THAT(typed(none, k129), ElementsAre(none));
}

TEST(TypedLines, AnInterruptIsTheOctetAloneAndWantsAnAnswer) {
    EXPECT_THAT(typed("loop()\nx{\\x03}y\n{\\x04}\n", k129, true),
                ElementsAre("loop()\n", "\x03?", "\x04\n"));
    EXPECT_THAT(typed("x{\\x03}y\n", k129), ElementsAre("x\x03y\n"));
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
