#include "mpy/check_code.h"

#include <fmt/format.h>

#include <algorithm>

#include "mpy/line_table.h"
#include "mpy/vuint.h"

namespace mpy {

void CodeChecker::check(const RawCode& code) {
    code_ = &code;
    prelude_ = &*code.prelude;
    max_depth_ = 0;
    max_depth_at_ = 0;
    n_locals_ = prelude_->n_parameters();
    for (std::byte local : prelude_->cell_locals) use_local(static_cast<std::uint64_t>(local));
    find_cells();

    LineTable lines(prelude_->line_table);
    while (lines.next()) {
    }
    if (lines.truncated()) {
        context_.error(Rule::B9, code.fun_data_offset + prelude_->line_table_extent.offset + lines.offset(),
                       context_.field(code, "prelude.line_table"), "an entry of one octet",
                       "its second octet");
    }
    // What follows needs to know where every instruction starts.
    if (!decode()) return;
    check_targets();
    check_last_instruction();
    follow();
}

std::string CodeChecker::field(const Instruction& instruction, std::string_view name) const {
    if (context_.full()) return {};
    std::string path =
        context_.field(*code_, fmt::format("code[{}] {}", instruction.offset, instruction.info().name));
    if (!name.empty()) path.append(" ").append(name);
    return path;
}

std::uint32_t CodeChecker::index_at(std::int64_t offset) const {
    if (offset < 0 || offset >= static_cast<std::int64_t>(index_of_offset_.size())) return kNone;
    return index_of_offset_[static_cast<std::size_t>(offset)];
}

void CodeChecker::use_local(std::uint64_t number) {
    if (number < prelude_->n_state) n_locals_ = std::max(n_locals_, number + 1);
}

/// Locals that hold cells: those of the cell list, and the parameters that bring closed-over variables, which
/// are named like no keyword can be.
void CodeChecker::find_cells() {
    is_cell_.clear();
    const auto set = [&](std::size_t local) {
        if (local >= is_cell_.size()) is_cell_.resize(local + 1);
        is_cell_[local] = 1;
    };
    for (std::byte local : prelude_->cell_locals) set(static_cast<std::size_t>(local));
    std::size_t parameter = 0;
    for (QstrIndex name : prelude_->argument_names) {
        if (context_.module.qstr_text(name) == "*") set(parameter);
        ++parameter;
    }
}

bool CodeChecker::decode() {
    const std::span<const std::byte> octets = code_->code;
    instructions_.clear();
    index_of_offset_.assign(octets.size(), kNone);
    InstructionDecoder decoder(octets);
    std::optional<std::uint64_t> last_child;
    while (const std::optional<Instruction> instruction = decoder.next()) {
        index_of_offset_[instruction->offset] = static_cast<std::uint32_t>(instructions_.size());
        instructions_.push_back(*instruction);
        check_operand(*instruction);
        if (instruction->info().meaning == OperandMeaning::Child) check_child(*instruction, last_child);
    }
    const std::uint32_t at = decoder.offset();
    const auto path = [&] { return context_.field(*code_, fmt::format("code[{}]", at)); };
    switch (decoder.error()) {
        case DecodeError::None:
            if (!instructions_.empty()) return true;
            context_.error(Rule::B1, code_->code_offset, context_.field(*code_, "code"), "no instruction",
                           "at least one");
            return false;
        case DecodeError::Unassigned:
            context_.error(Rule::B1, file_offset(at), path(),
                           fmt::format("{:#04x}", static_cast<unsigned>(octets[at])), "an assigned opcode");
            return false;
        case DecodeError::Truncated:
            context_.error(Rule::B1, file_offset(at), path(),
                           fmt::format("{} without its whole operand",
                                       opcode_info(static_cast<std::uint8_t>(octets[at])).name),
                           "an instruction that ends with the block");
            return false;
        case DecodeError::OperandTooLarge:
            context_.error(Rule::B1, file_offset(at), path(),
                           fmt::format("{} with an operand that does not fit 64 bits",
                                       opcode_info(static_cast<std::uint8_t>(octets[at])).name),
                           "an operand of at most 10 octets below 2^63");
            return false;
    }
    return false;
}

void CodeChecker::check_operand(const Instruction& instruction) {
    const std::uint64_t n = instruction.count();
    if (instruction.info().form == OperandForm::Qstr || instruction.info().form == OperandForm::Unsigned) {
        if (instruction.size != 1 + vuint_octets(n)) {
            context_.warning(Rule::P1, file_offset(instruction.offset), field(instruction),
                             fmt::format("an operand of {} octets", instruction.size - 1),
                             fmt::format("{} octets for {}", vuint_octets(n), n));
        }
    }
    const auto below = [&](Rule rule, std::string_view what, std::uint64_t limit) {
        if (n < limit) return;
        context_.error(rule, file_offset(instruction.offset), field(instruction, what), fmt::format("{}", n),
                       limit == 0 ? std::string("none: there are none") : fmt::format("0..{}", limit - 1));
    };
    switch (instruction.info().meaning) {
        case OperandMeaning::Qstr:
            below(Rule::B2, "string", context_.module.n_qstr.value);
            break;
        case OperandMeaning::Object: {
            below(Rule::B2, "object", context_.module.n_obj.value);
            const Object* object = n < context_.module.objects.size() ? &context_.module.objects[n] : nullptr;
            if (object != nullptr && object->kind == ObjectKind::FunctionTable) {
                context_.error(Rule::B2, file_offset(instruction.offset), field(instruction, "object"),
                               "the function table", "an object of Python");
            }
            break;
        }
        case OperandMeaning::Child:
            below(Rule::B2, "child", code_->children.size());
            break;
        case OperandMeaning::Local:
            below(Rule::B4, "local", prelude_->n_state);
            use_local(n);
            if (instruction.info().derefs() && (n >= is_cell_.size() || is_cell_[n] == 0)) {
                context_.error(Rule::B4, file_offset(instruction.offset), field(instruction, "local"),
                               fmt::format("{}, which holds no cell", n),
                               "a local of the cell list or a closed-over variable");
            }
            break;
        case OperandMeaning::SmallInt: {
            // Immediates are small ints of the bits that the header promises.
            const unsigned bits = std::clamp<unsigned>(context_.module.header.small_int_bits, 1, 64);
            const std::int64_t high = static_cast<std::int64_t>((std::uint64_t{1} << (bits - 1)) - 1);
            if (instruction.operand > high || instruction.operand < -high - 1) {
                context_.error(Rule::B2, file_offset(instruction.offset), field(instruction, "value"),
                               fmt::format("{}", instruction.operand),
                               fmt::format("{}..{}", -high - 1, high));
            }
            break;
        }
        case OperandMeaning::Comp:
            if ((n & 3) == 3 || (n >> 2) < ((n & 3) == 1 ? 2U : 1U)) {
                context_.error(Rule::B2, file_offset(instruction.offset), field(instruction),
                               fmt::format("{}", n), "a list, dict or set below the values it gets");
            }
            break;
        case OperandMeaning::Count:
            if (instruction.op() == Op::BuildSlice && n != 2 && n != 3) {
                context_.error(Rule::B2, file_offset(instruction.offset), field(instruction),
                               fmt::format("{}", n), "2 or 3");
            }
            break;
        case OperandMeaning::Nothing:
            if ((instruction.op() == Op::YieldValue || instruction.op() == Op::YieldFrom) &&
                !prelude_->has(PreludeFlag::Generator)) {
                context_.error(Rule::B7, file_offset(instruction.offset), field(instruction),
                               "in a function that is no generator", "only in a generator");
            }
            break;
        case OperandMeaning::Target:
        case OperandMeaning::Call:
        case OperandMeaning::Unpack:
        case OperandMeaning::UnaryOp:
        case OperandMeaning::BinaryOp:
            break;
    }
}

void CodeChecker::check_child(const Instruction& instruction, std::optional<std::uint64_t>& last_child) {
    const std::uint64_t n = instruction.count();
    if (last_child && n <= *last_child) {
        context_.warning(Rule::P2, file_offset(instruction.offset), field(instruction, "child"),
                         fmt::format("{}", n), fmt::format("more than {}, the one made before", *last_child));
    }
    last_child = n;
    if (n >= code_->children.size()) return;
    const RawCode& child = context_.module.raw_code(code_->children[n]);
    const auto report = [&](std::string found, std::string allowed) {
        context_.error(Rule::B2, file_offset(instruction.offset), field(instruction, "child"),
                       std::move(found), std::move(allowed));
    };
    const Op op = instruction.op();
    const bool closure = op == Op::MakeClosure || op == Op::MakeClosureDefargs;
    const bool with_defaults = op == Op::MakeFunctionDefargs || op == Op::MakeClosureDefargs;
    if (child.kind == RawCodeKind::Asm && op != Op::MakeFunction) {
        report("assembler code", "assembler code only in MAKE_FUNCTION");
    }
    if (!child.prelude) return;
    if (!with_defaults &&
        (child.prelude->n_def_pos_args != 0 || child.prelude->has(PreludeFlag::DefKwargs))) {
        report("a function with default values", "default values with the DEFARGS instructions");
    }
    if (closure && instruction.extra > child.prelude->n_pos_args) {
        report(fmt::format("{} cells for a function of {} positional parameters", instruction.extra,
                           child.prelude->n_pos_args),
               "a parameter for every cell");
    }
}

void CodeChecker::check_targets() {
    for (const Instruction& instruction : instructions_) {
        if (!instruction.has_target() || index_at(instruction.operand) != kNone) continue;
        const auto size = static_cast<std::int64_t>(code_->code.size());
        const bool inside = instruction.operand >= 0 && instruction.operand < size;
        context_.error(Rule::B3, file_offset(instruction.offset), field(instruction, "target"),
                       inside ? fmt::format("{}, inside an instruction", instruction.operand)
                              : fmt::format("{}, outside the code", instruction.operand),
                       fmt::format("the start of an instruction in 0..{}", size - 1));
    }
}

void CodeChecker::check_last_instruction() {
    const Instruction& last = instructions_.back();
    switch (last.info().flow) {
        case Flow::Jump:
        case Flow::PopJump:
        case Flow::Unwind:
        case Flow::Leave:
            return;
        case Flow::Next:
        case Flow::Branch:
        case Flow::Setup:
        case Flow::EndFinally:
        case Flow::WithCleanup:
            break;
    }
    context_.error(Rule::B3, file_offset(last.offset), field(last),
                   "an instruction that goes on as the last one", "a jump, a return or a raise");
}

}  // namespace mpy
