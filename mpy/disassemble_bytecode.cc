#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "mpy/disassemble.h"
#include "mpy/facts/operators.h"
#include "mpy/instruction.h"
#include "mpy/line_table.h"
#include "mpy/printable.h"

namespace mpy {
namespace {

/// Depths above this are not followed: no real function comes near, and sums must not overflow.
constexpr std::int64_t kTooDeep = std::int64_t{1} << 30;

/// Slots on the value stack before each instruction, where control can be seen to arrive. Paths that disagree
/// keep the first answer: judging them is the checker's work.
class DepthFinder {
  public:
    explicit DepthFinder(const std::vector<Instruction>& instructions)
        : instructions_(instructions), depths_(instructions.size()) {
        for (std::size_t i = 0; i < instructions.size(); ++i) index_of_[instructions[i].offset] = i;
    }

    std::vector<std::optional<std::uint32_t>> find() {
        arrive(0, 0);
        while (!work_.empty()) {
            const std::size_t at = work_.back();
            work_.pop_back();
            go_on(instructions_[at], *depths_[at]);
        }
        return std::move(depths_);
    }

  private:
    void arrive(std::int64_t offset, std::int64_t depth) {
        if (depth < 0 || depth > kTooDeep) return;
        const auto found = index_of_.find(offset);
        if (found == index_of_.end() || depths_[found->second]) return;
        depths_[found->second] = static_cast<std::uint32_t>(depth);
        work_.push_back(found->second);
    }

    /// Source: the bytecode text, section 15, rule 5.
    void go_on(const Instruction& instruction, std::uint32_t depth) {
        const OpcodeInfo& info = instruction.info();
        const StackEffect effect = stack_effect(info.op, instruction.count(), instruction.extra);
        const std::int64_t before = depth;
        std::int64_t after = -1;
        if (effect.pops < static_cast<std::uint64_t>(kTooDeep) &&
            effect.pushes < static_cast<std::uint64_t>(kTooDeep)) {
            after =
                before - static_cast<std::int64_t>(effect.pops) + static_cast<std::int64_t>(effect.pushes);
        }
        const std::int64_t next = instruction.next_offset();
        switch (info.flow) {
            case Flow::Next:
            case Flow::EndFinally:
            case Flow::WithCleanup:
                arrive(next, after);
                break;
            case Flow::Jump:
            case Flow::PopJump:
                arrive(instruction.operand, before + info.target_delta);
                break;
            case Flow::Branch:
                arrive(next, after);
                arrive(instruction.operand, before + info.target_delta);
                break;
            case Flow::Setup:
                arrive(next, after);
                // The handler finds the exception on top of what the block saved; `with` saves two more.
                arrive(instruction.operand, before + (info.op == Op::SetupWith ? 2 : 1));
                break;
            case Flow::Unwind:  // the depth at its target follows from the handlers on the way
            case Flow::Leave:
                break;
        }
    }

    const std::vector<Instruction>& instructions_;
    std::map<std::int64_t, std::size_t> index_of_;
    std::vector<std::optional<std::uint32_t>> depths_;
    std::vector<std::size_t> work_;
};

class BytecodeWriter {
  public:
    BytecodeWriter(const Module& module, const RawCode& code) : module_(module), code_(code) {}

    Listing write() {
        listing_.raw_code = code_.index;
        if (!code_.prelude) {
            listing_.not_shown =
                "the prelude does not decode, so it is not known where the instructions start";
            return std::move(listing_);
        }
        prelude_octets_ = static_cast<std::uint32_t>(code_.fun_data.size() - code_.code.size());
        write_prelude();
        decode();
        const std::vector<std::optional<std::uint32_t>> depths = DepthFinder(instructions_).find();
        for (std::size_t i = 0; i < instructions_.size(); ++i) {
            label_at(instructions_[i].offset);
            write_instruction(instructions_[i], depths[i]);
        }
        if (error_ != DecodeError::None) write_bad_octets();
        return std::move(listing_);
    }

