#include "mpy/explain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mpy/testing/file_builder.h"
#include "mpy/testing/fixtures.h"

namespace mpy {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using testing::FileSpec;
using ::testing::HasSubstr;
using testing::Octets;
using ::testing::StartsWith;

using namespace std::string_view_literals;

Explanation explain_text(std::string_view octets, std::span<const KnownTarget> targets = {}) {
    return explain(as_octets(octets), targets);
}

Explanation explain_fixture(const std::string& name, std::span<const KnownTarget> targets = {}) {
    static std::string octets;
    octets = testing::fixture_octets(name);
    return explain(as_octets(octets), targets);
}

TEST(Explain, BytecodeLoadsEverywhere) {
    const Explanation found = explain_fixture("functions-1.29.0-bytecode.mpy");
    EXPECT_EQ(found.sort, Explanation::Sort::Mpy);
    EXPECT_EQ(found.summary, "a .mpy file of version 6.3 with bytecode only");
    EXPECT_EQ(found.releases, "1.19 and later");
    EXPECT_TRUE(found.any_host);
    EXPECT_EQ(found.source_name, "functions.py");
    EXPECT_THAT(found.made_by, HasSubstr("mpy-cross"));
    EXPECT_EQ(found.small_int_bits, 31);
    EXPECT_EQ(found.damage, "");
}

TEST(Explain, NativeCodeNamesHostsAndReleases) {
    const Explanation thumb = explain_fixture("viper-1.29.0-armv7m.mpy");
    EXPECT_EQ(thumb.summary, "a .mpy file of version 6.3 with machine code for armv7m");
    EXPECT_EQ(thumb.releases, "1.23 and later");
    EXPECT_THAT(thumb.hosts, ElementsAre(Arch::Armv7em, Arch::Armv7emsp, Arch::Armv7emdp));
    std::size_t viper = 0;
    for (const KindCount& kind : thumb.kinds) {
        if (kind.kind == RawCodeKind::Viper) viper = kind.count;
    }
    EXPECT_EQ(viper, 3U);
    EXPECT_EQ(explain_fixture("generators-1.22.0-native-x64.mpy").releases, "1.22 to 1.22.2");
    EXPECT_EQ(explain_fixture("generators-1.19-native-x64.mpy").releases, "1.19 to 1.19.1");
}

TEST(Explain, OldVersionsArePlacedWithTheirReleases) {
    const Explanation old = explain_fixture("old-1.12-native-x64.mpy");
    EXPECT_EQ(old.sort, Explanation::Sort::OtherVersion);
    EXPECT_EQ(old.summary, "a .mpy file of version 5, of MicroPython 1.12 to 1.18");
    EXPECT_THAT(old.advice, HasSubstr("compile the source again with the mpy-cross of that release"));
    EXPECT_THAT(explain_fixture("old-1.11-bytecode.mpy").summary, HasSubstr("1.11"));
    EXPECT_THAT(explain_fixture("old-1.9.3-bytecode.mpy").summary, HasSubstr("1.9.3 to 1.10"));
    EXPECT_THAT(explain_text("M\x09\x00\x1F"sv).summary, HasSubstr("newer than any"));
    EXPECT_THAT(explain_text("M\x01\x00\x1F"sv).summary, HasSubstr("older than any"));
    EXPECT_THAT(explain_text("M\x01\x00\x1F"sv).summary, EndsWith("of a MicroPython before 1.9"));
}

TEST(Explain, DamagedFilesAreExplainedAsFarAsTheyGo) {
    std::string octets = testing::fixture_octets("functions-1.29.0-bytecode.mpy");
    octets.resize(octets.size() / 2);
    const Explanation found = explain_text(octets);
    EXPECT_EQ(found.sort, Explanation::Sort::Mpy);
    EXPECT_THAT(found.damage, HasSubstr("offset"));
    EXPECT_THAT(found.advice, StartsWith("the file is damaged"));
    EXPECT_THAT(explain_text("M\x06"sv).summary, HasSubstr("could be the start"));
    EXPECT_THAT(explain_text("M\x06"sv).advice, HasSubstr("cut off"));
}

TEST(Explain, AReadableFileThatBreaksRulesIsNotCalledGood) {
    FileSpec bad;
    bad.module.fun_data = Octets{0x00, 0x02, 0x01, 0xFF, 0xFF};  // prelude, then octets that are no opcode
    const Explanation found = explain(bad.encode().span());
    EXPECT_EQ(found.damage, "");
    EXPECT_THAT(found.broken, HasSubstr(" the first "));
    EXPECT_THAT(found.advice, StartsWith("the file is damaged"));
    EXPECT_THAT(render(found, "x.mpy"), HasSubstr("It breaks rules of the format: "));
    EXPECT_EQ(explain_fixture("functions-1.29.0-bytecode.mpy").broken, "");
}

TEST(Explain, RecognisesLinkedAndMergedFiles) {
    FileSpec linked;
    linked.feature = make_feature(Arch::X64);
    linked.module.kind = RawCodeKind::Viper;
    linked.module.scope_flags = 0x10;
    linked.module.fun_data = Octets{0xC3, 0, 0, 0, 0, 0, 0, 0};
    linked.module.relocations = Octets{0xFF};
    EXPECT_THAT(explain(linked.encode().span()).made_by, HasSubstr("linker of native modules"));

    FileSpec merged;
    merged.module.fun_data = Octets{0x00, 0x02, 0x00, 0x32, 0x00, 0x34, 0x00, 0x59, 0x51, 0x63};
    merged.module.children.resize(1);
    EXPECT_THAT(explain(merged.encode().span()).made_by, HasSubstr("merge tool"));
}

TEST(Explain, WhatHasLostItsContentIsToBeMadeAgain) {
    for (const std::string& lost : {std::string(), std::string(64, '\0'), std::string(64, '\xFF')}) {
        EXPECT_THAT(explain_text(lost).advice, StartsWith("copy or compile the file again"));
        EXPECT_THAT(explain_text(lost).advice, EndsWith("\"incompatible .mpy file\""));
    }
    EXPECT_THAT(explain_text("import os\nprint(os.name)\n").advice,
                StartsWith("name the file that mpy-cross"));
}

TEST(Explain, NamesWhatIsNoMpyFile) {
    EXPECT_EQ(describe_foreign({}), "an empty file");
    const auto of = [](std::string_view octets) { return describe_foreign(as_octets(octets)); };
    EXPECT_THAT(of("import os\nprint(os.name)\n"), StartsWith("Python source"));
    EXPECT_THAT(of("MAX = 3\ndef f():\n    return MAX\n"), StartsWith("Python source"));
    EXPECT_THAT(of("UF2\n\x57\x51\x5D\x9E"sv), StartsWith("a UF2"));
    EXPECT_THAT(of("\x1F\x8B\x08\x00"sv), StartsWith("gzip"));
    EXPECT_THAT(of("PK\x03\x04"sv), StartsWith("a zip"));
    EXPECT_THAT(of("\xD2\xCD\x31\x00"sv), StartsWith("a ROMFS"));
    EXPECT_THAT(of("<!DOCTYPE html><html>"), StartsWith("an HTML page"));
    EXPECT_THAT(of(std::string(64, '\0')), HasSubstr("zero octets"));
    EXPECT_THAT(of(std::string(64, '\xFF')), HasSubstr("erased flash"));
    EXPECT_THAT(of("\xCB\x0D\x0D\x0A\0\0\0\0\0\0\0\0\0\0\0\0"sv), StartsWith("CPython"));
    EXPECT_THAT(of("just some words"), StartsWith("text"));
    EXPECT_THAT(of("\x01\x02\x03\x80"sv), StartsWith("unknown data that starts with 01 02 03 80"));
    std::string elf(
        "\x7F"
        "ELF\x01\x01\x01",
        7);
    elf.resize(64);
    elf[16] = 1;
    elf[18] = 40;
    EXPECT_THAT(of(elf), HasSubstr("an object file for Arm"));
    EXPECT_THAT(of(elf), HasSubstr("mpy_ld.py"));
    EXPECT_THAT(explain_text("MAX = 3\ndef f():\n    return MAX\n").summary, HasSubstr("Python source"))
        << "source that starts with the magic letter";
}

// --- targets -------------------------------------------------------------------------------------------

TargetAnswer ask(const Header& header, const KnownTarget& target, bool native = true,
                 std::optional<std::uint64_t> flags = std::nullopt) {
    return ask_target(header, flags, native, false, target);
}

Header header_of(std::uint8_t feature, std::uint8_t bits = 31, std::uint8_t version = 6) {
    Header header;
    header.version = version;
    header.feature = feature;
    header.small_int_bits = bits;
    return header;
}

const KnownTarget kX64{"x64", "1.25.0", Arch::X64, {}, 0, 0};
const KnownTarget kArmv7emdp{"armhf", "1.25.0", Arch::Armv7emdp, {}, 0, 0};
const KnownTarget kPlain{"plain", "1.25.0", Arch::None, {}, 0, 0};

TEST(AskTarget, TakesWhatItsLoaderTakes) {
    EXPECT_TRUE(ask(header_of(make_feature(Arch::X64)), kX64).loads);
    EXPECT_TRUE(ask(header_of(make_feature(Arch::Armv6m)), kArmv7emdp).loads);
    EXPECT_TRUE(ask(header_of(0), kPlain, false).loads);
    // Bytecode does not look at the sub-version.
    for (std::uint8_t sub = 0; sub < 4; ++sub) EXPECT_TRUE(ask(header_of(sub), kPlain, false).loads);
}

TEST(AskTarget, RefusesInTheLoadersWordsAndOrder) {
    EXPECT_EQ(ask(header_of(make_feature(Arch::X86)), kX64).error_text, "incompatible .mpy arch");
    EXPECT_EQ(ask(header_of(make_feature(Arch::X64)), kPlain).error_text, "native code in .mpy unsupported");
    EXPECT_EQ(ask(header_of(0, 31, 5), kX64, false).error_text, "incompatible .mpy file");
    EXPECT_EQ(ask(header_of(0, 64), kX64, false).error_text, "incompatible .mpy file");
    EXPECT_TRUE(ask(header_of(0, 63), kX64, false).loads);
    EXPECT_EQ(ask(header_of(0, 63), kArmv7emdp, false).error_text, "incompatible .mpy file");
    // Wrong sub-version and wrong architecture: the version wins. So do wrong small-int bits.
    EXPECT_EQ(ask(header_of(0x06), kX64).error_text, "incompatible .mpy file");
    EXPECT_EQ(ask(header_of(make_feature(Arch::X86), 64), kX64).error_text, "incompatible .mpy file");
    // Machine code in a file that names no architecture.
    EXPECT_EQ(ask(header_of(0), kPlain, true).error_text, "incompatible .mpy file");
}

TEST(AskTarget, SaysWhatToDo) {
    const TargetAnswer arch = ask(header_of(make_feature(Arch::Armv7m)), kX64);
    EXPECT_EQ(arch.why, "it runs code for x64, and the file has machine code for armv7m");
    EXPECT_EQ(arch.what_to_do, "compile the source with `-march=x64`, by mpy-cross of release 1.25.0");
    EXPECT_THAT(ask(header_of(0, 63), kArmv7emdp, false).what_to_do, HasSubstr("-msmall-int-bits=31"));
    EXPECT_THAT(ask(header_of(make_feature(Arch::X64)), kPlain).what_to_do,
                HasSubstr("compile it to bytecode"));
    EXPECT_THAT(ask_target(header_of(make_feature(Arch::X86)), std::nullopt, true, true, kX64).what_to_do,
                HasSubstr("ARCH=x64"));
    EXPECT_THAT(ask(header_of(0, 31, 5), kX64, false).why, HasSubstr("of releases 1.12 to 1.18"));
}

TEST(AskTarget, OlderReleasesTakeTheirOwnVersion) {
    const KnownTarget v122{"old", "1.22.2", Arch::X64, {}, 0, 0};
    EXPECT_EQ(ask(header_of(make_feature(Arch::X64)), v122).error_text, "incompatible .mpy file");
    EXPECT_TRUE(ask(header_of(0x0A), v122).loads) << "native code of 6.2";
    EXPECT_TRUE(ask(header_of(0), v122, false).loads) << "bytecode of any 6";
    const KnownTarget v112{"older", "1.12", Arch::X64, {}, 0, 0};
    EXPECT_FALSE(ask(header_of(0), v112, false).loads);
    const KnownTarget preview{"new", "1.29.0-preview", Arch::X64, {}, 0, 0};
    EXPECT_TRUE(ask(header_of(make_feature(Arch::X64)), preview).loads);
}

TEST(AskTarget, ArchFlagsAreForRv32Only) {
    const KnownTarget rv32{"rv32", "1.29.0", Arch::Rv32imc, {}, 1, 0};
    const std::uint8_t feature = make_feature(Arch::Rv32imc, true);
    EXPECT_TRUE(ask(header_of(feature), rv32, true, 1).loads);
    const TargetAnswer zcmp = ask(header_of(feature), rv32, true, 2);
    EXPECT_EQ(zcmp.error_text, "incompatible .mpy file");
    EXPECT_THAT(zcmp.why, HasSubstr("Zcmp"));
    const KnownTarget x64{"x64", "1.29.0", Arch::X64, {}, 0, 0};
    EXPECT_EQ(ask(header_of(0x40), x64, false, 1).error_text, "incompatible .mpy file");
    // 1.25 takes bit 6 for a part of the architecture's number.
    EXPECT_EQ(ask(header_of(0x43), kX64, false, 1).error_text, "incompatible .mpy arch");
}

TEST(AskTarget, AcceptsWhatTheTargetSaidItself) {
    const KnownTarget board{"board", "1.25.0", Arch::Armv7m, {Arch::Armv7m, Arch::Armv6m}, 0, 0};
    EXPECT_TRUE(ask(header_of(make_feature(Arch::Armv6m)), board).loads);
    EXPECT_FALSE(ask(header_of(make_feature(Arch::Armv7em)), board).loads);
}

TEST(Explain, TextFitsThePageAndIsSafe) {
    const KnownTarget evil{"a\x1B[2Jname", "1.25.0", Arch::X64, {}, 0, 0};
    const std::string text =
        render(explain_fixture("viper-1.29.0-armv7m.mpy", std::span(&evil, 1)), "x\n\x1B[1m.mpy");
    EXPECT_EQ(text.find('\x1B'), std::string::npos);
    std::size_t start = 0;
    while (start < text.size()) {
        const std::size_t end = text.find('\n', start);
        EXPECT_LE(end - start, 110U) << text.substr(start, end - start);
        start = end + 1;
    }
}

TEST(Explain, WrapsWords) {
    EXPECT_EQ(wrap("one two three", 7, 2), "one two\n  three");
    EXPECT_EQ(wrap("", 7, 2), "");
    EXPECT_EQ(wrap("toolongword x", 4, 1), "toolongword\n x");
}

}  // namespace
}  // namespace mpy
