#include "mpy/instruction.h"

#include <gtest/gtest.h>

#include "mpy/line_table.h"
#include "mpy/testing/file_builder.h"

namespace mpy {
namespace {

using testing::Octets;

Instruction decode(const Octets& octets) {
    InstructionDecoder decoder(octets.span());
    const std::optional<Instruction> instruction = decoder.next();
    EXPECT_TRUE(instruction) << static_cast<int>(decoder.error());
    return instruction.value_or(Instruction{});
}

TEST(MpyInstruction, DecodesEveryAssignedOpcodeAndNoOther) {
    for (int octet = 0; octet < 256; ++octet) {
        // Three octets behind it are enough for every form: 00 ends a vuint, a short jump offset, an extra
        // octet.
        const Octets code{octet, 0x00, 0x00, 0x00};
        InstructionDecoder decoder(code.span());
        const std::optional<Instruction> instruction = decoder.next();
        const OpcodeInfo& info = opcode_info(static_cast<std::uint8_t>(octet));
        ASSERT_EQ(instruction.has_value(), info.assigned()) << octet;
        if (!instruction) {
            EXPECT_EQ(decoder.error(), DecodeError::Unassigned);
            continue;
        }
        switch (info.form) {
            case OperandForm::None:
            case OperandForm::InOpcode:
                EXPECT_EQ(instruction->size, 1);
                break;
            case OperandForm::UnsignedOctet:
            case OperandForm::JumpSignedOctet:
                EXPECT_EQ(instruction->size, 3);
                break;
            default:
                EXPECT_EQ(instruction->size, 2);
                break;
        }
        if (info.form == OperandForm::InOpcode) {
            EXPECT_EQ(instruction->operand, octet - info.bias);
        }
        // Cut anywhere, it is not decoded.
        for (std::size_t size = 1; size < instruction->size; ++size) {
            InstructionDecoder cut(code.span().first(size));
            EXPECT_FALSE(cut.next());
            EXPECT_EQ(cut.error(), DecodeError::Truncated);
        }
    }
}

TEST(MpyInstruction, SignedOperands) {
    // Source: the bytecode text, section 3.
    EXPECT_EQ(decode({0x22, 0x6F}).operand, -17);
    EXPECT_EQ(decode({0x22, 0x80, 0x40}).operand, 64);
    EXPECT_EQ(decode({0x22, 0xFF, 0x3F}).operand, -65);
    EXPECT_EQ(decode({0x22, 0xBD, 0x84, 0x40}).operand, 1000000);
    EXPECT_EQ(decode({0x70}).operand, -16);
    EXPECT_EQ(decode({0xAF}).operand, 47);
}

TEST(MpyInstruction, JumpOffsets) {
    // Targets count from the octet behind the offset. Source: the bytecode text, section 3.
    EXPECT_EQ(decode({0x42, 0x40}).operand, 2 + 0);
    EXPECT_EQ(decode({0x42, 0x00}).operand, 2 - 64);
    EXPECT_EQ(decode({0x42, 0x7F}).operand, 2 + 63);
    EXPECT_EQ(decode({0x42, 0x80, 0x80}).operand, 3 + 0);
    EXPECT_EQ(decode({0x42, 0x80, 0x00}).operand, 3 - 16384);
    EXPECT_EQ(decode({0x42, 0xFF, 0xFF}).operand, 3 + 16383);
    EXPECT_EQ(decode({0x4B, 0x14}).operand, 2 + 20);
    EXPECT_EQ(decode({0x4B, 0xFF, 0xFF}).operand, 3 + 32767);
    // The base of UNWIND_JUMP is in front of its extra octet.
    const Instruction unwind = decode({0x40, 0x4C, 0x81});
    EXPECT_EQ(unwind.operand, 2 + 12);
    EXPECT_EQ(unwind.extra, 0x81);
    EXPECT_EQ(unwind.size, 3);
}

TEST(MpyInstruction, RefusesOperandsThatFitNoNumber) {
    const Octets eleven{0x2A, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01};
    InstructionDecoder too_long(eleven.span());
    EXPECT_FALSE(too_long.next());
    EXPECT_EQ(too_long.error(), DecodeError::OperandTooLarge);

    const Octets two_to_63{0x2A, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00};
    InstructionDecoder too_large(two_to_63.span());
    EXPECT_FALSE(too_large.next());
    EXPECT_EQ(too_large.error(), DecodeError::OperandTooLarge);

    const Octets wide{0x22, 0xBF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F};
    InstructionDecoder too_wide(wide.span());
    EXPECT_FALSE(too_wide.next());
    EXPECT_EQ(too_wide.error(), DecodeError::OperandTooLarge);

    const Octets least{0x22, 0x80 | 0x7F, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00};
    EXPECT_EQ(decode(least).operand, std::numeric_limits<std::int64_t>::min());
}

TEST(MpyInstruction, WalksASequence) {
    const Octets code{0xB0, 0x5F, 0x4B, 0x14, 0xC1, 0x63};
    InstructionDecoder decoder(code.span());
    std::vector<std::uint32_t> offsets;
    while (const auto instruction = decoder.next()) offsets.push_back(instruction->offset);
    EXPECT_EQ(decoder.error(), DecodeError::None);
    EXPECT_EQ(offsets, (std::vector<std::uint32_t>{0, 1, 2, 4, 5}));
}

TEST(MpyLineTable, GivesTheLinesOfAWorkedFunction) {
    // Source: the bytecode text, sections 14 and 17.2: 5 octets +1 line, 2 +1, 3 +1, 3 +1, 2 +2 behind a
    // first +1.
    const Octets table{0x20, 0x25, 0x22, 0x23, 0x23, 0x42};
    EXPECT_EQ(line_of(table.span(), 0), 2U);
    EXPECT_EQ(line_of(table.span(), 4), 2U);
    EXPECT_EQ(line_of(table.span(), 5), 3U);
    EXPECT_EQ(line_of(table.span(), 7), 4U);
    EXPECT_EQ(line_of(table.span(), 15), 8U);
    EXPECT_EQ(line_of(table.span(), 1000), 8U);
    EXPECT_EQ(line_of({}, 7), 1U);
}

TEST(MpyLineTable, ReadsLongEntriesAndTellsWhenOneIsCut) {
    const Octets table{0xFF, 0xFF, 0x80};
    LineTable lines(table.span());
    EXPECT_EQ(lines.next(), (LineEntry{15, 2047}));
    EXPECT_FALSE(lines.truncated());
    EXPECT_FALSE(lines.next());
    EXPECT_TRUE(lines.truncated());
}

}  // namespace
}  // namespace mpy
