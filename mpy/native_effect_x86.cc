// x86 and x64 as Capstone writes them: Intel syntax, `mov rax, qword ptr [rbp + 0x28]`.
#include "mpy/native_effect_text.h"

namespace mpy::effect_text {
namespace {

using Kind = Step::Kind;

constexpr std::string_view kNames64[] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
                                         "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};
constexpr std::string_view kNames32[] = {"eax", "ecx", "edx",  "ebx",  "esp",  "ebp",  "esi",  "edi",
                                         "r8d", "r9d", "r10d", "r11d", "r12d", "r13d", "r14d", "r15d"};
constexpr std::string_view kNames16[] = {"ax",  "cx",  "dx",   "bx",   "sp",   "bp",   "si",   "di",
                                         "r8w", "r9w", "r10w", "r11w", "r12w", "r13w", "r14w", "r15w"};
constexpr std::string_view kNames8[] = {"al",  "cl",  "dl",   "bl",   "spl",  "bpl",  "sil",  "dil",
                                        "r8b", "r9b", "r10b", "r11b", "r12b", "r13b", "r14b", "r15b"};
constexpr std::string_view kNamesHigh[] = {"ah", "ch", "dh", "bh"};

struct Register {
    RegisterNumber number = kNoRegister;
    unsigned octets = 0;
    explicit operator bool() const { return number != kNoRegister; }
};

Register register_in(std::string_view text) {
    const auto in = [text](const auto& names, unsigned octets) -> Register {
        for (std::size_t i = 0; i < std::size(names); ++i) {
            if (names[i] == text) return {static_cast<RegisterNumber>(i), octets};
        }
        return {};
    };
    if (const Register found = in(kNames64, 8)) return found;
    if (const Register found = in(kNames32, 4)) return found;
    if (const Register found = in(kNames16, 2)) return found;
    if (const Register found = in(kNames8, 1)) return found;
    return in(kNamesHigh, 1);
}

struct Memory {
    unsigned octets = 0;
    RegisterNumber base = kNoRegister;
    bool pc_relative = false;
    std::int64_t offset = 0;
};

/// `qword ptr [rbp + 0x28]`; nothing for forms with an index register.
std::optional<Memory> memory_in(std::string_view text) {
    const std::size_t open = text.find('[');
    if (open == std::string_view::npos || text.back() != ']') return std::nullopt;
    Memory memory;
    if (text.starts_with("qword")) memory.octets = 8;
    if (text.starts_with("dword")) memory.octets = 4;
    if (text.starts_with("word")) memory.octets = 2;
    if (text.starts_with("byte")) memory.octets = 1;
    std::string_view inside = text.substr(open + 1, text.size() - open - 2);
    const std::size_t sign = inside.find_first_of("+-");
    const std::string_view base = trim(inside.substr(0, sign));
    if (base == "rip") {
        memory.pc_relative = true;
    } else {
        const Register found = register_in(base);
        if (!found) return std::nullopt;
        memory.base = found.number;
    }
    if (sign != std::string_view::npos) {
        const auto offset = number_in(inside.substr(sign));
        if (!offset) return std::nullopt;
        memory.offset = *offset;
    }
    return memory;
}

void forget_written(std::string_view mnemonic, const std::vector<std::string_view>& operands,
                    NativeEffect& effect) {
    if (is_one_of(mnemonic, {"cmp", "test", "nop"})) return;
    // One-operand multiply and divide write the accumulator pair; string forms and others are not emitted.
    if (is_one_of(mnemonic, {"mul", "div", "idiv", "cdq", "cqo"}) ||
        (mnemonic == "imul" && operands.size() == 1)) {
        effect.steps.push_back(forget(0));
        effect.steps.push_back(forget(2));
        return;
    }
    if (mnemonic == "xchg") {
        for (const std::string_view operand : operands) {
            if (const Register reg = register_in(operand)) effect.steps.push_back(forget(reg.number));
        }
        return;
    }
    if (operands.empty()) return;
    if (const Register reg = register_in(operands[0])) effect.steps.push_back(forget(reg.number));
}

void control_flow(std::string_view mnemonic, const std::vector<std::string_view>& operands,
                  NativeEffect& effect) {
    const bool call = mnemonic == "call";
    if (mnemonic == "ret") {
        effect.flow = NativeFlow::Return;
        return;
    }
    if (operands.empty()) return;
    if (const auto target = number_in(operands[0])) {
        effect.target = static_cast<std::uint64_t>(*target);
        effect.flow = call ? NativeFlow::Call : mnemonic == "jmp" ? NativeFlow::Jump : NativeFlow::Branch;
    } else if (const Register reg = register_in(operands[0])) {
        effect.flow = call ? NativeFlow::CallRegister : NativeFlow::JumpRegister;
        effect.through = reg.number;
    } else if (const auto memory = memory_in(operands[0])) {
        effect.flow = call ? NativeFlow::CallMemory : NativeFlow::JumpMemory;
        effect.through = memory->base;
        effect.offset = memory->offset;
    } else {
        effect.flow = call ? NativeFlow::CallRegister : NativeFlow::JumpRegister;
    }
}

}  // namespace

NativeEffect x86_effect(InstructionSet set, const NativeInstruction& instruction) {
    const unsigned word = set == InstructionSet::X64 ? 8 : 4;
    const std::string_view mnemonic = instruction.mnemonic;
    const std::vector<std::string_view> operands = split_operands(instruction.operands);
    const std::uint64_t next = instruction.address + instruction.size;
    NativeEffect effect;

    if (mnemonic == "call" || mnemonic == "ret" || (mnemonic.starts_with("j") && !operands.empty())) {
        control_flow(mnemonic, operands, effect);
        if (effect.flow == NativeFlow::Call && effect.target == next) {
            // `call` to the next instruction pushes that instruction's address: how x86 learns where it is.
            effect.flow = NativeFlow::Next;
            effect.target.reset();
            effect.steps.push_back(
                step(Kind::CodeAddress, kScratchRegister, kNoRegister, static_cast<std::int64_t>(next)));
            effect.steps.push_back(step(Kind::Push, kNoRegister, kScratchRegister));
        }
        return effect;
    }
    if (mnemonic == "push" && operands.size() == 1) {
        effect.steps.push_back(step(Kind::Push, kNoRegister, register_in(operands[0]).number));
        return effect;
    }
    if (mnemonic == "pop" && operands.size() == 1) {
        effect.steps.push_back(step(Kind::Pop, register_in(operands[0]).number));
        return effect;
    }
    if (mnemonic == "leave") {
        effect.steps = {step(Kind::Move, 4, 5), step(Kind::Pop, 5)};
        return effect;
    }
    if (operands.size() != 2) {
        forget_written(mnemonic, operands, effect);
        return effect;
    }

    const Register to = register_in(operands[0]);
    const Register from = register_in(operands[1]);
    const auto number = number_in(operands[1]);
    const auto memory_to = memory_in(operands[0]);
    const auto memory_from = memory_in(operands[1]);
    // On x64 a write to a 32-bit register clears the upper half, so small constants arrive whole.
    const bool whole = to && to.octets >= 4;

    if (mnemonic == "mov" || mnemonic == "movabs") {
        if (memory_to && memory_to->octets == word && !memory_to->pc_relative) {
            effect.steps.push_back(step(Kind::StoreWord, kNoRegister, memory_to->base, memory_to->offset,
                                        from && from.octets == word ? from.number : kNoRegister));
        } else if (whole && number) {
            effect.steps.push_back(step(Kind::Constant, to.number, kNoRegister, *number));
        } else if (to && to.octets == word && from && from.octets == word) {
            effect.steps.push_back(step(Kind::Move, to.number, from.number));
        } else if (to && to.octets == word && memory_from && memory_from->octets == word) {
            if (memory_from->pc_relative) {
                effect.steps.push_back(step(Kind::LoadLiteral, to.number, kNoRegister,
                                            static_cast<std::int64_t>(next) + memory_from->offset));
            } else {
                effect.steps.push_back(
                    step(Kind::LoadWord, to.number, memory_from->base, memory_from->offset));
            }
        } else {
            forget_written(mnemonic, operands, effect);
        }
        return effect;
    }
    if (mnemonic == "movzx" && to && memory_from && memory_from->octets == 2 && !memory_from->pc_relative) {
        effect.steps.push_back(step(Kind::LoadHalf, to.number, memory_from->base, memory_from->offset));
        return effect;
    }
    if (mnemonic == "lea" && to && memory_from) {
        if (memory_from->pc_relative) {
            effect.steps.push_back(
                step(Kind::CodeAddress, kScratchRegister, kNoRegister, static_cast<std::int64_t>(next)));
            effect.steps.push_back(step(Kind::AddConstant, to.number, kScratchRegister, memory_from->offset));
        } else {
            effect.steps.push_back(
                step(Kind::AddConstant, to.number, memory_from->base, memory_from->offset));
        }
        return effect;
    }
    if ((mnemonic == "add" || mnemonic == "sub") && to && to.octets == word) {
        if (number) {
            // Capstone writes negative immediates as they look in the word: bring both to one sign.
            std::int64_t value = word == 4 ? static_cast<std::int32_t>(*number) : *number;
            if (mnemonic == "sub") value = negated(value);
            effect.steps.push_back(step(Kind::AddConstant, to.number, to.number, value));
            return effect;
        }
        if (mnemonic == "add" && from && from.octets == word) {
            effect.steps.push_back(step(Kind::Add, to.number, to.number, 0, from.number));
            return effect;
        }
    }
    if (mnemonic == "xor" && to && from && to.number == from.number && whole) {
        effect.steps.push_back(step(Kind::Constant, to.number, kNoRegister, 0));
        return effect;
    }
    forget_written(mnemonic, operands, effect);
    return effect;
}

}  // namespace mpy::effect_text
