// Rules of the container, of native code and of relocations: a valid file, then one thing broken.
#include "mpy/checker.h"

#include <gmock/gmock.h>

#include "mpy/round_trip.h"
#include "mpy/testing/file_builder.h"

namespace mpy {
namespace {

using testing::FileSpec;
using testing::inline_qstr;
using testing::Octets;
using testing::PreludeSpec;
using testing::RawCodeSpec;
using testing::small_prelude;
using testing::static_qstr_entry;

CheckReport check(const FileSpec& spec) {
    const Octets file = spec.encode();
    return check_file(file.span());
}

/// The only finding of a file that breaks one rule.
Finding only(const FileSpec& spec) {
    const CheckReport report = check(spec);
    EXPECT_EQ(report.findings.size(), 1U);
    for (std::size_t i = 1; i < report.findings.size(); ++i) ADD_FAILURE() << to_string(report.findings[i]);
    return report.findings.empty() ? Finding{} : report.findings.front();
}

void expect_clean(const FileSpec& spec) {
    const CheckReport report = check(spec);
    for (const Finding& finding : report.findings) ADD_FAILURE() << to_string(finding);
}

#define EXPECT_FINDING(spec, expected_rule, expected_severity, expected_field) \
    do {                                                                       \
        const Finding finding = only(spec);                                    \
        EXPECT_EQ(finding.rule, expected_rule) << to_string(finding);          \
        EXPECT_EQ(finding.severity, expected_severity) << to_string(finding);  \
        EXPECT_EQ(finding.field, expected_field);                              \
    } while (false)

constexpr Severity kError = Severity::Error;
constexpr Severity kWarning = Severity::Warning;

TEST(MpyChecker, AcceptsTheModuleThatDoesNothing) {
    expect_clean(FileSpec{});
}

TEST(MpyChecker, V1ArchitectureThatDoesNotExist) {
    for (unsigned number : {13U, 14U, 15U}) {
        FileSpec spec;
        spec.feature = static_cast<std::uint8_t>(number << 2 | 3);
        EXPECT_FINDING(spec, Rule::V1, kError, "header.feature.architecture");
    }
}

TEST(MpyChecker, V2FileThatIsCut) {
    FileSpec spec;
    spec.module.length = 6;
    EXPECT_FINDING(spec, Rule::V2, kError, "module.length");
}

TEST(MpyChecker, V3ReservedFeatureBit) {
    FileSpec spec;
    spec.feature = 0x80;
    EXPECT_FINDING(spec, Rule::V3, kError, "header.feature");
}

TEST(MpyChecker, V4MachineCodeWithoutAnArchitecture) {
    FileSpec spec;
    spec.module.kind = RawCodeKind::Viper;
    EXPECT_FINDING(spec, Rule::V4, kError, "module.kind");
}

TEST(MpyChecker, V5StaticNumbers) {
    for (std::uint64_t number : {0ULL, 166ULL, 1ULL << 40}) {
        FileSpec spec;
        spec.qstrs.push_back(static_qstr_entry(number));
        EXPECT_FINDING(spec, Rule::V5, kError, "qstrs[2]");
    }
    for (std::uint64_t number = 1; number <= 165; ++number) {
        FileSpec spec;
        spec.qstrs.push_back(static_qstr_entry(number));
        expect_clean(spec);
    }
}

TEST(MpyChecker, V6NoSourceFileName) {
    FileSpec spec;
    spec.qstrs.clear();
    const CheckReport report = check(spec);
    ASSERT_FALSE(report.ok());
    EXPECT_EQ(report.findings[0].rule, Rule::V6);
}

TEST(MpyChecker, V7Text) {
    FileSpec spec;
    spec.qstrs.push_back(inline_qstr("\xE2\x82\xAC"));
    expect_clean(spec);
    spec.qstrs[2] = inline_qstr("\xE2\x82");
    EXPECT_FINDING(spec, Rule::V7, kError, "qstrs[2]");
    spec.qstrs[2] = inline_qstr("\x80");
    EXPECT_FINDING(spec, Rule::V7, kError, "qstrs[2]");
    // A lone surrogate: MicroPython makes it from '\ud800'.
    spec.qstrs[2] = inline_qstr("\xED\xA0\x80");
    EXPECT_FINDING(spec, Rule::V7, kWarning, "qstrs[2]");
    spec.qstrs[2] = Octets{2, 'x', 1};
    EXPECT_FINDING(spec, Rule::V7, kError, "qstrs[2].terminator");

    spec = {};
    spec.objects = {Octets{5, 1, 0xFF, 0}};
    EXPECT_FINDING(spec, Rule::V7, kError, "objects[0]");
    spec.objects = {Octets{6, 1, 0xFF, 0}};  // bytes may hold anything
    expect_clean(spec);
    spec.objects = {Octets{6, 1, 0xFF, 9}};
    EXPECT_FINDING(spec, Rule::V7, kError, "objects[0].terminator");
}

TEST(MpyChecker, V8Objects) {
    const auto number = [](int kind, std::string_view text) {
        return Octets{kind}.vuint(text.size()).text(text);
    };
    const struct {
        int kind;
        std::string_view text;
        bool valid;
    } rows[] = {
        {7, "0", true},     {7, "-5", true},     {7, "", false},
        {7, "+5", false},   {7, "1_0", false},   {7, "0x1", false},
        {7, "-", false},    {8, "2.5", true},    {8, "-0.0", true},
        {8, "1e+22", true}, {8, ".5", true},     {8, "inf", true},
        {8, "-INF", true},  {8, "nan", true},    {8, "1e", false},
        {8, ".", false},    {8, "1.2.3", false}, {8, "0.999988867182683e-320", true},
        {9, "1j", true},    {9, "2.5j", true},   {9, "1+2j", true},
        {9, "j", false},    {9, "1", false},
    };
    for (const auto& row : rows) {
        FileSpec spec;
        spec.objects = {number(row.kind, row.text)};
        if (row.valid) {
            expect_clean(spec);
        } else {
            EXPECT_FINDING(spec, Rule::V8, kError, "objects[0]");
        }
    }
    FileSpec spec;
    spec.objects = {Octets{0}};
    EXPECT_FINDING(spec, Rule::V8, kError, "objects[0]");
    spec.feature = make_feature(Arch::X64);
    expect_clean(spec);
    spec.objects = {Octets{10, 1, 0}};
    EXPECT_FINDING(spec, Rule::V8, kError, "objects[0]");
    spec.objects = {Octets{0}, Octets{0}};
    EXPECT_FINDING(spec, Rule::P4, kWarning, "objects[1]");
}

TEST(MpyChecker, V9Nesting) {
    Octets deep;
    for (int i = 0; i < 65; ++i) deep.raw({10, 1});
    FileSpec spec;
    spec.objects = {deep.octet(1)};
    EXPECT_EQ(only(spec).rule, Rule::V9);
}

TEST(MpyChecker, V10Prelude) {
    FileSpec spec;
    spec.module.fun_data = {0x00, 0x7E, 0x01};
    EXPECT_FINDING(spec, Rule::V10, kError, "module.prelude.n_info");
    spec.module.fun_data = {0x00, 0x02, 0x02, 0x51, 0x63};
    EXPECT_FINDING(spec, Rule::V10, kError, "module.prelude.name");
    spec.module.fun_data = Octets{0x01, 0x04, 0x01, 0x05, 0x51, 0x63};
    const CheckReport report = check(spec);
    ASSERT_FALSE(report.findings.empty());
    EXPECT_EQ(report.findings[0].field, "module.prelude.argument[0]");
    EXPECT_EQ(report.findings[0].rule, Rule::V10);
}

TEST(MpyChecker, V14TrailingOctets) {
    FileSpec spec;
    spec.trailing = {0};
    EXPECT_FINDING(spec, Rule::V14, kWarning, "end");
    EXPECT_TRUE(check(spec).ok());
}

TEST(MpyChecker, P1RedundantVuints) {
    FileSpec spec;
    spec.qstrs[1] = Octets().vuint(15, 1);
    EXPECT_FINDING(spec, Rule::P1, kWarning, "vuint");
}

TEST(MpyChecker, P3ChildrenBit) {
    FileSpec spec;
    spec.module.has_children = true;
    EXPECT_FINDING(spec, Rule::P3, kWarning, "module.head");
}

TEST(MpyChecker, P5ArchFlags) {
    FileSpec spec;
    spec.feature = make_feature(Arch::Rv32imc, true);
    spec.arch_flags = 3;
    expect_clean(spec);
    spec.arch_flags = 4;
    EXPECT_FINDING(spec, Rule::P5, kWarning, "arch_flags");
    spec.feature = make_feature(Arch::None, true);
    spec.arch_flags = 1;
    expect_clean(spec);
    spec.feature = make_feature(Arch::X64, true);
    EXPECT_FINDING(spec, Rule::P5, kWarning, "arch_flags");
}

/// A native function for x64: word 0, three octets of code, a prelude.
FileSpec native(const Octets& prelude = small_prelude(3), std::uint64_t word_0 = 0) {
    FileSpec spec;
    spec.feature = make_feature(Arch::X64);
    spec.module.kind = RawCodeKind::Native;
    spec.module.fun_data = Octets().word(word_0, 8).raw({0x55, 0x5D, 0xC3}).raw(prelude);
    spec.module.prelude_offset = 11;
    return spec;
}

/// A native generator: two words, three octets of code, a prelude.
FileSpec native_generator(std::uint64_t start_offset) {
    PreludeSpec prelude;
    prelude.flags = 1;
    FileSpec spec = native();
    spec.module.fun_data =
        Octets().word(0, 8).word(start_offset, 8).raw({0x55, 0x5D, 0xC3}).raw(prelude.encode());
    spec.module.prelude_offset = 19;
    return spec;
}

TEST(MpyChecker, V11Native) {
    expect_clean(native());
    expect_clean(native_generator(16));
    EXPECT_FINDING(native_generator(15), Rule::V11, kError, "module.word[1]");
    EXPECT_FINDING(native_generator(19), Rule::V11, kError, "module.word[1]");
    EXPECT_FINDING(native(small_prelude(3), 1), Rule::V11, kError, "module.word[0]");

    FileSpec spec = native();
    spec.module.fun_data.octet(0);
    EXPECT_FINDING(spec, Rule::V11, kError, "module.prelude");
    spec = native();
    spec.module.prelude_offset = 7;
    EXPECT_EQ(check(spec).findings.back().field, "module.prelude_offset");
    spec.module.prelude_offset = 14;
    const CheckReport report = check(spec);
    ASSERT_EQ(report.findings.size(), 2U);  // nothing there to decode, and the offset itself
    EXPECT_EQ(report.findings[1].field, "module.prelude_offset");
    EXPECT_EQ(report.findings[1].rule, Rule::V11);

    PreludeSpec prelude;
    prelude.flags = 0x10;
    EXPECT_FINDING(native(prelude.encode()), Rule::V11, kError, "module.prelude.flags");
    prelude = {};
    prelude.info = {9};
    EXPECT_FINDING(native(prelude.encode()), Rule::V11, kError, "module.prelude.name");
    EXPECT_FINDING(native(small_prelude(1, 0, {1, 1})), Rule::V11, kError, "module.prelude.n_state");
    EXPECT_FINDING(native(small_prelude(1, 0, {}, {1})), Rule::V11, kError, "module.prelude.cell[0]");
    prelude = {};
    prelude.n_def_pos_args = 1;
    EXPECT_FINDING(native(prelude.encode()), Rule::V11, kError, "module.prelude.n_def_pos_args");
    prelude = {};
    prelude.info = {1, 0x20};
    EXPECT_FINDING(native(prelude.encode()), Rule::V11, kWarning, "module.prelude.line_table");
    EXPECT_FINDING(native(small_prelude(3, 1)), Rule::V11, kWarning, "module.prelude.n_exc_stack");
}

TEST(MpyChecker, V11OlderNativeCodeHasNoWordInFront) {
    FileSpec spec = native();
    spec.feature = static_cast<std::uint8_t>(2U << 2 | 2);
    spec.module.fun_data = Octets{0x55, 0x5D, 0xC3}.raw(small_prelude(3));
    spec.module.prelude_offset = 3;
    expect_clean(spec);
}

FileSpec viper(std::uint64_t scope_flags, const Octets& relocations) {
    FileSpec spec;
    spec.feature = make_feature(Arch::Armv7m);
    spec.module.kind = RawCodeKind::Viper;
    spec.module.fun_data = Octets().word(0, 4).word(0, 4);
    spec.module.scope_flags = scope_flags;
    spec.module.rodata = Octets().word(0, 4).word(0, 4).word(0, 4);
    spec.module.bss_size = 4;
    spec.module.relocations = relocations;
    return spec;
}

TEST(MpyChecker, V12MachineCode) {
    expect_clean(viper(0, {}));
    EXPECT_FINDING(viper(1, {}), Rule::V12, kError, "module.scope_flags");
    FileSpec older = viper(6, {});
    older.feature = static_cast<std::uint8_t>(5U << 2 | 2);
    expect_clean(older);

    FileSpec spec = viper(0, {});
    spec.module.kind = RawCodeKind::Asm;
    spec.module.n_pos_args = 4;
    spec.module.type_sig = 3;
    expect_clean(spec);
    spec.module.n_pos_args = 5;
    EXPECT_FINDING(spec, Rule::V12, kError, "module.n_pos_args");
    spec.module.n_pos_args = 0;
    spec.module.type_sig = 4;
    EXPECT_FINDING(spec, Rule::V12, kError, "module.type_sig");
    spec.module.type_sig = 0;
    spec.module.scope_flags = 0x20;
    EXPECT_FINDING(spec, Rule::V12, kError, "module.scope_flags");
    spec.module.scope_flags = 0;
    spec.module.children = {RawCodeSpec{}};
    EXPECT_FINDING(spec, Rule::V12, kError, "module.n_children");
}

TEST(MpyChecker, V13Relocations) {
    expect_clean(viper(0x70, {0x01, 0x00,        // text word 0 += text
                              0x04,              // text word 1 += rodata
                              0x0B, 0x01, 0x03,  // rodata words 0, 1 and 2 += bss
                              0x0D, 0x02,        // text word 1 += qstr table
                              0xFF}));
    expect_clean(viper(0x10, {0xBF, 0x00, 0xFF}));  // slot 86, the last
    expect_clean(viper(0x10, {0xFF}));

    EXPECT_FINDING(viper(0x10, {0x00, 0xFF}), Rule::V13, kError, "module.relocation[0].address");
    EXPECT_FINDING(viper(0x10, {0x01, 0x04, 0xFF}), Rule::V13, kError, "module.relocation[0].address");
    EXPECT_FINDING(viper(0x10, {0x03, 0x02, 0x02, 0xFF}), Rule::V13, kError, "module.relocation[0].address");
    EXPECT_FINDING(viper(0x10, {0x01, 0x02, 0x00, 0xFF}), Rule::V13, kError, "module.relocation[1].address");
    EXPECT_FINDING(viper(0x30, {0x01, 0x07, 0xFF}), Rule::V13, kError, "module.relocation[0].address");
    EXPECT_FINDING(viper(0x10, {0x01, 0x01, 0xFF}), Rule::V13, kError, "module.relocation[0].address");
    EXPECT_FINDING(viper(0x10, {0x05, 0x00, 0xFF}), Rule::V13, kError, "module.relocation[0].op");
    EXPECT_FINDING(viper(0x10, {0x09, 0x00, 0xFF}), Rule::V13, kError, "module.relocation[0].op");
    EXPECT_FINDING(viper(0x10, {0xC1, 0x00, 0xFF}), Rule::V13, kError, "module.relocation[0].op");
    EXPECT_FINDING(viper(0x10, {0x03, 0x00, 0x00, 0xFF}), Rule::V13, kError, "module.relocation[0].count");
    // The list has no end: the file has.
    EXPECT_EQ(only(viper(0x10, {0x01, 0x00})).rule, Rule::V2);
}

TEST(MpyChecker, CountsWhatItDoesNotKeep) {
    FileSpec spec;
    for (int i = 0; i < 50; ++i) spec.qstrs.push_back(static_qstr_entry(0));
    const Octets file = spec.encode();
    const CheckReport report = check_file(file.span(), {.max_findings = 10});
    EXPECT_EQ(report.findings.size(), 10U);
    EXPECT_EQ(report.n_errors, 50U);
    EXPECT_EQ(report.n_dropped, 40U);
}

TEST(MpyChecker, ArtifactsAreCheckedAndWrittenBack) {
    const Octets good = FileSpec{}.encode();
    EXPECT_TRUE(check_artifact(good.span()).clean());
    EXPECT_TRUE(check_round_trip(good.span()).has_value());

    FileSpec spec;
    spec.qstrs[1] = Octets().vuint(15, 1);
    const Octets redundant = spec.encode();
    const CheckReport report = check_artifact(redundant.span());
    EXPECT_FALSE(report.ok());
    EXPECT_EQ(report.findings.back().rule, Rule::W1);
}

}  // namespace
}  // namespace mpy
