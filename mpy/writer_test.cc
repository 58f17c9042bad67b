#include "mpy/writer.h"

#include <gmock/gmock.h>

#include "mpy/round_trip.h"
#include "mpy/testing/file_builder.h"

namespace mpy {
namespace {

using testing::FileSpec;
using testing::Octets;
using testing::RawCodeSpec;

std::vector<std::byte> octets(const Octets& from) {
    return {from.span().begin(), from.span().end()};
}

TEST(MpyWriter, WritesEveryPartOfAFile) {
    RawCodeSpec assembler;
    assembler.kind = RawCodeKind::Asm;
    assembler.n_pos_args = 2;
    assembler.type_sig = 3;
    RawCodeSpec native;
    native.kind = RawCodeKind::Native;
    native.fun_data = Octets().word(1, 4).raw({0x70, 0x47}).raw(testing::small_prelude(3));
    native.prelude_offset = 6;
    native.children = {RawCodeSpec{}};
    RawCodeSpec viper;
    viper.kind = RawCodeKind::Viper;
    viper.scope_flags = 0x70;
    viper.rodata = Octets().word(5, 4);
    viper.bss_size = 300;
    viper.children = {assembler, native};
    viper.relocations = Octets{0x07, 0x01, 0x01, 0x12, 0xFF};
    FileSpec spec;
    spec.feature = make_feature(Arch::Armv7m, true);
    spec.arch_flags = 200;
    spec.objects = {Octets{10, 2, 7, 1, '5', 10, 0}, Octets{6, 2, 0, 9, 7}, Octets{9, 2, '1', 'j'}};
    spec.qstrs.push_back(testing::static_qstr_entry(1000));
    spec.qstrs.push_back(Octets{2, 'x', 3});  // a wrong terminator is kept like everything else
    spec.module.children = {viper, RawCodeSpec{}};
    spec.trailing = {1, 2};

    const Octets file = spec.encode();
    Module module;
    ASSERT_TRUE(read_module(file.span(), module));
    ASSERT_EQ(module.raw_codes.size(), 6U);
    const auto written = write_module(module);
    ASSERT_TRUE(written);
    EXPECT_EQ(*written, octets(file));
    EXPECT_TRUE(check_round_trip(file.span()));
}

TEST(MpyWriter, KeepsAChildrenBitWithoutChildren) {
    FileSpec spec;
    spec.module.has_children = true;
    const Octets file = spec.encode();
    EXPECT_TRUE(check_round_trip(file.span()));
}

TEST(MpyWriter, RefusesOrShortensRedundantVuints) {
    FileSpec spec;
    spec.qstrs[1] = Octets().vuint(15, 3);
    const Octets file = spec.encode();
    Module module;
    ASSERT_TRUE(read_module(file.span(), module));
    const auto refused = write_module(module);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().rule, Rule::W1);
    EXPECT_EQ(refused.error().offset, 12U);

    const auto shortened = write_module(module, {RedundantVuints::Shorten});
    ASSERT_TRUE(shortened);
    EXPECT_EQ(*shortened, octets(FileSpec{}.encode()));
}

TEST(MpyWriter, TellsWhereARoundTripDiffers) {
    const Octets file = FileSpec{}.encode();
    Module module;
    ASSERT_TRUE(read_module(file.span(), module));
    module.header.small_int_bits = 30;
    const Result<void> changed = check_round_trip(file.span(), module);
    ASSERT_FALSE(changed);
    EXPECT_EQ(changed.error().rule, Rule::W2);
    EXPECT_EQ(changed.error().offset, 3U);
    EXPECT_THAT(changed.error().found, ::testing::HasSubstr("0x1e"));

    module.header.small_int_bits = 31;
    module.trailing = file.span().first(1);
    const Result<void> longer = check_round_trip(file.span(), module);
    ASSERT_FALSE(longer);
    EXPECT_EQ(longer.error().offset, file.size());
    EXPECT_THAT(longer.error().allowed, ::testing::HasSubstr("the end"));
}

}  // namespace
}  // namespace mpy
