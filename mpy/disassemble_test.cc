#include "mpy/disassemble.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "mpy/capstone_disassembler.h"
#include "mpy/facts/native_functions.h"
#include "mpy/testing/file_builder.h"
#include "mpy/testing/fixtures.h"

namespace mpy {
namespace {

using ::testing::Contains;
using testing::FileSpec;
using testing::Fixture;
using ::testing::HasSubstr;
using testing::Octets;

/// Everything that a listing is held against, whatever made the file.
void expect_whole(const Module& module, const Listing& listing) {
    const RawCode& code = module.raw_code(listing.raw_code);
    std::uint64_t at = 0;
    for (const ListingLine& line : listing.lines) {
        if (line.kind == ListingLine::Kind::Label) continue;
        ASSERT_EQ(line.offset, at) << module.path(code);
        ASSERT_GT(line.size, 0U);
        at += line.size;
    }
    if (listing.not_shown.empty()) {
        ASSERT_EQ(at, code.fun_data.size()) << module.path(code);
    }
    const std::string text = render(module, listing);
    for (const char c : text)
        ASSERT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20) << "a control character";
}

bool is_capstones(const Module& module) {
    const ArchInfo* arch = module.header.arch();
    return arch != nullptr && CapstoneDisassembler().decodes(instruction_set(arch->arch));
}

class DisassembledFixture : public ::testing::TestWithParam<std::string> {};

TEST_P(DisassembledFixture, IsCoveredExactlyAndEveryTableCallIsNamed) {
    const Fixture fixture(GetParam());
    CapstoneDisassembler capstone;
    const auto listings = disassemble(fixture.module, fixture.all(), &capstone);
    ASSERT_TRUE(listings);
    for (const Listing& listing : *listings) {
        const RawCode& code = fixture.module.raw_code(listing.raw_code);
        expect_whole(fixture.module, listing);
        if (!code.is_bytecode() && !is_capstones(fixture.module)) {
            EXPECT_FALSE(listing.not_shown.empty());
            continue;
        }
        ASSERT_EQ(listing.not_shown, "");
        std::size_t instructions = 0;
        for (const ListingLine& line : listing.lines) {
            instructions += line.kind == ListingLine::Kind::Instruction ? 1 : 0;
            EXPECT_EQ(line.warning, "") << render_line(fixture.module, code, line);
            EXPECT_NE(line.kind, ListingLine::Kind::Bad) << render_line(fixture.module, code, line);
            if (code.kind == RawCodeKind::Asm || !line.indirect_call) continue;
            ASSERT_TRUE(line.calls) << render_line(fixture.module, code, line);
            EXPECT_LT(line.calls->value, kCompilerSlots);
        }
        EXPECT_GT(instructions, 0U);
    }
}

std::vector<std::string> readable_fixtures() {
    std::vector<std::string> names = testing::fixture_names();
    std::erase_if(names, [](const std::string& name) { return name.starts_with("old-"); });
    return names;
}

INSTANTIATE_TEST_SUITE_P(All, DisassembledFixture, ::testing::ValuesIn(readable_fixtures()),
                         [](const auto& tested) {
                             std::string name;
                             for (const char c : tested.param)
                                 name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
                             return name;
                         });

class RecordedListing : public ::testing::TestWithParam<std::string> {};

TEST_P(RecordedListing, IsStable) {
    const Fixture fixture(GetParam() + ".mpy");
    CapstoneDisassembler capstone;
    const auto listings = disassemble(fixture.module, fixture.all(), &capstone);
    ASSERT_TRUE(listings);
    // The first functions of a file are enough of machine code, which is long.
    constexpr std::size_t kShown = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(listings->size(), kShown); ++i) {
        const Listing& listing = (*listings)[i];
        text += fixture.module.path(fixture.module.raw_code(listing.raw_code)) + "\n" +
                render(fixture.module, listing);
    }
    testing::expect_recorded(GetParam() + ".txt", text);
}

INSTANTIATE_TEST_SUITE_P(All, RecordedListing,
                         ::testing::Values("exceptions-1.29.0-bytecode", "generators-1.29.0-native-x64",
                                           "generators-1.29.0-native-armv7m", "viper-1.29.0-x86",
                                           "viper-1.29.0-armv6", "viper-1.29.0-armv6m",
                                           "asm-thumb-1.29.0-armv7m"),
                         [](const auto& tested) {
                             std::string name;
                             for (const char c : tested.param)
                                 name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
                             return name;
                         });

/// Notes of all lines of a fixture.
std::vector<std::string> notes_of(const std::string& name) {
    const Fixture fixture(name);
    CapstoneDisassembler capstone;
    std::vector<std::string> notes;
    const auto listings = disassemble(fixture.module, fixture.all(), &capstone);
    for (const Listing& listing : *listings) {
        for (const ListingLine& line : listing.lines) notes.push_back(line.note);
    }
    return notes;
}

