#include "mpy/locate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "mpy/capstone_disassembler.h"
#include "mpy/testing/fixtures.h"

namespace mpy {
namespace {

using testing::Fixture;
using ::testing::HasSubstr;

TEST(Locate, FindsRawCodeByItsPath) {
    const Fixture fixture("functions-1.29.0-bytecode.mpy");
    EXPECT_EQ(raw_code_at(fixture.module, {}), fixture.module.root().index);
    constexpr std::array<std::uint32_t, 2> kInner = {1, 0};
    const auto inner = raw_code_at(fixture.module, kInner);
    ASSERT_TRUE(inner);
    EXPECT_EQ(fixture.module.function_name(fixture.module.raw_code(*inner)), "inner");
    constexpr std::array<std::uint32_t, 1> kNone = {99};
    EXPECT_FALSE(raw_code_at(fixture.module, kNone));
    EXPECT_FALSE(raw_code_at(Module{}, {}));
}

TEST(Locate, ExplainsAnAddressInMachineCode) {
    for (const char* arch : {"x64", "armv7m"}) {
        const Fixture fixture(std::string("generators-1.29.0-native-") + arch + ".mpy");
        CapstoneDisassembler capstone;
        constexpr std::array<std::uint32_t, 1> kUnpack = {3};
        const RawCodeIndex unpack = *raw_code_at(fixture.module, kUnpack);
        const auto listings = disassemble(fixture.module, std::span(&unpack, 1), &capstone);
        ASSERT_TRUE(listings);
        // Every octet of every instruction leads back to the instruction.
        std::size_t asked = 0;
        for (const ListingLine& line : listings->front().lines) {
            if (line.kind != ListingLine::Kind::Instruction || ++asked % 16 != 1) continue;
            for (std::uint32_t octet = 0; octet < line.size; ++octet) {
                const auto found = locate(fixture.module, unpack, line.offset + octet, &capstone, 3);
                ASSERT_TRUE(found);
                EXPECT_EQ(found->function, "native function 'unpack'");
                EXPECT_EQ(found->path, "module.child[3]");
                EXPECT_EQ(found->instruction_offset, line.offset);
                EXPECT_THAT(found->instruction, HasSubstr(line.mnemonic));
                ASSERT_LT(found->window_index, found->window.size());
                EXPECT_LE(found->window.size(), 7U);
                EXPECT_THAT(found->window[found->window_index], HasSubstr(line.mnemonic));
            }
        }
        EXPECT_GT(asked, 16U);
    }
}

TEST(Locate, NamesViperFunctionsByWhereTheyAreStored) {
    // The parent is bytecode here and tells the name.
    const Fixture fixture("viper-1.29.0-armv7m.mpy");
    CapstoneDisassembler capstone;
    constexpr std::array<std::uint32_t, 1> kWidths = {1};
    const auto found = locate(fixture.module, *raw_code_at(fixture.module, kWidths), 0, &capstone);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->function, "viper function 'widths'");
}

TEST(Locate, GivesTheLineOfBytecode) {
    const Fixture fixture("functions-1.29.0-bytecode.mpy");
    constexpr std::array<std::uint32_t, 1> kPlain = {0};
    const RawCode& plain = fixture.module.raw_code(*raw_code_at(fixture.module, kPlain));
    const auto found = locate(fixture.module, plain.index, plain.fun_data.size() - 1, nullptr);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->function, "function 'plain'");
    EXPECT_EQ(found->instruction, "RETURN_VALUE");
    EXPECT_EQ(found->source_line, 3U);
}

TEST(Locate, SaysWhyThereIsNoInstruction) {
    const Fixture windowed("functions-1.29.0-native-xtensawin.mpy");
    const auto refused = locate(windowed.module, windowed.module.root().index, 8, nullptr);
    ASSERT_TRUE(refused);
    EXPECT_THAT(refused->not_shown, HasSubstr("xtensawin"));
    const Fixture fixture("functions-1.29.0-bytecode.mpy");
    const auto outside = locate(fixture.module, fixture.module.root().index, 1U << 30, nullptr);
    ASSERT_TRUE(outside);
    EXPECT_THAT(outside->not_shown, HasSubstr("outside the code"));
    EXPECT_TRUE(outside->window.empty());
}

}  // namespace
}  // namespace mpy
