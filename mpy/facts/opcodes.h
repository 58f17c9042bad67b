// The opcodes as types: what an octet means, how its operand is encoded, what it does to the value stack.
// Not here: decoding of instructions (instruction.h) and what the instructions compute.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mpy {

/// One instruction of the machine; a row of opcodes.def, whatever number of octets it covers.
enum class Op : std::uint8_t {
    Unassigned,
#define MPY_OPCODE(first, last, Id, ...) Id,
#include "mpy/facts/opcodes.def"
};

/// How the operand is encoded. Bytecode text, section 3.
enum class OperandForm : std::uint8_t {
    None,
    Qstr,
    Unsigned,
    Signed,
    UnsignedOctet,
    JumpSigned,
    JumpUnsigned,
    JumpSignedOctet,
    InOpcode
};

/// What the operand counts.
enum class OperandMeaning : std::uint8_t {
    Nothing,
    Qstr,
    Object,
    Child,
    Local,
    SmallInt,
    Count,
    Call,
    Unpack,
    Comp,
    Target,
    UnaryOp,
    BinaryOp
};

/// Where control goes next.
enum class Flow : std::uint8_t { Next, Jump, Branch, Setup, PopJump, Unwind, EndFinally, WithCleanup, Leave };

/// Everything that one opcode octet says. `name` is empty for octets that are not assigned.
struct OpcodeInfo {
    std::string_view name;
    Op op = Op::Unassigned;
    OperandForm form = OperandForm::None;
    OperandMeaning meaning = OperandMeaning::Nothing;
    Flow flow = Flow::Next;
    std::uint8_t bias = 0;
    std::int8_t target_delta = 0;

    constexpr bool assigned() const { return op != Op::Unassigned; }
    /// The operand is a local that holds a cell.
    constexpr bool derefs() const {
        return op == Op::LoadDeref || op == Op::StoreDeref || op == Op::DeleteDeref;
    }
};

namespace detail {
struct OpcodeRow {
    int first;
    int last;
    OpcodeInfo info;
};
inline constexpr std::array kOpcodeRows = {
#define MPY_OPCODE(first, last, Id, name, form, meaning, bias, flow, pops, pushes, target_delta)     \
    OpcodeRow{first, last,                                                                           \
              OpcodeInfo{name, Op::Id, OperandForm::form, OperandMeaning::meaning, Flow::flow, bias, \
                         target_delta}},
#include "mpy/facts/opcodes.def"
};

constexpr int opcode_rows_covering(int octet) {
    int count = 0;
    for (const OpcodeRow& row : kOpcodeRows) count += row.first <= octet && octet <= row.last ? 1 : 0;
    return count;
}
constexpr bool opcode_rows_are_disjoint() {
    for (int octet = 0; octet < 256; ++octet) {
        if (opcode_rows_covering(octet) > 1) return false;
    }
    return true;
}
constexpr int assigned_opcodes() {
    int count = 0;
    for (int octet = 0; octet < 256; ++octet) count += opcode_rows_covering(octet);
    return count;
}
constexpr std::array<OpcodeInfo, 256> expand_opcodes() {
    std::array<OpcodeInfo, 256> table{};
    for (const OpcodeRow& row : kOpcodeRows) {
        for (int octet = row.first; octet <= row.last; ++octet)
            table[static_cast<std::size_t>(octet)] = row.info;
    }
    return table;
}
}  // namespace detail

static_assert(detail::opcode_rows_are_disjoint(), "every opcode octet has at most one row");
static_assert(detail::assigned_opcodes() == 207,
              "as many assigned octets as the opcode map of the bytecode text shows");

/// The table by opcode octet.
inline constexpr std::array<OpcodeInfo, 256> kOpcodes = detail::expand_opcodes();

constexpr const OpcodeInfo& opcode_info(std::uint8_t octet) {
    return kOpcodes[octet];
}

/// Slots of the value stack that an instruction takes and gives when control goes on to the next instruction.
struct StackEffect {
    std::uint64_t pops = 0;
    std::uint64_t pushes = 0;
};

/// The effect of `op` with operand `n` and extra octet `c`. Operands are taken as they are: a huge `n` gives
/// a huge effect, never an overflow (a vuint has at most 63 bits here; see instruction.h).
constexpr StackEffect stack_effect(Op op, std::uint64_t n, std::uint64_t c) {
    static_cast<void>(n);
    static_cast<void>(c);
    switch (op) {
        case Op::Unassigned:
            return {};
#define MPY_OPCODE(first, last, Id, name, form, meaning, bias, flow, pops, pushes, target_delta) \
    case Op::Id:                                                                                 \
        return {static_cast<std::uint64_t>(pops), static_cast<std::uint64_t>(pushes)};
#include "mpy/facts/opcodes.def"
    }
    return {};
}

}  // namespace mpy