TEST(NativeListing, SaysWhatIsLoadedAndCalled) {
    for (const char* arch : {"x86", "x64", "armv6", "armv6m", "armv7m", "armv7emdp"}) {
        const std::vector<std::string> notes = notes_of(std::string("viper-1.29.0-") + arch + ".mpy");
        EXPECT_THAT(notes, Contains("load_global('len')")) << arch;
        EXPECT_THAT(notes, Contains("arg_check_num_sig(?, ?, exactly 3)")) << arch;
        EXPECT_THAT(notes, Contains("native_from_obj(argument 0, ptr8)")) << arch;
        EXPECT_THAT(notes, Contains("native_to_obj(?, uint)")) << arch;
        EXPECT_THAT(notes, Contains("function table")) << arch;
        EXPECT_THAT(notes, Contains("qstr 'ZeroDivisionError'")) << arch;
        EXPECT_THAT(notes, Contains("binary_op(//, ?, ?)")) << arch;
        EXPECT_THAT(notes, Contains("binary_op(-, ?, 2)")) << arch;
        EXPECT_THAT(notes, Contains("nlr_push(&nlr buffer)")) << arch;
        EXPECT_THAT(notes, Contains("make_function(child 0 'inner', module, NULL)")) << arch;
        EXPECT_THAT(notes, Contains("setup_code_state(&code state, n_args, n_kw, args)")) << arch;
    }
}

TEST(NativeListing, LinkedModulesShowRelocationsInPlace) {
    FileSpec spec;
    spec.feature = make_feature(Arch::X64);
    spec.module.kind = RawCodeKind::Viper;
    spec.module.scope_flags = 0x10;
    // mov rax, [rip + 1]; ret; the word of the function table
    spec.module.fun_data = Octets{0x48, 0x8B, 0x05, 0x01, 0, 0, 0, 0xC3, 0, 0, 0, 0, 0, 0, 0, 0};
    spec.module.relocations = Octets{0x11, 0x02, 0xFF};  // text word 1 += function table
    const Octets file = spec.encode();
    Module module;
    ASSERT_TRUE(read_module(file.span(), module));
    CapstoneDisassembler capstone;
    const RawCodeIndex root = module.root().index;
    const auto listings = disassemble(module, std::span(&root, 1), &capstone);
    ASSERT_TRUE(listings);
    const auto& lines = listings->front().lines;
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(lines[0].note, "function table");
    EXPECT_EQ(lines[2].mnemonic, ".word");
    EXPECT_THAT(lines[2].note, HasSubstr("+= function table"));
}

TEST(NativeListing, LinkedModulesEndTheirCodeWhereControlFlowEnds) {
    FileSpec spec;
    spec.feature = make_feature(Arch::X64);
    spec.module.kind = RawCodeKind::Viper;
    spec.module.scope_flags = 0x10;
    spec.module.fun_data = Octets{0xEB, 0x01,                            // 0 jmp 3
                                  0xC3,                                  // 2 ret
                                  0x31, 0xC0, 0xC3,                      // 3 xor eax, eax; ret
                                  0xC3,                                  // 6 ret: exported below
                                  0x90,                                  // 7 data from here on
                                  'h',  'e',  'l',  'l', 'o', 0, 0, 0,   // 8
                                  0,    0,    0,    0,   0,   0, 0, 0,   // 16 type of a function
                                  6,    0,    0,    0,   0,   0, 0, 0};  // 24 its address
    spec.module.relocations = Octets{0xAF, 0x04, 0x01, 0x06, 0xFF};      // word 2 += slot 78, word 3 += text
    const Octets file = spec.encode();
    Module module;
    ASSERT_TRUE(read_module(file.span(), module));
    CapstoneDisassembler capstone;
    const RawCodeIndex root = module.root().index;
    const auto listings = disassemble(module, std::span(&root, 1), &capstone);
    ASSERT_TRUE(listings);
    expect_whole(module, listings->front());
    const std::string text = render(module, listings->front());
    EXPECT_THAT(text, HasSubstr("0006  C3"));
    EXPECT_THAT(text, HasSubstr("b'\\x90hello\\x00\\x00'"));
    EXPECT_THAT(text, HasSubstr("+= contents of table slot 78 type_fun_builtin_1"));
    EXPECT_THAT(text, HasSubstr("+= text"));
}

TEST(NativeListing, RefusesByNameWhatItCannotShow) {
    const Fixture windowed("functions-1.29.0-native-xtensawin.mpy");
    CapstoneDisassembler capstone;
    const RawCodeIndex root = windowed.module.root().index;
    const auto listings = disassemble(windowed.module, std::span(&root, 1), &capstone);
    ASSERT_TRUE(listings);
    EXPECT_THAT(listings->front().not_shown, HasSubstr("xtensawin"));
    EXPECT_TRUE(listings->front().lines.empty());

    const Fixture riscv("functions-1.29.0-native-rv32imc.mpy");
    const auto without = disassemble(riscv.module, std::span(&root, 1), &capstone);
    ASSERT_TRUE(without);
    EXPECT_THAT(without->front().not_shown, HasSubstr("RISC-V"));
    const auto none = disassemble(riscv.module, std::span(&root, 1), nullptr);
    ASSERT_TRUE(none);
    EXPECT_FALSE(none->front().not_shown.empty());
}

