#include "mpy/native_state.h"

#include <algorithm>

#include "mpy/native_layout.h"

namespace mpy {
namespace {

using Kind = NativeValue::Kind;

bool is_pointer(const NativeValue& value) {
    switch (value.kind) {
        case Kind::StackAddress:
        case Kind::CodeAddress:
        case Kind::FunctionObject:
        case Kind::CodeState:
        case Kind::Context:
        case Kind::QstrTable:
        case Kind::ObjectTable:
        case Kind::FunctionTable:
        case Kind::ChildTable:
        case Kind::Arguments:
            return true;
        default:
            return false;
    }
}

/// What a word of the text holds after a relocation.
NativeValue relocated_value(const Relocation& relocation) {
    switch (relocation.target()) {
        case RelocationTarget::QstrTable:
            return {Kind::QstrTable, 0};
        case RelocationTarget::ObjectTable:
            return {Kind::ObjectTable, 0};
        case RelocationTarget::FunctionTable:
            return {Kind::FunctionTable, 0};
        case RelocationTarget::TableSlot:
            return {Kind::Slot, static_cast<std::int64_t>(relocation.slot().value)};
        default:
            return {};
    }
}

}  // namespace

NativeState::NativeState(const Module& module, const RawCode& code, InstructionSet set)
    : module_(module),
      code_(code),
      set_(set),
      roles_(register_roles(set)),
      word_(std::max<std::int64_t>(module.header.word_octets(), 1)),
      linked_(!code.relocations.empty()) {
    for (const auto& [offset, relocation] : relocated_words(code, static_cast<std::uint32_t>(word_))) {
        relocated_[offset] = relocated_value(*relocation);
    }
}

void NativeState::enter() {
    registers_.fill({});
    kept_.fill({});
    slots_.clear();
    object_slot_.reset();
    frame_ = {};
    if (set_ == InstructionSet::None) return;
    set(roles_.stack, {Kind::StackAddress, 0});
    if (code_.kind != RawCodeKind::Native && code_.kind != RawCodeKind::Viper) return;
    const bool generator = code_.prelude && code_.prelude->has(PreludeFlag::Generator);
    const std::array<NativeValue, 4> arguments =
        generator ? std::array<NativeValue, 4>{NativeValue{Kind::CodeState, 0}, {}, {}, {}}
                  : std::array<NativeValue, 4>{NativeValue{Kind::FunctionObject, 0},
                                               {Kind::ArgumentCount, 0},
                                               {Kind::KeywordCount, 0},
                                               {Kind::Arguments, 0}};
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (roles_.arguments.empty()) {
            // On the stack, behind the return address.
            slots_[word_ * static_cast<std::int64_t>(i + 1)] = arguments[i];
        } else {
            set(roles_.own_arguments.empty() ? roles_.arguments[i] : roles_.own_arguments[i], arguments[i]);
        }
    }
}

void NativeState::join() {
    registers_ = kept_;
    slots_.clear();
    if (object_slot_) slots_[*object_slot_] = {Kind::FunctionObject, 0};
    if (roles_.stack != kNoRegister) registers_[roles_.stack] = frame_;
}

NativeValue NativeState::get(RegisterNumber reg) const {
    if (reg >= kMaxRegisters) return {};
    if (reg == roles_.zero) return {Kind::Constant, 0};
    return registers_[reg];
}

void NativeState::set(RegisterNumber reg, NativeValue value) {
    if (reg >= kMaxRegisters || reg == roles_.zero) return;
    registers_[reg] = value;
    // Registers that a call may change carry these pointers only on their way to where they stay.
    if (linked_ || (roles_.caller_saved >> reg & 1U) != 0 || reg == roles_.stack) return;
    const bool stays = value.number == 0 && (value.is(Kind::FunctionTable) || value.is(Kind::QstrTable) ||
                                             value.is(Kind::CodeState) || value.is(Kind::Arguments));
    // The register of the arguments is used for something else when they have been read.
    if (stays && (!kept_[reg].known() || kept_[reg].is(Kind::Arguments))) {
        kept_[reg] = value;
    } else if (kept_[reg].is(Kind::Arguments)) {
        kept_[reg] = {};
    }
}

