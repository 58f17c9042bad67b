// Loops over whole tables: what static_assert does not already prove.
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "mpy/facts/archs.h"
#include "mpy/facts/container.h"
#include "mpy/facts/native_functions.h"
#include "mpy/facts/opcodes.h"
#include "mpy/facts/operators.h"
#include "mpy/facts/rules.h"
#include "mpy/facts/static_qstrs.h"
#include "mpy/facts/versions.h"
#include "mpy/header.h"

namespace mpy {
namespace {

TEST(MpyFacts, ArchsAreFoundByNumberAndName) {
    for (const ArchInfo& row : kArchs) {
        EXPECT_EQ(find_arch(static_cast<std::uint32_t>(row.arch)), &row);
        EXPECT_EQ(find_arch(row.name), &row);
        EXPECT_EQ(row.word_octets == 4 || row.word_octets == 8,
                  row.arch != Arch::None && row.arch != Arch::Debug)
            << row.name;
        EXPECT_EQ(row.table_register.empty(), !row.emits_native) << row.name;
    }
    EXPECT_EQ(find_arch(14U), nullptr);
    EXPECT_EQ(find_arch("arm"), nullptr);
}

TEST(MpyFacts, HostsAcceptWhatTheTableOfTheFormatShows) {
    // Rows: host; columns: file 1..12. Source: the .mpy format text, section 9.1 (5 is no host, but follows
    // the same rule).
    const std::pair<Arch, std::string> rows[] = {
        {Arch::None, "------------"},    {Arch::X86, "y-----------"},       {Arch::X64, "-y----------"},
        {Arch::Armv6, "--y---------"},   {Arch::Armv6m, "---y--------"},    {Arch::Armv7m, "---yy-------"},
        {Arch::Armv7em, "---yyy------"}, {Arch::Armv7emsp, "---yyyy-----"}, {Arch::Armv7emdp, "---yyyyy----"},
        {Arch::Xtensa, "--------y---"},  {Arch::Xtensawin, "---------y--"}, {Arch::Rv32imc, "----------y-"},
        {Arch::Rv64imc, "-----------y"}, {Arch::Debug, "------------"},
    };
    for (const auto& [host, files] : rows) {
        EXPECT_TRUE(host_accepts(host, Arch::None));
        for (std::size_t i = 0; i < files.size(); ++i) {
            EXPECT_EQ(host_accepts(host, static_cast<Arch>(i + 1)), files[i] == 'y')
                << arch_info(host).name << " " << i + 1;
        }
    }
}

TEST(MpyFacts, FeatureOctetsAreThoseOfTheFormat) {
    // Source: the .mpy format text, section 3.2.
    EXPECT_EQ(make_feature(Arch::None), 0x00);
    EXPECT_EQ(make_feature(Arch::X86), 0x07);
    EXPECT_EQ(make_feature(Arch::X64), 0x0B);
    EXPECT_EQ(make_feature(Arch::Armv7emdp), 0x23);
    EXPECT_EQ(make_feature(Arch::Rv64imc), 0x33);
    EXPECT_EQ(make_feature(Arch::Rv32imc, true), 0x6F);
    for (const ArchInfo& row : kArchs) {
        const Header header{.version = 6, .feature = make_feature(row.arch), .small_int_bits = 31};
        EXPECT_EQ(header.arch(), &row);
        EXPECT_EQ(feature_field(FeatureFieldId::Arch, header.feature), static_cast<unsigned>(row.arch));
    }
    // Bit 7 counts as 32, so the number is nobody's.
    EXPECT_EQ((Header{.version = 6, .feature = 0x8B, .small_int_bits = 31}).arch_number(), 34);
}

TEST(MpyFacts, OperandFormsFollowTheHighNibble) {
    // Source: the bytecode text, section 3.
    for (int octet = 0; octet < 256; ++octet) {
        const OpcodeInfo& info = opcode_info(static_cast<std::uint8_t>(octet));
        if (!info.assigned()) {
            EXPECT_TRUE(info.name.empty());
            continue;
        }
        EXPECT_FALSE(info.name.empty());
        const bool extra = (octet & 0x9E) == 0;
        switch (octet >> 4) {
            case 1:
                EXPECT_EQ(info.form, OperandForm::Qstr) << info.name;
                break;
            case 2:
            case 3:
                EXPECT_EQ(info.form, octet == 0x22 ? OperandForm::Signed
                                     : extra       ? OperandForm::UnsignedOctet
                                                   : OperandForm::Unsigned)
                    << info.name;
                break;
            case 4:
                EXPECT_EQ(info.form, extra          ? OperandForm::JumpSignedOctet
                                     : octet < 0x45 ? OperandForm::JumpSigned
                                                    : OperandForm::JumpUnsigned)
                    << info.name;
                break;
            default:
                EXPECT_TRUE(info.form == OperandForm::None || info.form == OperandForm::InOpcode)
                    << info.name;
                break;
        }
        EXPECT_EQ(info.meaning == OperandMeaning::Target, octet >> 4 == 4) << info.name;
        EXPECT_EQ(info.form == OperandForm::InOpcode, octet >= 0x70) << info.name;
    }
}

TEST(MpyFacts, StackEffectsAreThoseOfTheText) {
    // pushes - pops for operand n and extra octet c. Source: the bytecode text, section 5, column d.
    const struct {
        Op op;
        std::uint64_t n, c;
        int delta;
    } rows[] = {
        {Op::LoadConstNone, 0, 0, 1},
        {Op::StoreAttr, 0, 0, -2},
        {Op::LoadMethod, 0, 0, 1},
        {Op::LoadSuperMethod, 0, 0, -1},
        {Op::StoreSubscr, 0, 0, -3},
        {Op::DupTopTwo, 0, 0, 2},
        {Op::BinaryOp, 27, 0, -1},
        {Op::SetupWith, 0, 0, 2},
        {Op::GetIterStack, 0, 0, 3},
        {Op::ForIter, 0, 0, 1},
        {Op::BuildTuple, 5, 0, -4},
        {Op::BuildSet, 0, 0, 1},
        {Op::BuildMap, 9, 0, 1},
        {Op::StoreMap, 0, 0, -2},
        {Op::BuildSlice, 3, 0, -2},
        {Op::StoreComp, 0x14, 0, -1},
        {Op::StoreComp, 0x19, 0, -2},
        {Op::StoreComp, 0x16, 0, -1},
        {Op::UnpackSequence, 4, 0, 3},
        {Op::UnpackEx, 0x0203, 0, 5},
        {Op::MakeFunctionDefargs, 1, 0, -1},
        {Op::MakeClosure, 0, 3, -2},
        {Op::MakeClosureDefargs, 0, 3, -4},
        {Op::CallFunction, 0x0203, 0, -7},
        {Op::CallFunctionVarKw, 1, 0, -2},
        {Op::CallMethod, 0x0102, 0, -5},
        {Op::CallMethodVarKw, 0, 0, -2},
        {Op::YieldFrom, 0, 0, -1},
        {Op::ImportName, 0, 0, -1},
        {Op::ImportFrom, 0, 0, 1},
        {Op::WithCleanup, 0, 0, -2},
        {Op::EndFinally, 0, 0, -1},
    };
    for (const auto& row : rows) {
        const StackEffect effect = stack_effect(row.op, row.n, row.c);
        EXPECT_EQ(static_cast<std::int64_t>(effect.pushes) - static_cast<std::int64_t>(effect.pops),
                  row.delta)
            << static_cast<int>(row.op);
    }
}

TEST(MpyFacts, OperatorsOfBytecodeFillTheirOpcodes) {
    for (const OperatorInfo& row : kUnaryOperators) {
        const bool is_opcode = row.number < 0xD4 - 0xD0;
        EXPECT_EQ(row.in_bytecode, is_opcode) << row.symbol;
    }
    for (const OperatorInfo& row : kBinaryOperators) {
        const int octet = 0xD7 + row.number;
        const bool is_opcode =
            octet < 256 && opcode_info(static_cast<std::uint8_t>(octet)).op == Op::BinaryOp;
        EXPECT_EQ(row.in_bytecode, is_opcode) << row.symbol;
    }
    EXPECT_EQ(binary_operator(27)->symbol, "+");
    EXPECT_EQ(binary_operator(14)->symbol, "+=");
    EXPECT_EQ(binary_operator(52), nullptr);
    EXPECT_EQ(unary_operator(12), nullptr);
}

TEST(MpyFacts, NativeFunctionTablesOfAllSubVersions) {
    EXPECT_EQ(native_function_count(3), 87U);
    EXPECT_EQ(native_function_count(2), 80U);
    for (const NativeFunctionInfo& row : kNativeFunctions) {
        EXPECT_EQ(native_function({row.slot}), &row);
        EXPECT_FALSE(row.signature.empty());
    }
    EXPECT_EQ(native_function({87}), nullptr);
    // What compilers emit calls of has never moved.
    for (std::uint32_t slot = 0; slot < kCompilerSlots; ++slot) {
        EXPECT_EQ(native_function({slot}, 0), native_function({slot}, 3));
    }
    EXPECT_EQ(native_function({64}, 3)->name, "load_method_maybe");
    EXPECT_EQ(native_function({64}, 2)->name, "get_buffer");
}

/// The program has a copy of the list, because it has to name them one by one.
TEST(MpyFacts, TheProgramAboutStaticNamesHasThemAll) {
    std::ifstream file(MPYCONFORM_SOURCE_DIR "/suites/format/static_names_each.py");
    const std::string program(std::istreambuf_iterator<char>(file), {});
    std::size_t names = 0;
    for (std::uint64_t number = 1; const auto text = static_qstr(number); ++number) {
        const bool is_name = !text->empty() && std::isalpha(static_cast<unsigned char>(text->front())) != 0 &&
                             std::all_of(text->begin(), text->end(),
                                         [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
        if (!is_name) continue;
        ++names;
        EXPECT_NE(program.find("\no." + std::string(*text) + " = "), std::string::npos) << *text;
    }
    EXPECT_GT(names, 100U);
}

TEST(MpyFacts, EveryRowHasWords) {
    for (const RuleInfo& row : kRules) EXPECT_FALSE(row.text.empty()) << row.name;
    for (const VersionInfo& row : kVersions) {
        EXPECT_FALSE(row.lacks.empty()) << row.name;
        EXPECT_EQ(find_version(row.version, row.sub_version), &row);
        EXPECT_EQ(row.readable, row.version == 6);
    }
    EXPECT_EQ(find_version(7), nullptr);
    std::set<std::string_view> names;
    for (const ObjectKindInfo& row : kObjectKinds) names.insert(row.name);
    EXPECT_EQ(names.size(), kObjectKinds.size());
    for (const RelocationInfo& row : kRelocations)
        EXPECT_EQ(name_of(static_cast<RelocationTarget>(row.d)), row.name);
}

}  // namespace
}  // namespace mpy