TEST(BytecodeListing, ShowsOperandsByNameAndValue) {
    const Fixture fixture("exceptions-1.29.0-bytecode.mpy");
    std::vector<std::string> texts;
    for (const RawCode& code : fixture.module.raw_codes) {
        const Listing listing = disassemble_bytecode(fixture.module, code);
        for (const ListingLine& line : listing.lines)
            texts.push_back(render_line(fixture.module, code, line));
    }
    EXPECT_THAT(texts, Contains(HasSubstr("SETUP_FINALLY L")));
    EXPECT_THAT(texts, Contains(HasSubstr("handler of ")));
    EXPECT_THAT(texts, Contains(HasSubstr("exception match")));
    EXPECT_THAT(texts, Contains(HasSubstr("positional")));
}

TEST(BytecodeListing, DepthsFollowTheControlFlow) {
    FileSpec spec;
    // FOR_ITER leaves with four slots less, the loop body has one more.
    spec.module.fun_data = Octets{0x38, 0x02, 0x01,  // n_state 8, name only
                                  0x51,              // 0 LOAD_CONST_NONE
                                  0x5F,              // 1 GET_ITER_STACK
                                  0x4B, 0x03,        // 2 FOR_ITER 7
                                  0x59,              // 4 POP_TOP
                                  0x42, 0x3B,        // 5 JUMP 2
                                  0x51, 0x63};       // 7 LOAD_CONST_NONE, RETURN_VALUE
    const Octets file = spec.encode();
    Module module;
    ASSERT_TRUE(read_module(file.span(), module));
    const Listing listing = disassemble_bytecode(module, module.root());
    std::vector<std::optional<std::uint32_t>> depths;
    for (const ListingLine& line : listing.lines) {
        if (line.kind == ListingLine::Kind::Instruction) depths.push_back(line.depth);
    }
    EXPECT_THAT(depths, ::testing::ElementsAre(0, 1, 4, 5, 4, 0, 1));
}

TEST(BytecodeListing, MarksWhatDoesNotExist) {
    FileSpec spec;
    spec.module.fun_data =
        Octets{0x00, 0x02, 0x01, 0x11, 0x63, 0x23, 0x09, 0x32, 0x05, 0x24, 0x07, 0x42, 0x7F, 0x63};
    const Octets file = spec.encode();
    Module module;
    ASSERT_TRUE(read_module(file.span(), module));
    std::vector<std::string> warnings;
    for (const ListingLine& line : disassemble_bytecode(module, module.root()).lines) {
        if (!line.warning.empty()) warnings.push_back(line.warning);
    }
    EXPECT_THAT(warnings, ::testing::ElementsAre("no such qstr", "no such object", "no such child",
                                                 "no such local variable", "the target is no instruction"));
}

TEST(BytecodeListing, EndsWithTheOctetsThatDoNotDecode) {
    FileSpec spec;
    spec.module.fun_data = Octets{0x00, 0x02, 0x01, 0x51, 0xFF, 0x51};
    const Octets file = spec.encode();
    Module module;
    ASSERT_TRUE(read_module(file.span(), module));
    const Listing listing = disassemble_bytecode(module, module.root());
    ASSERT_FALSE(listing.lines.empty());
    EXPECT_EQ(listing.lines.back().kind, ListingLine::Kind::Bad);
    EXPECT_EQ(listing.lines.back().warning, "opcode FF is not assigned");
    expect_whole(module, listing);
}

TEST(Disassemble, NeverStumblesOverDamagedFiles) {
    CapstoneDisassembler capstone;
    for (const char* name :
         {"functions-1.29.0-bytecode.mpy", "viper-1.29.0-armv7m.mpy", "generators-1.29.0-native-x86.mpy",
          "viper-1.29.0-armv6.mpy", "asm-thumb-1.29.0-armv7m.mpy"}) {
        const std::string original = testing::fixture_octets(name);
        for (std::size_t at = 0; at < original.size(); at += 23) {
            std::string octets = original;
            octets[at] = static_cast<char>(octets[at] ^ (0x01 << (at % 8)));
            Module module;
            if (!read_module(as_octets(octets), module)) continue;
            std::vector<RawCodeIndex> all;
            for (const RawCode& code : module.raw_codes) all.push_back(code.index);
            const auto listings = disassemble(module, all, &capstone);
            ASSERT_TRUE(listings);
            for (const Listing& listing : *listings) expect_whole(module, listing);
            if (::testing::Test::HasFatalFailure()) return;
        }
    }
}

}  // namespace
}  // namespace mpy