NativeValue NativeState::load_word(const NativeValue& base, std::int64_t offset) const {
    const NativeValue at = sum(base, {Kind::Constant, offset});
    if (at.number % word_ != 0) return {};
    const std::int64_t index = at.number / word_;
    switch (at.kind) {
        case Kind::StackAddress: {
            const auto found = slots_.find(at.number);
            return found == slots_.end() ? NativeValue{} : found->second;
        }
        case Kind::CodeAddress:
            return literal(at.number);
        case Kind::FunctionObject:
            if (index == 1) return {Kind::Context, 0};
            if (index == 2) return {Kind::ChildTable, 0};
            if (index == 3) return {Kind::CodeAddress, 0};
            return {};
        case Kind::CodeState:
            return index == 0 ? NativeValue{Kind::FunctionObject, 0} : NativeValue{};
        case Kind::Context:
            if (index == 1) return {Kind::Globals, 0};
            if (index == 2) return {Kind::QstrTable, 0};
            if (index == 3) return {Kind::ObjectTable, 0};
            return {};
        case Kind::ObjectTable: {
            if (index < 0 || index > UINT32_MAX) return {};
            const Object* object = module_.object({static_cast<std::uint32_t>(index)});
            const bool table = object != nullptr && object->kind == ObjectKind::FunctionTable;
            return table ? NativeValue{Kind::FunctionTable, 0} : NativeValue{Kind::Object, index};
        }
        case Kind::FunctionTable:
            return {Kind::Slot, index};
        case Kind::ChildTable:
            return {Kind::Child, index};
        case Kind::Arguments:
            return {Kind::Argument, index};
        default:
            return {};
    }
}

NativeValue NativeState::literal(std::int64_t address) const {
    const std::uint64_t size = code_.fun_data.size();
    const auto start = static_cast<std::uint64_t>(address);
    if (address < 0 || start > size || static_cast<std::uint64_t>(word_) > size - start) return {};
    if (const auto found = relocated_.find(static_cast<std::uint32_t>(start)); found != relocated_.end()) {
        return found->second;
    }
    std::uint64_t value = 0;
    for (std::int64_t i = word_ - 1; i >= 0; --i) {
        value =
            value << 8 | static_cast<std::uint64_t>(code_.fun_data[static_cast<std::size_t>(address + i)]);
    }
    return constant(static_cast<std::int64_t>(value));
}

void NativeState::store_word(const NativeValue& base, std::int64_t offset, const NativeValue& value) {
    const NativeValue at = sum(base, {Kind::Constant, offset});
    if (!at.is(Kind::StackAddress)) return;
    slots_[at.number] = value;
    if (!object_slot_ && !linked_ && value == NativeValue{Kind::FunctionObject, 0}) object_slot_ = at.number;
}

void NativeState::push(const NativeValue& value) {
    set(roles_.stack, sum(get(roles_.stack), {Kind::Constant, -word_}));
    const NativeValue stack = get(roles_.stack);
    if (stack.is(Kind::StackAddress)) slots_[stack.number] = value;
}

NativeValue NativeState::pop() {
    const NativeValue value = load_word(get(roles_.stack), 0);
    set(roles_.stack, sum(get(roles_.stack), {Kind::Constant, word_}));
    return value;
}

NativeValue NativeState::argument(std::size_t number) const {
    if (roles_.arguments.empty()) {
        return load_word(get(roles_.stack), word_ * static_cast<std::int64_t>(number));
    }
    return number < roles_.arguments.size() ? get(roles_.arguments[number]) : NativeValue{};
}

void NativeState::forget_call(std::span<const NativeValue> arguments) {
    for (const NativeValue& argument : arguments) {
        if (!argument.is(Kind::StackAddress)) continue;
        slots_.erase(slots_.lower_bound(argument.number), slots_.end());
    }
    if (object_slot_) slots_[*object_slot_] = {Kind::FunctionObject, 0};
    for (std::size_t reg = 0; reg < kMaxRegisters; ++reg) {
        if ((roles_.caller_saved >> reg & 1U) != 0) registers_[reg] = {};
    }
}

void NativeState::settle_frame() {
    if (!frame_.known() && roles_.stack != kNoRegister) frame_ = get(roles_.stack);
}

NativeValue NativeState::sum(const NativeValue& left, const NativeValue& right) const {
    // Numbers come from damaged files too: unsigned sums wrap, signed ones must not overflow.
    const auto total = static_cast<std::int64_t>(static_cast<std::uint64_t>(left.number) +
                                                 static_cast<std::uint64_t>(right.number));
    if (left.is(Kind::Constant) && right.is(Kind::Constant)) return constant(total);
    if (is_pointer(left) && right.is(Kind::Constant)) return {left.kind, total};
    if (is_pointer(right) && left.is(Kind::Constant)) return {right.kind, total};
    return {};
}

NativeValue NativeState::constant(std::int64_t number) const {
    return {Kind::Constant, word_ == 4 ? static_cast<std::int32_t>(number) : number};
}

std::optional<std::int64_t> NativeState::function_object_slot() const {
    return object_slot_;
}

}  // namespace mpy
