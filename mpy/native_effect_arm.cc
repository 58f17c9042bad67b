// Arm and Thumb as Capstone writes them: `ldr r3, [r7, #0x14]`, `push {r4, lr}`.
#include "mpy/native_effect_text.h"

namespace mpy::effect_text {
namespace {

using Kind = Step::Kind;

constexpr RegisterNumber kStack = 13;
constexpr RegisterNumber kLink = 14;
constexpr RegisterNumber kPc = 15;

RegisterNumber register_in(std::string_view text) {
    if (text.size() >= 2 && text.front() == 'r') {
        const auto number = number_in(text.substr(1));
        return number && *number >= 0 && *number <= 15 ? static_cast<RegisterNumber>(*number) : kNoRegister;
    }
    if (text == "sb") return 9;
    if (text == "sl") return 10;
    if (text == "fp") return 11;
    if (text == "ip") return 12;
    if (text == "sp") return kStack;
    if (text == "lr") return kLink;
    if (text == "pc") return kPc;
    return kNoRegister;
}

struct Memory {
    RegisterNumber base = kNoRegister;
    std::int64_t offset = 0;
};

/// `[r7, #0x14]`, `[r7]`; nothing for register offsets and write-back.
std::optional<Memory> memory_in(const std::vector<std::string_view>& operands, std::size_t at) {
    if (operands.size() != at + 1) return std::nullopt;
    const std::string_view text = operands[at];
    if (text.size() < 3 || text.front() != '[' || text.back() != ']') return std::nullopt;
    const auto parts = split_operands(text.substr(1, text.size() - 2));
    if (parts.empty() || parts.size() > 2) return std::nullopt;
    Memory memory;
    memory.base = register_in(parts[0]);
    if (memory.base == kNoRegister) return std::nullopt;
    if (parts.size() == 2) {
        const auto offset = number_in(parts[1]);
        if (!offset || parts[1].front() != '#') return std::nullopt;
        memory.offset = *offset;
    }
    return memory;
}

/// `{r4, r5, lr}` in the order written, which is ascending.
std::vector<RegisterNumber> register_list(std::string_view text) {
    std::vector<RegisterNumber> list;
    if (text.size() < 2 || text.front() != '{' || text.back() != '}') return list;
    for (const std::string_view name : split_operands(text.substr(1, text.size() - 2))) {
        list.push_back(register_in(name));
    }
    return list;
}

/// `b`, `beq`, `bne.w`: the base name without width and whether a condition stands behind it.
bool is_branch(std::string_view mnemonic, bool& conditional) {
    if (mnemonic.ends_with(".w") || mnemonic.ends_with(".n")) mnemonic.remove_suffix(2);
    if (mnemonic.empty() || mnemonic.front() != 'b') return false;
    const std::string_view condition = mnemonic.substr(1);
    conditional = !condition.empty();
    return condition.empty() || is_one_of(condition, {"eq", "ne", "hs", "lo", "mi", "pl", "vs", "vc", "hi",
                                                      "ls", "ge", "lt", "gt", "le", "cs", "cc"});
}

std::string_view without_width(std::string_view mnemonic) {
    if (mnemonic.ends_with(".w") || mnemonic.ends_with(".n")) mnemonic.remove_suffix(2);
    return mnemonic;
}

void forget_written(std::string_view mnemonic, const std::vector<std::string_view>& operands,
                    NativeEffect& effect) {
    if (mnemonic.starts_with("cmp") || mnemonic.starts_with("cmn") || mnemonic.starts_with("tst") ||
        mnemonic.starts_with("teq") || mnemonic.starts_with("str") || mnemonic.starts_with("stm") ||
        mnemonic.starts_with("nop") || mnemonic.starts_with("it")) {
        return;
    }
    const bool writes_several = mnemonic.starts_with("ldm") || mnemonic.starts_with("ldrd") ||
                                mnemonic.starts_with("umull") || mnemonic.starts_with("smull") ||
                                mnemonic.starts_with("umlal") || mnemonic.starts_with("smlal");
    for (const std::string_view operand : operands) {
        for (const RegisterNumber reg : register_list(operand)) {
            if (reg != kNoRegister) effect.steps.push_back(forget(reg));
        }
        const RegisterNumber reg = register_in(operand);
        if (reg == kNoRegister) continue;
        effect.steps.push_back(forget(reg));
        if (!writes_several) break;
    }
}

/// Two-operand forms name the register they change once: `adds r3, #4` is `adds r3, r3, #4`.
struct Arithmetic {
    RegisterNumber to = kNoRegister;
    RegisterNumber left = kNoRegister;
    std::string_view right;
};
std::optional<Arithmetic> arithmetic_in(const std::vector<std::string_view>& operands) {
    Arithmetic result;
    if (operands.size() != 2 && operands.size() != 3) return std::nullopt;
    result.to = register_in(operands[0]);
    result.left = operands.size() == 3 ? register_in(operands[1]) : result.to;
    result.right = operands.back();
    if (result.to == kNoRegister || result.left == kNoRegister) return std::nullopt;
    return result;
}

class Reader {
  public:
    Reader(InstructionSet set, const NativeInstruction& instruction)
        : set_(set),
          instruction_(instruction),
          mnemonic_(without_width(instruction.mnemonic)),
          operands_(split_operands(instruction.operands)) {}