  private:
    void decode() {
        InstructionDecoder decoder(code_.code);
        while (const auto instruction = decoder.next()) {
            instructions_.push_back(*instruction);
            if (!instruction->has_target()) continue;
            std::string& what = labels_[instruction->operand];
            if (instruction->info().flow == Flow::Setup) {
                what += fmt::format("{}handler of {:04x}", what.empty() ? "" : ", ", instruction->offset);
            }
        }
        error_ = decoder.error();
        bad_offset_ = decoder.offset();
    }

    void write_prelude() {
        ListingLine line;
        line.kind = ListingLine::Kind::Data;
        line.size = prelude_octets_;
        line.mnemonic = ".prelude";
        if (line.size > 0) listing_.lines.push_back(std::move(line));
    }

    void label_at(std::uint32_t offset) {
        const auto found = labels_.find(offset);
        if (found == labels_.end()) return;
        ListingLine line;
        line.kind = ListingLine::Kind::Label;
        line.offset = prelude_octets_ + offset;
        line.mnemonic = label_name(offset);
        line.note = found->second;
        listing_.lines.push_back(std::move(line));
    }

    void write_instruction(const Instruction& instruction, std::optional<std::uint32_t> depth) {
        ListingLine line;
        line.offset = prelude_octets_ + instruction.offset;
        line.size = instruction.size;
        line.mnemonic = std::string(instruction.info().name);
        line.source_line = line_of(code_.prelude->line_table, instruction.offset);
        line.depth = depth;
        write_operand(instruction, line);
        listing_.lines.push_back(std::move(line));
    }

    void write_operand(const Instruction& instruction, ListingLine& line) const {
        const OpcodeInfo& info = instruction.info();
        const std::uint64_t n = instruction.count();
        const auto index = static_cast<std::uint32_t>(std::min<std::uint64_t>(n, UINT32_MAX));
        if (info.meaning != OperandMeaning::Nothing && info.meaning != OperandMeaning::Target) {
            line.operands = std::to_string(instruction.operand);
        }
        switch (info.meaning) {
            case OperandMeaning::Nothing:
            case OperandMeaning::SmallInt:
                break;
            case OperandMeaning::Count:
                if (info.op == Op::BuildMap) line.note = "size hint";
                break;
            case OperandMeaning::Qstr:
                line.note = quoted_qstr(module_, {index});
                if (info.op == Op::StoreName || info.op == Op::StoreGlobal)
                    line.stores_name = QstrIndex{index};
                if (n > index || module_.qstr({index}) == nullptr) line.warning = "no such qstr";
                break;
            case OperandMeaning::Object:
                line.note = printable_object(module_, {index});
                if (module_.object({index}) == nullptr) line.warning = "no such object";
                break;
            case OperandMeaning::Child:
                write_child(instruction, index, line);
                break;
            case OperandMeaning::Local:
                line.note = local_note(n);
                if (n >= code_.prelude->n_state) line.warning = "no such local variable";
                break;
            case OperandMeaning::Call:
                line.note = fmt::format("{} positional", n & 0xFF);
                if ((n >> 8 & 0xFF) != 0) line.note += fmt::format(", {} keyword", n >> 8 & 0xFF);
                break;
            case OperandMeaning::Unpack:
                line.note = fmt::format("{} before the star, {} after", n & 0xFF, n >> 8 & 0xFF);
                break;
            case OperandMeaning::Comp: {
                constexpr const char* kKinds[] = {"list", "dict", "set", "unknown"};
                line.note = fmt::format("{} {} below the top", kKinds[n & 3], n >> 2);
                break;
            }
            case OperandMeaning::Target:
                write_target(instruction, line);
                break;
            case OperandMeaning::UnaryOp:
                if (const OperatorInfo* row = unary_operator(n)) line.note = row->symbol;
                break;
            case OperandMeaning::BinaryOp:
                if (const OperatorInfo* row = binary_operator(n)) line.note = row->symbol;
                break;
        }
    }

