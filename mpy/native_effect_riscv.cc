// RISC-V as objdump writes it: `lw a6,180(s1)`, `auipc a0,0x0`. The compressed forms print like the full
// ones.
#include "mpy/native_effect_text.h"

namespace mpy::effect_text {
namespace {

using Kind = Step::Kind;

constexpr std::string_view kNames[] = {"zero", "ra", "sp", "gp", "tp",  "t0",  "t1", "t2", "s0", "s1", "a0",
                                       "a1",   "a2", "a3", "a4", "a5",  "a6",  "a7", "s2", "s3", "s4", "s5",
                                       "s6",   "s7", "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};
constexpr RegisterNumber kZero = 0;
constexpr RegisterNumber kReturn = 1;
constexpr RegisterNumber kStack = 2;

RegisterNumber register_in(std::string_view text) {
    if (text == "fp") return 8;
    for (std::size_t i = 0; i < std::size(kNames); ++i) {
        if (kNames[i] == text) return static_cast<RegisterNumber>(i);
    }
    return kNoRegister;
}

struct Memory {
    RegisterNumber base = kNoRegister;
    std::int64_t offset = 0;
};

/// `180(s1)`, `(s1)`.
std::optional<Memory> memory_in(std::string_view text) {
    const std::size_t open = text.find('(');
    if (open == std::string_view::npos || text.back() != ')') return std::nullopt;
    Memory memory;
    memory.base = register_in(text.substr(open + 1, text.size() - open - 2));
    if (memory.base == kNoRegister) return std::nullopt;
    if (open > 0) {
        const auto offset = number_in(text.substr(0, open));
        if (!offset) return std::nullopt;
        memory.offset = *offset;
    }
    return memory;
}

/// `jr`, `jalr`: through a register, with an offset or without.
bool indirect(std::string_view mnemonic, const std::vector<std::string_view>& operands,
              NativeEffect& effect) {
    if (mnemonic != "jr" && mnemonic != "jalr") return false;
    // `jalr rd,off(rs)` names the register for the return address; without it, it is ra.
    const bool names_link = operands.size() == 2;
    const RegisterNumber link = mnemonic == "jr" ? kZero : names_link ? register_in(operands[0]) : kReturn;
    if (operands.empty()) return true;
    const std::string_view place = operands.back();
    if (const auto memory = memory_in(place)) {
        effect.through = memory->base;
        effect.offset = memory->offset;
    } else {
        effect.through = register_in(place);
    }
    effect.flow = link != kZero               ? NativeFlow::CallRegister
                  : effect.through == kReturn ? NativeFlow::Return
                                              : NativeFlow::JumpRegister;
    return true;
}

/// Zcmp: `cm.push {ra, s0-s4}, -48` moves the stack pointer and saves registers above the frame.
bool zcmp(std::string_view mnemonic, const std::vector<std::string_view>& operands, NativeEffect& effect) {
    if (!mnemonic.starts_with("cm.p") || operands.size() != 2) return false;
    const auto number = number_in(operands[1]);
    if (number) effect.steps.push_back(step(Kind::AddConstant, kStack, kStack, *number));
    if (mnemonic.starts_with("cm.popret")) effect.flow = NativeFlow::Return;
    return true;
}

}  // namespace

NativeEffect riscv_effect(InstructionSet set, const NativeInstruction& instruction) {
    const std::string_view mnemonic = instruction.mnemonic;
    const std::vector<std::string_view> operands = split_operands(instruction.operands);
    const std::string_view load_word = set == InstructionSet::Rv64 ? "ld" : "lw";
    const std::string_view store_word = set == InstructionSet::Rv64 ? "sd" : "sw";
    NativeEffect effect;
    const auto reg = [&operands](std::size_t at) {
        return at < operands.size() ? register_in(operands[at]) : kNoRegister;
    };
    const auto number = [&operands](std::size_t at) {
        return at < operands.size() ? number_in(operands[at]) : std::nullopt;
    };

    if (mnemonic == "ret") {
        effect.flow = NativeFlow::Return;
        return effect;
    }
    if (indirect(mnemonic, operands, effect) || zcmp(mnemonic, operands, effect)) return effect;
    if ((mnemonic == "j" || mnemonic == "jal") && !operands.empty()) {
        const bool call = mnemonic == "jal" && (operands.size() == 1 || reg(0) != kZero);
        if (const auto target = number_in(operands.back()))
            effect.target = static_cast<std::uint64_t>(*target);
        effect.flow = call ? NativeFlow::Call : NativeFlow::Jump;
        return effect;
    }
    if (mnemonic.size() >= 3 && mnemonic.front() == 'b' && !operands.empty() &&
        (mnemonic.starts_with("beq") || mnemonic.starts_with("bne") || mnemonic.starts_with("bl") ||
         mnemonic.starts_with("bg"))) {
        if (const auto target = number_in(operands.back()))
            effect.target = static_cast<std::uint64_t>(*target);
        effect.flow = NativeFlow::Branch;
        return effect;
    }

    const RegisterNumber to = reg(0);
    if (operands.size() == 2 && to != kNoRegister) {
        const auto memory = memory_in(operands[1]);
        if (memory && mnemonic == load_word) {
            effect.steps.push_back(step(Kind::LoadWord, to, memory->base, memory->offset));
            return effect;
        }
        if (memory && mnemonic == "lhu") {
            effect.steps.push_back(step(Kind::LoadHalf, to, memory->base, memory->offset));
            return effect;
        }
        if (memory && mnemonic == store_word) {
            effect.steps.push_back(step(Kind::StoreWord, kNoRegister, memory->base, memory->offset, to));
            return effect;
        }
        if (memory && is_one_of(mnemonic, {"sb", "sh", "sw", "sd", "fsw", "fsd"})) return effect;
        if (mnemonic == "mv") {
            effect.steps.push_back(step(Kind::Move, to, reg(1)));
            return effect;
        }
        if (mnemonic == "neg") {
            effect.steps.push_back(step(Kind::Negate, to, reg(1)));
            return effect;
        }
        if (mnemonic == "li" && number(1)) {
            effect.steps.push_back(step(Kind::Constant, to, kNoRegister, *number(1)));
            return effect;
        }
        if (mnemonic == "lui" && number(1)) {
            const auto value = static_cast<std::int32_t>(static_cast<std::uint32_t>(*number(1)) << 12);
            effect.steps.push_back(step(Kind::Constant, to, kNoRegister, value));
            return effect;
        }
        if (mnemonic == "auipc" && number(1)) {
            const auto distance = static_cast<std::int32_t>(static_cast<std::uint32_t>(*number(1)) << 12);
            effect.steps.push_back(step(Kind::CodeAddress, to, kNoRegister,
                                        static_cast<std::int64_t>(instruction.address) + distance));
            return effect;
        }
    }
    // objdump 2.40 writes `add a0,sp,24` for addi; the compressed forms name two operands.
    if (is_one_of(mnemonic, {"add", "addi"}) && to != kNoRegister && operands.size() >= 2) {
        const RegisterNumber left = operands.size() == 3 ? reg(1) : to;
        const std::size_t last = operands.size() - 1;
        if (number(last)) {
            effect.steps.push_back(step(Kind::AddConstant, to, left, *number(last)));
        } else {
            effect.steps.push_back(step(Kind::Add, to, left, 0, reg(last)));
        }
        return effect;
    }
    if (is_one_of(mnemonic, {"sll", "slli"}) && to != kNoRegister && operands.size() >= 2 &&
        number(operands.size() - 1)) {
        const RegisterNumber left = operands.size() == 3 ? reg(1) : to;
        effect.steps.push_back(step(Kind::ShiftLeft, to, left, *number(operands.size() - 1)));
        return effect;
    }
    if (to != kNoRegister && to != kZero) effect.steps.push_back(forget(to));
    return effect;
}

}  // namespace mpy::effect_text
