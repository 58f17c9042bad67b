#include "mpy/instruction.h"

#include <limits>

#include "mpy/vuint.h"

namespace mpy {

namespace {

constexpr std::int64_t kMaxOperand = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kMinOperand = std::numeric_limits<std::int64_t>::min();

}  // namespace

std::optional<Instruction> InstructionDecoder::fail(DecodeError error, std::size_t at) {
    error_ = error;
    error_offset_ = static_cast<std::uint32_t>(at);
    return std::nullopt;
}

std::optional<Instruction> InstructionDecoder::next() {
    if (error_ != DecodeError::None || offset_ >= code_.size()) return std::nullopt;
    Instruction instruction;
    instruction.offset = offset_;
    instruction.opcode = static_cast<std::uint8_t>(code_[offset_]);
    const OpcodeInfo& info = opcode_info(instruction.opcode);
    if (!info.assigned()) return fail(DecodeError::Unassigned, offset_);

    std::size_t at = std::size_t{offset_} + 1;
    const auto octet = [&](std::size_t i) { return static_cast<std::uint8_t>(code_[i]); };
    bool extra = false;
    switch (info.form) {
        case OperandForm::None:
            break;
        case OperandForm::InOpcode:
            instruction.operand = std::int64_t{instruction.opcode} - info.bias;
            break;
        case OperandForm::Qstr:
        case OperandForm::Unsigned:
        case OperandForm::UnsignedOctet: {
            const Vuint number = decode_vuint(code_.subspan(at));
            if (number.error == VuintError::Truncated) return fail(DecodeError::Truncated, code_.size());
            if (!number.ok() || number.value > static_cast<std::uint64_t>(kMaxOperand)) {
                return fail(DecodeError::OperandTooLarge, at);
            }
            instruction.operand = static_cast<std::int64_t>(number.value);
            at += number.octets;
            extra = info.form == OperandForm::UnsignedOctet;
            break;
        }
        case OperandForm::Signed: {
            if (at >= code_.size()) return fail(DecodeError::Truncated, at);
            // Two's complement groups of 7 bits: bit 6 of the first octet is the sign.
            std::int64_t value = (octet(at) & 0x40) != 0 ? -1 : 0;
            const std::size_t start = at;
            for (;;) {
                if (at >= code_.size()) return fail(DecodeError::Truncated, at);
                if (at - start == kMaxVuintOctets || value > kMaxOperand >> 7 || value < kMinOperand >> 7) {
                    return fail(DecodeError::OperandTooLarge, start);
                }
                value = value * 128 + (octet(at) & 0x7F);
                if ((octet(at++) & 0x80) == 0) break;
            }
            instruction.operand = value;
            break;
        }
        case OperandForm::JumpSigned:
        case OperandForm::JumpUnsigned:
        case OperandForm::JumpSignedOctet: {
            if (at >= code_.size()) return fail(DecodeError::Truncated, at);
            // One octet, or two with the low seven bits first: unlike a vuint, and the second uses all its
            // bits.
            std::int64_t offset = octet(at) & 0x7F;
            std::int64_t bias = 0x40;
            if ((octet(at++) & 0x80) != 0) {
                if (at >= code_.size()) return fail(DecodeError::Truncated, at);
                offset |= std::int64_t{octet(at++)} << 7;
                bias = 0x4000;
            }
            if (info.form != OperandForm::JumpUnsigned) offset -= bias;
            instruction.operand = static_cast<std::int64_t>(at) + offset;
            extra = info.form == OperandForm::JumpSignedOctet;
            break;
        }
    }
    if (extra) {
        if (at >= code_.size()) return fail(DecodeError::Truncated, at);
        instruction.extra = octet(at++);
    }
    instruction.size = static_cast<std::uint8_t>(at - offset_);
    offset_ = static_cast<std::uint32_t>(at);
    return instruction;
}

}  // namespace mpy