    void write_child(const Instruction& instruction, std::uint32_t index, ListingLine& line) const {
        if (instruction.info().form == OperandForm::UnsignedOctet) {
            line.operands += fmt::format(", {}", instruction.extra);
        }
        const RawCode* child = module_.child(code_, {index});
        if (child == nullptr) {
            line.warning = "no such child";
            return;
        }
        line.makes_child = ChildIndex{index};
        line.note = std::string(name_of(child->kind));
        // Viper and assembler code has no prelude and so no name of its own.
        if (child->prelude) line.note += ' ' + quoted(module_.function_name(*child));
        if (instruction.info().form == OperandForm::UnsignedOctet) {
            line.note += fmt::format(" with {} cell{}", instruction.extra, instruction.extra == 1 ? "" : "s");
        }
    }

    void write_target(const Instruction& instruction, ListingLine& line) const {
        line.operands = instruction.operand >= 0 ? label_name(static_cast<std::uint64_t>(instruction.operand))
                                                 : std::to_string(instruction.operand);
        if (instruction.info().form == OperandForm::JumpSignedOctet) {
            const unsigned blocks = instruction.extra & 0x7FU;
            line.operands += fmt::format(", {}", instruction.extra);
            line.note = fmt::format("leaves {} block{}", blocks, blocks == 1 ? "" : "s");
            if ((instruction.extra & 0x80) != 0) line.note += " and the loop's iterator";
        }
        const auto at = std::lower_bound(
            instructions_.begin(), instructions_.end(), instruction.operand,
            [](const Instruction& other, std::int64_t offset) { return other.offset < offset; });
        if (at == instructions_.end() || at->offset != instruction.operand)
            line.warning = "the target is no instruction";
    }

    /// Names of locals stand in the prelude for parameters only.
    std::string local_note(std::uint64_t local) const {
        const Prelude& prelude = *code_.prelude;
        std::string note;
        const std::uint64_t named = prelude.argument_names.size();
        if (local < named) {
            std::uint64_t at = 0;
            for (const QstrIndex name : prelude.argument_names) {
                if (at++ != local) continue;
                note = module_.qstr_text(name) == "*" ? "closed-over variable" : quoted_qstr(module_, name);
                break;
            }
        } else if (local == named && prelude.has(PreludeFlag::VarArgs)) {
            note = "the * parameter";
        } else if (local == named + (prelude.has(PreludeFlag::VarArgs) ? 1U : 0U) &&
                   prelude.has(PreludeFlag::VarKeywords)) {
            note = "the ** parameter";
        }
        for (const std::byte cell : prelude.cell_locals) {
            if (static_cast<std::uint64_t>(cell) == local) return note.empty() ? "cell" : note + ", a cell";
        }
        return note;
    }

    void write_bad_octets() {
        ListingLine line;
        line.kind = ListingLine::Kind::Bad;
        line.offset = prelude_octets_ + bad_offset_;
        line.size = static_cast<std::uint32_t>(code_.code.size()) - bad_offset_;
        line.mnemonic = ".octets";
        const auto opcode = static_cast<unsigned>(code_.code[bad_offset_]);
        switch (error_) {
            case DecodeError::Unassigned:
                line.warning = fmt::format("opcode {:02X} is not assigned", opcode);
                break;
            case DecodeError::Truncated:
                line.warning = "the code ends inside this instruction";
                break;
            case DecodeError::OperandTooLarge:
                line.warning = "the operand is too large for any index";
                break;
            case DecodeError::None:
                break;
        }
        listing_.lines.push_back(std::move(line));
    }

    const Module& module_;
    const RawCode& code_;
    Listing listing_;
    std::uint32_t prelude_octets_ = 0;
    std::vector<Instruction> instructions_;
    std::map<std::int64_t, std::string> labels_;
    DecodeError error_ = DecodeError::None;
    std::uint32_t bad_offset_ = 0;
};

}  // namespace

Listing disassemble_bytecode(const Module& module, const RawCode& code) {
    return BytecodeWriter(module, code).write();
}

}  // namespace mpy
