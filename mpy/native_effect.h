// What one machine instruction does, reduced to the few things that following a function's pointers needs:
// moves, constants, loads, stores, calls, jumps. Everything else only forgets the registers it writes.
//
// The input is the text that decoders give, so one reading serves Capstone and objdump. Not here: keeping
// register contents over several instructions (native_trace.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "mpy/native_disassemble.h"

namespace mpy {

/// A machine register of an instruction set, by number: r0..r15 on Arm, a0..a15 on Xtensa, x0..x31 on
/// RISC-V, the encoding's numbers on x86 and x64.
using RegisterNumber = std::uint8_t;
inline constexpr RegisterNumber kNoRegister = 0xFF;
inline constexpr std::size_t kMaxRegisters = 32;
/// A number that no register of x86, x64, Arm or Xtensa has; it holds a value between the steps of one
/// instruction.
inline constexpr RegisterNumber kScratchRegister = 31;

/// The registers with a job in compiled code. Source: the native ABI text, section 4.2.
struct RegisterRoles {
    RegisterNumber stack = kNoRegister;
    RegisterNumber zero = kNoRegister;
    RegisterNumber link = kNoRegister;
    RegisterNumber result = kNoRegister;
    /// Arguments of table calls in order; none on x86, which pushes them.
    std::vector<RegisterNumber> arguments;
    /// The same registers as a function finds them in its own window; empty where no window turns.
    std::vector<RegisterNumber> own_arguments;
    /// Bit n: a call may change register n.
    std::uint32_t caller_saved = 0;
};
const RegisterRoles& register_roles(InstructionSet set);

struct Step {
    enum class Kind : std::uint8_t {
        /// `to` = something that nothing here knows.
        Forget,
        /// `to` = `from`
        Move,
        /// `to` = number
        Constant,
        /// `to` = the address `number` in this function: a step towards an address, not yet one that the code
        /// means. What it means comes out of AddConstant or Add.
        CodeAddress,
        /// `to` = `from` + number
        AddConstant,
        /// `to` = `from` + `second`
        Add,
        /// `to` = `from` << number
        ShiftLeft,
        /// `to` = -`from`
        Negate,
        /// `to` = low 16 bits of `from`, sign extended
        SignExtend16,
        /// `to` = machine word at `from` + number
        LoadWord,
        /// `to` = machine word at the address `number` in this function
        LoadLiteral,
        /// `to` = unsigned 16 bits at `from` + number
        LoadHalf,
        /// machine word at `from` + number = `second`
        StoreWord,
        /// stack pointer down one word, then the word there = `from`
        Push,
        /// `to` = word at the stack pointer, then up one word
        Pop,
    };
    Kind kind = Kind::Forget;
    RegisterNumber to = kNoRegister;
    RegisterNumber from = kNoRegister;
    RegisterNumber second = kNoRegister;
    std::int64_t number = 0;
};

enum class NativeFlow : std::uint8_t {
    /// The next instruction.
    Next,
    /// `target` and nowhere else.
    Jump,
    /// `target` or the next instruction.
    Branch,
    /// Calls `target`; comes back.
    Call,
    /// Calls what `through` holds; comes back.
    CallRegister,
    /// Calls the address that stands at `through` + `offset`; comes back.
    CallMemory,
    /// Goes to what `through` holds + `offset`.
    JumpRegister,
    /// Goes to the address that stands at `through` + `offset`.
    JumpMemory,
    /// Leaves the function.
    Return,
};

struct NativeEffect {
    NativeFlow flow = NativeFlow::Next;
    /// Address of a direct jump, branch or call.
    std::optional<std::uint64_t> target;
    RegisterNumber through = kNoRegister;
    std::int64_t offset = 0;
    /// In order. The flow comes after them.
    std::vector<Step> steps;
};

/// The effect of an instruction that `set` has. What is not understood forgets its first register operand,
/// and for instructions known to write several, all of them.
NativeEffect effect_of(InstructionSet set, const NativeInstruction& instruction);

}  // namespace mpy