    NativeEffect read() {
        if (!flow() && !stack() && !memory() && !moves() && !arithmetic()) {
            forget_written(mnemonic_, operands_, effect_);
        }
        return std::move(effect_);
    }

  private:
    /// What pc reads as.
    std::int64_t pc() const {
        return static_cast<std::int64_t>(instruction_.address) + (set_ == InstructionSet::Thumb ? 4 : 8);
    }
    RegisterNumber reg(std::size_t at) const {
        return at < operands_.size() ? register_in(operands_[at]) : kNoRegister;
    }
    void add(Step next) { effect_.steps.push_back(next); }
    void jump_to(RegisterNumber through) {
        effect_.flow = through == kLink ? NativeFlow::Return : NativeFlow::JumpRegister;
        effect_.through = through;
    }

    bool flow() {
        bool conditional = false;
        if (mnemonic_ == "bx" || mnemonic_ == "blx" || mnemonic_ == "bl") {
            if (operands_.size() != 1) return false;
            if (const auto target = number_in(operands_[0])) {
                effect_.target = static_cast<std::uint64_t>(*target);
                effect_.flow = NativeFlow::Call;
            } else if (mnemonic_ == "blx") {
                effect_.flow = NativeFlow::CallRegister;
                effect_.through = reg(0);
            } else {
                jump_to(reg(0));
            }
            return true;
        }
        if (is_branch(mnemonic_, conditional) && operands_.size() == 1) {
            if (const auto target = number_in(operands_[0])) {
                effect_.target = static_cast<std::uint64_t>(*target);
                effect_.flow = conditional ? NativeFlow::Branch : NativeFlow::Jump;
                return true;
            }
        }
        if (is_one_of(mnemonic_, {"cbz", "cbnz"}) && operands_.size() == 2) {
            if (const auto target = number_in(operands_[1])) {
                effect_.target = static_cast<std::uint64_t>(*target);
                effect_.flow = NativeFlow::Branch;
            }
            return true;
        }
        if (is_one_of(mnemonic_, {"tbb", "tbh"})) {
            effect_.flow = NativeFlow::JumpRegister;
            return true;
        }
        return false;
    }

    bool stack() {
        if (mnemonic_ != "push" && mnemonic_ != "pop") return false;
        if (operands_.size() != 1) return false;
        const std::vector<RegisterNumber> list = register_list(operands_[0]);
        if (mnemonic_ == "push") {
            // The lowest register ends up lowest in memory, so the highest is pushed first.
            for (auto it = list.rbegin(); it != list.rend(); ++it) add(step(Kind::Push, kNoRegister, *it));
            return true;
        }
        for (const RegisterNumber to : list) {
            if (to == kPc) {
                effect_.flow = NativeFlow::Return;
            } else {
                add(step(Kind::Pop, to));
            }
        }
        return true;
    }

    bool memory() {
        const bool load = mnemonic_ == "ldr";
        const bool half = mnemonic_ == "ldrh";
        const bool store = mnemonic_ == "str";
        if (!load && !half && !store) return false;
        const auto at = memory_in(operands_, 1);
        const RegisterNumber data = reg(0);
        if (!at || data == kNoRegister) {
            // Unknown address. `ldr pc` is still a jump somewhere, e.g. through a jump table.
            if (load && data == kPc) effect_.flow = NativeFlow::JumpRegister;
            return load && data == kPc;
        }
        if (store) {
            add(step(Kind::StoreWord, kNoRegister, at->base, at->offset, data));
            return true;
        }
        if (at->base == kPc) {
            // Thumb drops the low bits of pc in loads; Arm's pc has none.
            const std::int64_t literal = (pc() & ~std::int64_t{3}) + at->offset;
            if (half) {
                add(forget(data));
            } else {
                add(step(Kind::LoadLiteral, data == kPc ? kScratchRegister : data, kNoRegister, literal));
            }
            if (data == kPc) jump_to(kScratchRegister);
            return true;
        }
        if (load && data == kPc) {
            // A call when the instruction before has put the return address into lr; the tracer knows.
            effect_.flow = NativeFlow::JumpMemory;
            effect_.through = at->base;
            effect_.offset = at->offset;
            return true;
        }
        add(step(half ? Kind::LoadHalf : Kind::LoadWord, data, at->base, at->offset));
        return true;
    }

