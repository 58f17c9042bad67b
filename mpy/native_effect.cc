#include "mpy/native_effect.h"

#include "mpy/native_effect_text.h"

namespace mpy {
namespace {

constexpr std::uint32_t bits(std::initializer_list<unsigned> numbers) {
    std::uint32_t mask = 0;
    for (const unsigned number : numbers) mask |= 1U << number;
    return mask;
}

}  // namespace

const RegisterRoles& register_roles(InstructionSet set) {
    static const RegisterRoles none;
    static const RegisterRoles x86{4, kNoRegister, kNoRegister, 0, {}, {}, bits({0, 1, 2})};
    static const RegisterRoles x64{
        4, kNoRegister, kNoRegister, 0, {7, 6, 2, 1}, {}, bits({0, 1, 2, 6, 7, 8, 9, 10, 11})};
    static const RegisterRoles arm{13, kNoRegister, 14, 0, {0, 1, 2, 3}, {}, bits({0, 1, 2, 3, 12, 14})};
    static const RegisterRoles riscv{2,
                                     0,
                                     1,
                                     10,
                                     {10, 11, 12, 13},
                                     {},
                                     bits({1, 5, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17, 28, 29, 30, 31})};
    static const RegisterRoles xtensa{
        1, kNoRegister, 0, 2, {2, 3, 4, 5}, {}, bits({0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})};
    // A call turns the window by eight: what the caller calls a10 is the called function's a2.
    static const RegisterRoles windowed{
        1, kNoRegister, 0, 10, {10, 11, 12, 13}, {2, 3, 4, 5}, bits({8, 9, 10, 11, 12, 13, 14, 15})};
    switch (set) {
        case InstructionSet::X86:
            return x86;
        case InstructionSet::X64:
            return x64;
        case InstructionSet::Arm:
        case InstructionSet::Thumb:
            return arm;
        case InstructionSet::Rv32:
        case InstructionSet::Rv64:
            return riscv;
        case InstructionSet::Xtensa:
            return xtensa;
        case InstructionSet::XtensaWindowed:
            return windowed;
        case InstructionSet::None:
            return none;
    }
    return none;
}

NativeEffect effect_of(InstructionSet set, const NativeInstruction& instruction) {
    if (!instruction.decoded) return {};
    switch (set) {
        case InstructionSet::X86:
        case InstructionSet::X64:
            return effect_text::x86_effect(set, instruction);
        case InstructionSet::Arm:
        case InstructionSet::Thumb:
            return effect_text::arm_effect(set, instruction);
        case InstructionSet::Rv32:
        case InstructionSet::Rv64:
            return effect_text::riscv_effect(set, instruction);
        case InstructionSet::Xtensa:
        case InstructionSet::XtensaWindowed:
            return effect_text::xtensa_effect(instruction);
        case InstructionSet::None:
            return {};
    }
    return {};
}

}  // namespace mpy
