// Xtensa, both calling conventions, as objdump writes it: `l32i a0, a15, 180`, `movi.n a2, 14`.
#include "mpy/native_effect_text.h"

namespace mpy::effect_text {
namespace {

using Kind = Step::Kind;

constexpr RegisterNumber kReturn = 0;

RegisterNumber register_in(std::string_view text) {
    if (text.size() < 2 || text.front() != 'a') return kNoRegister;
    const auto number = number_in(text.substr(1));
    return number && *number >= 0 && *number <= 15 ? static_cast<RegisterNumber>(*number) : kNoRegister;
}

/// objdump prints the offsets of some instructions as unsigned 32-bit numbers.
std::int64_t as_signed(std::int64_t value) {
    return static_cast<std::int32_t>(static_cast<std::uint32_t>(value));
}

bool control_flow(std::string_view mnemonic, const NativeInstruction& instruction,
                  const std::vector<std::string_view>& operands, NativeEffect& effect) {
    if (is_one_of(mnemonic, {"ret", "retw"})) {
        effect.flow = NativeFlow::Return;
        return true;
    }
    if (operands.empty()) return false;
    const auto target = number_in(operands.back());
    const bool calls_register = is_one_of(mnemonic, {"callx0", "callx4", "callx8", "callx12"});
    if (calls_register || mnemonic == "jx") {
        effect.through = register_in(operands[0]);
        effect.flow = calls_register              ? NativeFlow::CallRegister
                      : effect.through == kReturn ? NativeFlow::Return
                                                  : NativeFlow::JumpRegister;
        return true;
    }
    if (!target) return false;
    if (mnemonic == "call0") {
        const std::uint64_t next = instruction.address + instruction.size;
        const auto to = static_cast<std::uint64_t>(*target);
        if (to >= next && to - next < 4) {
            // A call over the padding: leaves the address of the next instruction in a0.
            effect.steps.push_back(
                step(Kind::CodeAddress, kReturn, kNoRegister, static_cast<std::int64_t>(next)));
            return true;
        }
        effect.target = to;
        effect.flow = NativeFlow::Call;
        return true;
    }
    if (is_one_of(mnemonic, {"call4", "call8", "call12"})) {
        effect.target = static_cast<std::uint64_t>(*target);
        effect.flow = NativeFlow::Call;
        return true;
    }
    if (mnemonic == "j") {
        effect.target = static_cast<std::uint64_t>(*target);
        effect.flow = NativeFlow::Jump;
        return true;
    }
    if (mnemonic.front() == 'b' && !is_one_of(mnemonic, {"break"})) {
        effect.target = static_cast<std::uint64_t>(*target);
        effect.flow = NativeFlow::Branch;
        return true;
    }
    return false;
}

}  // namespace

NativeEffect xtensa_effect(const NativeInstruction& instruction) {
    std::string_view mnemonic = instruction.mnemonic;
    if (mnemonic.ends_with(".n")) mnemonic.remove_suffix(2);
    const std::vector<std::string_view> operands = split_operands(instruction.operands);
    NativeEffect effect;
    if (control_flow(mnemonic, instruction, operands, effect)) return effect;

    const auto reg = [&operands](std::size_t at) {
        return at < operands.size() ? register_in(operands[at]) : kNoRegister;
    };
    const auto number = [&operands](std::size_t at) {
        return at < operands.size() ? number_in(operands[at]) : std::nullopt;
    };
    const RegisterNumber to = reg(0);
    if (mnemonic == "entry" && operands.size() == 2 && number(1)) {
        effect.steps.push_back(step(Kind::AddConstant, to, to, -*number(1)));
        return effect;
    }
    if (operands.size() == 3 && number(2)) {
        if (mnemonic == "l32i" || mnemonic == "l16ui") {
            effect.steps.push_back(
                step(mnemonic == "l32i" ? Kind::LoadWord : Kind::LoadHalf, to, reg(1), *number(2)));
            return effect;
        }
        if (mnemonic == "s32i") {
            effect.steps.push_back(step(Kind::StoreWord, kNoRegister, reg(1), *number(2), to));
            return effect;
        }
        if (mnemonic == "s8i" || mnemonic == "s16i") return effect;
        if (mnemonic == "addi" || mnemonic == "addmi") {
            effect.steps.push_back(step(Kind::AddConstant, to, reg(1), as_signed(*number(2))));
            return effect;
        }
        if (mnemonic == "slli") {
            effect.steps.push_back(step(Kind::ShiftLeft, to, reg(1), *number(2)));
            return effect;
        }
    }
    if (operands.size() == 3 && mnemonic == "add") {
        effect.steps.push_back(step(Kind::Add, to, reg(1), 0, reg(2)));
        return effect;
    }
    if (operands.size() == 3 && mnemonic == "sub" && reg(1) != reg(2)) {
        // The frame of large functions: `movi a9, n; sub a1, a1, a9`.
        effect.steps.push_back(step(Kind::Negate, reg(2), reg(2)));
        effect.steps.push_back(step(Kind::Add, to, reg(1), 0, reg(2)));
        if (to != reg(2)) effect.steps.push_back(step(Kind::Negate, reg(2), reg(2)));
        return effect;
    }
    if (operands.size() == 2 && to != kNoRegister) {
        if (mnemonic == "movi" && number(1)) {
            effect.steps.push_back(step(Kind::Constant, to, kNoRegister, as_signed(*number(1))));
            return effect;
        }
        if (mnemonic == "l32r" && number(1)) {
            effect.steps.push_back(step(Kind::LoadLiteral, to, kNoRegister, *number(1)));
            return effect;
        }
        if (mnemonic == "mov" && reg(1) != kNoRegister) {
            effect.steps.push_back(step(Kind::Move, to, reg(1)));
            return effect;
        }
        if (mnemonic == "neg" && reg(1) != kNoRegister) {
            effect.steps.push_back(step(Kind::Negate, to, reg(1)));
            return effect;
        }
    }
    if (to != kNoRegister && !is_one_of(mnemonic, {"ssl", "ssr", "ssa8l", "nop", "memw", "isync"})) {
        effect.steps.push_back(forget(to));
    }
    return effect;
}

}  // namespace mpy::effect_text