    bool moves() {
        if (!is_one_of(mnemonic_,
                       {"mov", "movs", "movw", "mvn", "mvns", "movt", "sxth", "negs", "rsbs", "rsb"}))
            return false;
        const RegisterNumber to = reg(0);
        if (to == kNoRegister || operands_.size() < 2) return false;
        const auto number = number_in(operands_[1]);
        if (mnemonic_.starts_with("rsb")) {
            const auto zero = operands_.size() == 3 ? number_in(operands_[2]) : std::nullopt;
            if (!zero || *zero != 0) return false;
            add(step(Kind::Negate, to, reg(1)));
            return true;
        }
        if (operands_.size() != 2) return false;
        if (mnemonic_ == "negs") {
            add(step(Kind::Negate, to, reg(1)));
        } else if (mnemonic_ == "sxth") {
            add(step(Kind::SignExtend16, to, reg(1)));
        } else if (mnemonic_ == "movt") {
            if (!number) return false;
            // The low half stays: what was there by movw, which is never above 0xffff.
            add(step(Kind::AddConstant, to, to, (*number & 0xFFFF) << 16));
        } else if (mnemonic_.starts_with("mvn")) {
            if (!number) return false;
            add(step(Kind::Constant, to, kNoRegister, ~*number));
        } else if (number) {
            add(step(Kind::Constant, to, kNoRegister, *number));
        } else if (reg(1) == kPc) {
            if (to == kPc) return false;
            add(step(Kind::CodeAddress, to, kNoRegister, pc()));
        } else if (to == kPc) {
            jump_to(reg(1));
        } else if (reg(1) != kNoRegister) {
            add(step(Kind::Move, to, reg(1)));
        } else {
            return false;
        }
        return true;
    }

    bool arithmetic() {
        const bool shift = is_one_of(mnemonic_, {"lsl", "lsls"});
        const bool plus = is_one_of(mnemonic_, {"add", "adds", "addw"});
        const bool minus = is_one_of(mnemonic_, {"sub", "subs", "subw"});
        if (!shift && !plus && !minus) return false;
        const auto parts = arithmetic_in(operands_);
        if (!parts) return false;
        const auto number = number_in(parts->right);
        if (shift) {
            if (!number) return false;
            add(step(Kind::ShiftLeft, parts->to, parts->left, *number));
            return true;
        }
        if (parts->left == kPc && number) {  // adr
            const std::int64_t base = pc() & ~std::int64_t{3};
            add(step(Kind::CodeAddress, kScratchRegister, kNoRegister, base));
            add(step(Kind::AddConstant, parts->to, kScratchRegister, minus ? negated(*number) : *number));
            return true;
        }
        if (number) {
            add(step(Kind::AddConstant, parts->to, parts->left, minus ? negated(*number) : *number));
            return true;
        }
        RegisterNumber left = parts->left;
        RegisterNumber right = register_in(parts->right);
        if (right == kNoRegister || (minus && (parts->to == kPc || left == kPc || right == kPc))) {
            if (parts->to != kPc) return false;
            effect_.flow = NativeFlow::JumpRegister;  // a computed jump
            return true;
        }
        if (minus) {
            add(step(Kind::Negate, kScratchRegister, right));
            add(step(Kind::Add, parts->to, left, 0, kScratchRegister));
            return true;
        }
        if (left == kPc || right == kPc) {
            add(step(Kind::CodeAddress, kScratchRegister, kNoRegister, pc()));
            if (left == kPc) left = kScratchRegister;
            if (right == kPc) right = kScratchRegister;
        }
        if (parts->to == kPc) {
            add(step(Kind::Add, kScratchRegister, left, 0, right));
            effect_.flow = NativeFlow::JumpRegister;
            effect_.through = kScratchRegister;
            return true;
        }
        add(step(Kind::Add, parts->to, left, 0, right));
        return true;
    }

    InstructionSet set_;
    const NativeInstruction& instruction_;
    std::string_view mnemonic_;
    std::vector<std::string_view> operands_;
    NativeEffect effect_;
};

}  // namespace

NativeEffect arm_effect(InstructionSet set, const NativeInstruction& instruction) {
    return Reader(set, instruction).read();
}

}  // namespace mpy::effect_text
