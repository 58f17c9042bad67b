// Instructions of bytecode, decoded one at a time. Not here: whether they make sense together (check_code.h),
// how they are printed (disassemble.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "mpy/facts/opcodes.h"

namespace mpy {

/// One decoded instruction. Offsets count from the first instruction of the function.
struct Instruction {
    std::uint32_t offset = 0;
    /// Octets that it takes, operand included.
    std::uint8_t size = 1;
    std::uint8_t opcode = 0;
    /// The octet behind the operand of the UnsignedOctet and JumpSignedOctet forms, else 0.
    std::uint8_t extra = 0;
    /// Value of the operand by its form: the number of a vuint, a small int, or for jumps the *target* as an
    /// offset from the first instruction. A target may lie outside the code; nothing has checked it yet.
    std::int64_t operand = 0;

    const OpcodeInfo& info() const { return opcode_info(opcode); }
    Op op() const { return info().op; }
    std::uint32_t next_offset() const { return offset + size; }
    /// For the vuint forms and InOpcode rows other than small ints: the operand as a count or index.
    std::uint64_t count() const { return static_cast<std::uint64_t>(operand); }
    bool has_target() const { return info().meaning == OperandMeaning::Target; }
};

/// Why an instruction could not be decoded.
enum class DecodeError : std::uint8_t {
    None,
    /// The opcode octet is not assigned.
    Unassigned,
    /// The code ends inside the operand.
    Truncated,
    /// A vuint of more than 10 octets, or of 2^63 or more: no index or count can be that large.
    OperandTooLarge,
};

/// Decodes instructions in sequence. Copies nothing; `code` has to outlive it. Code of 2^32 octets or more is
/// not decoded (no file holds it: lengths fit 32 bits).
class InstructionDecoder {
  public:
    explicit InstructionDecoder(std::span<const std::byte> code, std::uint32_t offset = 0)
        : code_(code), offset_(offset) {}

    /// The next instruction, or nothing at the end of the code and on an error, which `error()` tells apart.
    /// After an error the decoder stays where the bad instruction starts.
    std::optional<Instruction> next();

    DecodeError error() const { return error_; }
    /// Where the next instruction starts.
    std::uint32_t offset() const { return offset_; }
    /// Octet of the code at which decoding failed.
    std::uint32_t error_offset() const { return error_offset_; }

  private:
    std::optional<Instruction> fail(DecodeError error, std::size_t at);

    std::span<const std::byte> code_;
    std::uint32_t offset_;
    std::uint32_t error_offset_ = 0;
    DecodeError error_ = DecodeError::None;
};

}  // namespace mpy
