#include "mpy/reader.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "mpy/module.h"
#include "mpy/testing/file_builder.h"

namespace mpy {
namespace {

using testing::FileSpec;
using testing::Octets;
using testing::RawCodeSpec;

/// Reads a file that has to fail, and gives the finding.
Finding refuse(const Octets& file, const ReadOptions& options = {}) {
    Module module;
    const Result<void> result = read_module(file.span(), module, options);
    EXPECT_TRUE(result.has_error());
    return result.has_error() ? result.error() : Finding{};
}

/// A module together with the octets that its views point into.
struct Loaded : Module {
    Octets octets;
};

Loaded accept(Octets file, const ReadOptions& options = {}) {
    Loaded loaded;
    loaded.octets = std::move(file);
    const Result<void> result = read_module(loaded.octets.span(), loaded, options);
    EXPECT_TRUE(result.has_value()) << to_string(result.error());
    return loaded;
}

TEST(MpyReader, ReadsAModuleThatDoesNothing) {
    const Octets file{
        0x4D, 0x06, 0x00, 0x1F,          // header: version 6, no architecture, 31 small-int bits
        0x02, 0x00,                      // n_qstr 2, n_obj 0
        0x08, 't',  '.',  'p',  'y', 0,  // string 0: inline, 4 octets
        0x0F,                            // string 1: static 7 = <module>
        0x28,                            // length 5, no children, bytecode
        0x00, 0x02, 0x01,                // prelude: n_state 1, n_info 1, name string 1
        0x51, 0x63,                      // LOAD_CONST_NONE, RETURN_VALUE
    };
    const Loaded module = accept(file);
    EXPECT_EQ(module.header.version_info()->name, "6.3");
    ASSERT_EQ(module.qstrs.size(), 2U);
    EXPECT_EQ(module.qstr_text({0}), "t.py");
    EXPECT_EQ(module.qstrs[1].static_number, 7U);
    EXPECT_EQ(module.function_name(module.root()), "<module>");
    ASSERT_TRUE(module.root().prelude);
    EXPECT_EQ(module.root().prelude->n_state, 1U);
    EXPECT_EQ(module.root().code_offset, 17U);
    EXPECT_EQ(module.root().code.size(), 2U);
    EXPECT_EQ(module.root().end_offset, file.size());
}

TEST(MpyReader, NamesTheFieldThatIsCut) {
    const Octets whole = FileSpec{}.encode();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        Module module;
        const Result<void> result = read_module(whole.span().first(size), module);
        ASSERT_TRUE(result.has_error()) << size;
        EXPECT_EQ(result.error().rule, Rule::V2) << size << ": " << to_string(result.error());
        EXPECT_FALSE(result.error().field.empty());
    }
}

TEST(MpyReader, RefusesAnotherMagic) {
    FileSpec spec;
    spec.magic = 0x4E;
    const Finding finding = refuse(spec.encode());
    EXPECT_EQ(finding.rule, Rule::V1);
    EXPECT_EQ(finding.offset, 0U);
    EXPECT_EQ(finding.field, "header.magic");
    EXPECT_EQ(finding.found, "0x4e");
}

TEST(MpyReader, NamesOlderVersionsAndWhatTheyLack) {
    for (const VersionInfo& row : kVersions) {
        if (row.readable) continue;
        FileSpec spec;
        spec.version = row.version;
        const Finding finding = refuse(spec.encode());
        EXPECT_EQ(finding.rule, Rule::V1);
        EXPECT_EQ(finding.offset, 1U);
        EXPECT_THAT(finding.found, ::testing::HasSubstr(std::string(row.first_release)));
        EXPECT_THAT(finding.found, ::testing::HasSubstr(std::string(row.lacks)));
    }
    FileSpec newer;
    newer.version = 7;
    EXPECT_THAT(refuse(newer.encode()).found, ::testing::HasSubstr("newer"));
}

TEST(MpyReader, ReadsEverySubVersionOfSix) {
    for (unsigned sub = 0; sub < 4; ++sub) {
        FileSpec spec;
        spec.feature = static_cast<std::uint8_t>(2U << 2 | sub);
        const Loaded module = accept(spec.encode());
        EXPECT_EQ(module.header.sub_version(), sub);
        EXPECT_EQ(module.header.version_info()->sub_version, sub);
        EXPECT_EQ(module.header.arch()->arch, Arch::X64);
    }
}

TEST(MpyReader, ReadsArchFlagsOnlyWithTheirBit) {
    FileSpec spec;
    spec.feature = make_feature(Arch::Rv32imc, true);
    spec.arch_flags = 3;
    const Loaded module = accept(spec.encode());
    ASSERT_TRUE(module.arch_flags);
    EXPECT_EQ(module.arch_flags->value, 3U);
    EXPECT_FALSE(accept(FileSpec{}.encode()).arch_flags);
}

TEST(MpyReader, RefusesCountsThatTheFileCannotHold) {
    FileSpec spec;
    spec.n_qstr = 1000000;
    Finding finding = refuse(spec.encode());
    EXPECT_EQ(finding.rule, Rule::V2);
    EXPECT_EQ(finding.field, "n_qstr");
    EXPECT_EQ(finding.found, "1000000");

    spec = {};
    spec.module.length = 1ULL << 40;
    finding = refuse(spec.encode());
    EXPECT_EQ(finding.field, "module.length");

    spec = {};
    spec.module.has_children = true;
    spec.module.n_children = 500;
    finding = refuse(spec.encode());
    EXPECT_EQ(finding.field, "module.n_children");
}

TEST(MpyReader, RefusesVuintsThatDoNotFit) {
    FileSpec spec;
    spec.qstrs[0] = Octets{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01};  // 11 octets
    EXPECT_EQ(refuse(spec.encode()).allowed, "at most 10 octets");
    spec.qstrs[0] = Octets{0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F};  // 70 bits
    EXPECT_THAT(refuse(spec.encode()).found, ::testing::HasSubstr("2^64"));
}

TEST(MpyReader, ReportsOrRefusesRedundantVuints) {
    FileSpec spec;
    spec.qstrs[1] = Octets().vuint(15, 2);
    const Loaded module = accept(spec.encode());
    ASSERT_EQ(module.redundant_vuints.size(), 1U);
    EXPECT_EQ(module.redundant_vuints[0], (Extent{12, 3}));
    const Finding finding = refuse(spec.encode(), ReadOptions::strict());
    EXPECT_EQ(finding.rule, Rule::P1);
    EXPECT_EQ(finding.field, "qstrs[1]");
}

TEST(MpyReader, ReportsOrRefusesTrailingOctets) {
    FileSpec spec;
    spec.trailing = {1, 2, 3};
    const Loaded module = accept(spec.encode());
    EXPECT_EQ(module.trailing.size(), 3U);
    EXPECT_EQ(refuse(spec.encode(), ReadOptions::strict()).rule, Rule::V14);
}

TEST(MpyReader, ReadsNestedTuples) {
    FileSpec spec;
    spec.objects.push_back(Octets{10, 3,                // tuple of 3
                                  7, 2, '-', '5',       // int -5
                                  10, 1, 6, 1, 'x', 0,  // tuple of one bytes object
                                  5, 0, 0});            // empty str
    spec.objects.push_back(Octets{10, 0});              // empty tuple
    const Loaded module = accept(spec.encode());
    ASSERT_EQ(module.objects.size(), 2U);
    ASSERT_EQ(module.objects[0].items.size(), 3U);
    EXPECT_EQ(module.objects[0].items[0].text, "-5");
    ASSERT_EQ(module.objects[0].items[1].items.size(), 1U);
    EXPECT_EQ(module.objects[0].items[1].items[0].kind, ObjectKind::Bytes);
    EXPECT_EQ(module.objects[0].items[2].kind, ObjectKind::Str);
    EXPECT_TRUE(module.objects[1].items.empty());
}

TEST(MpyReader, BoundsTheNestingOfTuples) {
    Octets deep;
    for (int i = 0; i < 64; ++i) deep.raw({10, 1});
    FileSpec spec;
    spec.objects = {Octets(deep).octet(1)};
    EXPECT_EQ(accept(spec.encode()).objects.size(), 1U);
    spec.objects = {deep.raw({10, 1, 1})};
    const Finding finding = refuse(spec.encode());
    EXPECT_EQ(finding.rule, Rule::V9);
    EXPECT_EQ(finding.found, "tuples nested 65 deep");
}

TEST(MpyReader, BoundsTheNestingOfRawCode) {
    RawCodeSpec nest;
    for (int depth = 1; depth < 256; ++depth) {
        RawCodeSpec outer;
        outer.children = {nest};
        nest = outer;
    }
    FileSpec spec;
    spec.module = nest;
    EXPECT_EQ(accept(spec.encode()).raw_codes.size(), 256U);
    RawCodeSpec outer;
    outer.children = {nest};
    spec.module = outer;
    const Finding finding = refuse(spec.encode());
    EXPECT_EQ(finding.rule, Rule::V9);
    EXPECT_EQ(finding.found, "raw code nested 257 deep");
}

TEST(MpyReader, BoundsTheNumberOfRawCodes) {
    FileSpec spec;
    for (int i = 0; i < 9; ++i) spec.module.children.emplace_back();
    ReadOptions options;
    options.max_raw_codes = 10;
    EXPECT_EQ(accept(spec.encode(), options).raw_codes.size(), 10U);
    options.max_raw_codes = 9;
    const Finding finding = refuse(spec.encode(), options);
    EXPECT_EQ(finding.rule, Rule::V9);
    EXPECT_EQ(finding.field, "module.child[8]");
    EXPECT_EQ(finding.found, "more than 9 raw codes");
}

TEST(MpyReader, KeepsPathsShort) {
    RawCodeSpec nest;
    nest.fun_data = Octets{0x00};  // no whole prelude
    for (int depth = 1; depth < 200; ++depth) {
        RawCodeSpec outer;
        outer.children = {nest};
        nest = outer;
    }
    FileSpec spec;
    spec.module = nest;
    const Loaded module = accept(spec.encode());
    const RawCode& innermost = module.raw_codes.back();
    EXPECT_EQ(
        module.path(innermost),
        "module.child[0].child[0].child[0].(190 more).child[0].child[0].child[0].child[0].child[0].child[0]");
    ASSERT_TRUE(innermost.bad_prelude);
    EXPECT_EQ(innermost.bad_prelude->field, module.path(innermost) + ".prelude.size");
}

TEST(MpyReader, RefusesUnknownObjectKinds) {
    FileSpec spec;
    spec.objects = {Octets{11}};
    const Finding finding = refuse(spec.encode());
    EXPECT_EQ(finding.rule, Rule::V8);
    EXPECT_EQ(finding.field, "objects[0].kind");
    EXPECT_EQ(finding.allowed, "0..10");
}

TEST(MpyReader, GoesOnBehindABadPrelude) {
    FileSpec spec;
    spec.module.fun_data = Octets{0x00, 0x7E, 0x01};  // n_info 63 in a block of 3 octets
    const Loaded module = accept(spec.encode());
    ASSERT_TRUE(module.root().bad_prelude);
    EXPECT_EQ(module.root().bad_prelude->rule, Rule::V10);
    EXPECT_EQ(module.root().bad_prelude->field, "module.prelude.n_info");
    EXPECT_EQ(module.root().bad_prelude->offset, module.root().fun_data_offset + 1);
    EXPECT_EQ(refuse(spec.encode(), ReadOptions::strict()).field, "module.prelude.n_info");
}

TEST(MpyReader, ReadsNativeCodeWithItsWords) {
    FileSpec spec;
    spec.feature = make_feature(Arch::X64);
    spec.module.kind = RawCodeKind::Native;
    spec.module.fun_data = Octets().word(0, 8).raw({0x55, 0x5D, 0xC3}).raw(testing::small_prelude(3));
    spec.module.prelude_offset = 11;
    const Loaded module = accept(spec.encode());
    const RawCode& code = module.root();
    ASSERT_TRUE(code.prelude);
    EXPECT_EQ(code.prelude->n_state, 3U);
    EXPECT_EQ(code.code.size(), 3U);
    EXPECT_EQ(code.code_offset, code.fun_data_offset + 8);
    ASSERT_TRUE(code.native_words(module.header));
    EXPECT_EQ(code.native_words(module.header)->prelude_slot, 0U);
    EXPECT_FALSE(code.native_words(module.header)->start_offset);
}

TEST(MpyReader, ReadsViperDataAndRelocations) {
    FileSpec spec;
    spec.feature = make_feature(Arch::Xtensawin);
    spec.module.kind = RawCodeKind::Viper;
    spec.module.fun_data = Octets().word(0, 4).word(0, 4);
    spec.module.scope_flags = 0x70;
    spec.module.rodata = Octets().word(0, 4).word(1, 4);
    spec.module.bss_size = 12;
    spec.module.relocations = Octets{0x11, 0x02,        // text word 1 += function table
                                     0x07, 0x01, 0x02,  // rodata words 0 and 1 += rodata
                                     0x12,              // the next word += slot 0
                                     0xFF};
    const Loaded module = accept(spec.encode());
    const RawCode& code = module.root();
    EXPECT_EQ(code.rodata.size(), 8U);
    EXPECT_EQ(code.bss_size->value, 12U);
    ASSERT_EQ(code.relocations.size(), 3U);
    EXPECT_EQ(code.relocations[0].target(), RelocationTarget::FunctionTable);
    EXPECT_FALSE(code.relocations[0].in_rodata);
    EXPECT_EQ(code.relocations[0].word_index, 1U);
    EXPECT_EQ(code.relocations[1].target(), RelocationTarget::Rodata);
    EXPECT_EQ(code.relocations[1].count, 2U);
    EXPECT_TRUE(code.relocations[1].in_rodata);
    EXPECT_EQ(code.relocations[2].target(), RelocationTarget::TableSlot);
    EXPECT_EQ(code.relocations[2].word_index, 2U);
    EXPECT_EQ(code.relocations[2].slot(), (FunctionSlot{0}));
    EXPECT_EQ(*code.relocations_end, module.file_size - 1);
}

}  // namespace
}  // namespace mpy
