#include "mpy/native_layout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "mpy/testing/file_builder.h"

namespace mpy {
namespace {

using testing::Octets;

/// One raw code in a buffer of its own.
struct Sample {
    Octets octets;
    RawCode code;

    Sample(RawCodeKind kind, Octets content) : octets(std::move(content)) {
        code.kind = kind;
        code.fun_data = octets.span();
    }
};

Header header_for(Arch arch) {
    Header header;
    header.feature = make_feature(arch);
    return header;
}

using Layout = std::vector<std::tuple<RegionKind, std::uint32_t, std::uint32_t>>;

Layout layout_of(const RawCode& code, Arch arch) {
    Layout out;
    for (const Region& region : native_layout(code, header_for(arch))) {
        out.emplace_back(region.kind, region.offset, region.size);
    }
    return out;
}

void expect_exact_cover(const RawCode& code, Arch arch) {
    std::uint32_t at = 0;
    for (const Region& region : native_layout(code, header_for(arch))) {
        ASSERT_EQ(region.offset, at);
        ASSERT_GT(region.size, 0U);
        at = region.end();
    }
    ASSERT_EQ(at, code.fun_data.size());
}

TEST(NativeLayout, ThumbLiteralBehindAJumpIsData) {
    Sample sample(RawCodeKind::Viper,
                  Octets{0x00, 0x4A,              // ldr r2, [pc, #0] -> 4
                         0x01, 0xE0,              // b 8
                         0x77, 0xBF, 0x67, 0x23,  // the literal; would decode as `itett vc`
                         0x70, 0x47});            // bx lr
    EXPECT_THAT(
        layout_of(sample.code, Arch::Armv6m),
        ::testing::ElementsAre(std::tuple(RegionKind::Code, 0U, 4U), std::tuple(RegionKind::Literal, 4U, 4U),
                               std::tuple(RegionKind::Code, 8U, 2U)));
}

TEST(NativeLayout, WideThumbInstructionsAreSteppedOverWhole) {
    // The second half of `movw r0, #0x4a00` looks like a literal load when it is read as an instruction.
    Sample sample(RawCodeKind::Viper, Octets{0x40, 0xF6, 0x00, 0x4A, 0x70, 0x47, 0x00, 0x00});
    EXPECT_THAT(layout_of(sample.code, Arch::Armv7m),
                ::testing::ElementsAre(std::tuple(RegionKind::Code, 0U, 8U)));
}

TEST(NativeLayout, ThumbTableJumpEndsWhereItsNearestTargetBegins) {
    Sample sample(RawCodeKind::Viper, Octets{0xDF, 0xE8, 0x00, 0xF0,  // tbb [pc, r0]
                                             0x02, 0x03, 0x02, 0x03,  // targets 4 + 2 * entry
                                             0x70, 0x47, 0x70, 0x47});
    EXPECT_THAT(layout_of(sample.code, Arch::Armv7m),
                ::testing::ElementsAre(std::tuple(RegionKind::Code, 0U, 4U),
                                       std::tuple(RegionKind::JumpTable, 4U, 4U),
                                       std::tuple(RegionKind::Code, 8U, 4U)));
}

TEST(NativeLayout, ArmLiteralIsData) {
    Sample sample(RawCodeKind::Viper, Octets{0x00, 0x80, 0x9F, 0xE5,  // ldr r8, [pc] -> 8
                                             0x00, 0x00, 0x00, 0xEA,  // b 12
                                             0x18, 0x02, 0x00, 0x00,  // the literal
                                             0x1E, 0xFF, 0x2F, 0xE1});
    EXPECT_THAT(
        layout_of(sample.code, Arch::Armv6),
        ::testing::ElementsAre(std::tuple(RegionKind::Code, 0U, 8U), std::tuple(RegionKind::Literal, 8U, 4U),
                               std::tuple(RegionKind::Code, 12U, 4U)));
}

TEST(NativeLayout, AssemblerOnArmv6IsThumbBehindAVeneer) {
    Octets octets;
    octets.word(0xE92D4010, 4)
        .word(0xE28FE009, 4)
        .word(0xE12FFF3E, 4)
        .word(0xE8BD4010, 4)
        .word(0xE12FFF1E, 4);
    octets.raw({0xF2, 0xB5, 0xF2, 0xBD});
    const Sample sample(RawCodeKind::Asm, octets);
    const std::vector<Region> regions = native_layout(sample.code, header_for(Arch::Armv6));
    ASSERT_EQ(regions.size(), 2U);
    EXPECT_EQ(regions[0].set, InstructionSet::Arm);
    EXPECT_EQ(regions[0].size, 20U);
    EXPECT_EQ(regions[1].set, InstructionSet::Thumb);
}

TEST(NativeLayout, XtensaLiteralsStandBehindTheFirstJump) {
    Sample sample(RawCodeKind::Viper, Octets{0x06, 0x02, 0x00,        // j 12
                                             0x00,                    // padding
                                             0x41, 0x0D, 0x03, 0x00,  // two literals
                                             0x87, 0x84, 0x1E, 0x00,  //
                                             0x0D, 0xF0});            // ret.n
    EXPECT_THAT(layout_of(sample.code, Arch::Xtensa),
                ::testing::ElementsAre(
                    std::tuple(RegionKind::Code, 0U, 3U), std::tuple(RegionKind::Padding, 3U, 1U),
                    std::tuple(RegionKind::Literal, 4U, 4U), std::tuple(RegionKind::Literal, 8U, 4U),
                    std::tuple(RegionKind::Code, 12U, 2U)));
}

TEST(NativeLayout, XtensaCallOverPaddingLeavesItOut) {
    Sample sample(RawCodeKind::Viper,
                  Octets{0x0C, 0x02, 0x0C, 0x02, 0x0C, 0x02, 0x3D, 0xF0,  // narrow instructions
                         0x05, 0x00, 0x00,                                // call0 12
                         0x00,                                            // padding
                         0x0D, 0xF0});
    EXPECT_THAT(layout_of(sample.code, Arch::Xtensa),
                ::testing::ElementsAre(std::tuple(RegionKind::Code, 0U, 11U),
                                       std::tuple(RegionKind::Padding, 11U, 1U),
                                       std::tuple(RegionKind::Code, 12U, 2U)));
}

TEST(NativeLayout, RelocatedWordsAreData) {
    Sample sample(RawCodeKind::Viper, Octets{0x90, 0x90, 0x90, 0x90, 0, 0, 0, 0, 0, 0, 0, 0, 0xC3});
    Relocation relocation;
    relocation.op = 0x11;
    relocation.has_position = true;
    relocation.word_index = 1;
    relocation.count = 2;
    sample.code.relocations.push_back(relocation);
    EXPECT_THAT(layout_of(sample.code, Arch::X86),
                ::testing::ElementsAre(
                    std::tuple(RegionKind::Code, 0U, 4U), std::tuple(RegionKind::RelocatedWord, 4U, 4U),
                    std::tuple(RegionKind::RelocatedWord, 8U, 4U), std::tuple(RegionKind::Code, 12U, 1U)));
}

TEST(NativeLayout, NativeCodeHasWordsInFrontAndThePreludeBehind) {
    Sample sample(RawCodeKind::Native, Octets{0x02, 0, 0, 0, 0xC3, 0x10, 0x02, 0x01});
    sample.code.prelude_offset = NumberField{5, {}};
    EXPECT_THAT(layout_of(sample.code, Arch::X86),
                ::testing::ElementsAre(std::tuple(RegionKind::PreludeSlot, 0U, 4U),
                                       std::tuple(RegionKind::Code, 4U, 1U),
                                       std::tuple(RegionKind::Prelude, 5U, 3U)));
    sample.code.prelude = Prelude{};
    sample.code.prelude->flags = 1;  // a generator
    sample.code.prelude_offset = NumberField{8, {}};
    EXPECT_THAT(layout_of(sample.code, Arch::X86),
                ::testing::ElementsAre(std::tuple(RegionKind::PreludeSlot, 0U, 4U),
                                       std::tuple(RegionKind::StartOffset, 4U, 4U)));
}

TEST(NativeLayout, CodeTooShortForItsWordsIsUnknown) {
    Sample sample(RawCodeKind::Native, Octets{0x02, 0, 0});
    sample.code.prelude_offset = NumberField{99, {}};
    EXPECT_THAT(layout_of(sample.code, Arch::X64),
                ::testing::ElementsAre(std::tuple(RegionKind::Unknown, 0U, 3U)));
}

TEST(NativeLayout, CoversAnyOctetsExactlyOnce) {
    std::mt19937 engine(1);
    const auto random = [&engine] { return static_cast<std::uint32_t>(engine()); };
    for (int round = 0; round < 400; ++round) {
        Octets octets;
        const unsigned size = random() % 200;
        for (unsigned i = 0; i < size; ++i) octets.octet(random() & 0xFF);
        for (const RawCodeKind kind : {RawCodeKind::Native, RawCodeKind::Viper, RawCodeKind::Asm}) {
            Sample sample(kind, octets);
            sample.code.prelude_offset = NumberField{random() % 256, {}};
            Relocation relocation;
            relocation.has_position = true;
            relocation.word_index = random() % 64;
            relocation.count = random();
            sample.code.relocations.push_back(relocation);
            for (const ArchInfo& arch : kArchs) {
                expect_exact_cover(sample.code, arch.arch);
                if (::testing::Test::HasFailure()) return;
            }
        }
    }
}

TEST(NativeLayout, DamagedRelocationsCostNoMoreThanTheWordsThereAre) {
    Sample sample(RawCodeKind::Viper, Octets{});
    Octets big;
    for (int i = 0; i < 4096; ++i) big.octet(0);
    sample.code.fun_data = big.span();
    Relocation relocation;
    relocation.has_position = true;
    relocation.count = ~std::uint64_t{0};
    sample.code.relocations.assign(100000, relocation);
    EXPECT_EQ(relocated_words(sample.code, 4).size(), 1024U);
}

}  // namespace
}  // namespace mpy
