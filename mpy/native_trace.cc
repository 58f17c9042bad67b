#include "mpy/native_trace.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "mpy/facts/native_functions.h"
#include "mpy/native_call.h"
#include "mpy/native_effect.h"
#include "mpy/native_value.h"

namespace mpy {
namespace {

using Kind = NativeValue::Kind;

/// Octets of a non-local-return buffer, in words, and the word in it that holds the handler's address.
/// Source: the native ABI text, section 3.7.
struct NlrLayout {
    int words = 0;
    int handler_word = 0;
};
NlrLayout nlr_layout(InstructionSet set) {
    switch (set) {
        case InstructionSet::X86:
            return {9, 5};
        case InstructionSet::X64:
            return {13, 5};
        case InstructionSet::Arm:
        case InstructionSet::Thumb:
            return {19, 3};
        case InstructionSet::Xtensa:
            return {13, 8};
        case InstructionSet::Rv32:
            return {17, 6};
        default:
            return {};
    }
}

// Slots of the runtime function table. Source: facts/native_functions.def.
constexpr std::uint32_t kStoreName = 12;
constexpr std::uint32_t kStoreGlobal = 13;
constexpr std::uint32_t kMakeFunction = 26;
constexpr std::uint32_t kNlrPush = 32;
/// Words of a code state in front of its state array. Source: the native ABI text, section 3.4.
constexpr std::int64_t kCodeStateWords = 5;

class Tracer {
  public:
    Tracer(const Module& module, const RawCode& code, const std::vector<DecodedRegion>& regions)
        : module_(module),
          code_(code),
          regions_(regions),
          writer_(module, code),
          word_(std::max<std::int64_t>(module.header.word_octets(), 1)),
          set_(main_set(regions)),
          roles_(register_roles(set_)),
          nlr_(nlr_layout(set_)),
          linked_(!code.relocations.empty()) {
        for (const DecodedRegion& region : regions_) {
            for (const NativeInstruction& instruction : region.instructions) {
                if (instruction.decoded) starts_.push_back(instruction.address);
            }
        }
        for (const auto& [offset, relocation] : relocated_words(code, static_cast<std::uint32_t>(word_))) {
            note_relocation(offset, *relocation);
        }
    }

    Trace run() {
        // The first pass only finds the labels, the second one knows where to forget. Labels found in code
        // that is reached by a label stay the same, so two passes are enough.
        pass();
        trace_.notes.clear();
        pass();
        return std::move(trace_);
    }

  private:
    static InstructionSet main_set(const std::vector<DecodedRegion>& regions) {
        for (auto it = regions.rbegin(); it != regions.rend(); ++it) {
            if (it->region.kind == RegionKind::Code) return it->region.set;
        }
        return InstructionSet::None;
    }

    // --- entry, joins -------------------------------------------------------------------------------------

    void pass() {
        pins_.fill({});
        pinned_slots_.clear();
        frame_ = {};
        enter();
        label_generator_start();
        bool falls_through = true;
        started_ = false;
        skipped_by_.reset();
        std::size_t next_start = 0;
        for (const DecodedRegion& region : regions_) {
            trace_.notes.emplace_back();
            if (region.region.kind != RegionKind::Code) continue;
            for (const NativeInstruction& instruction : region.instructions) {
                if (started_ && (arrives_from_elsewhere(instruction.address) || !falls_through)) join();
                if (instruction.decoded) ++next_start;
                next_ = next_start < starts_.size() ? starts_[next_start] : 0;
                trace_.notes.back().push_back(one(region.region.set, instruction, falls_through));
                started_ = true;
            }
        }
    }

    /// Whether anything but a jump over data in front of it goes to a label.
    bool arrives_from_elsewhere(std::uint64_t address) const {
        const auto found = references_.find(address);
        if (found == references_.end()) return false;
        for (const std::uint64_t from : found->second) {
            if (from != skipped_by_) return true;
        }
        return false;
    }

    void refer(std::uint64_t target) {
        trace_.labels.insert(target);
        std::vector<std::uint64_t>& from = references_[target];
        // Two are enough to know that there is more than one.
        if (from.size() < 2 && (from.empty() || from.front() != at_)) from.push_back(at_);
    }

    /// What the loader promises at the entry. Source: the native ABI text, sections 3.4 and 3.6.
    void enter() {
        registers_.fill({});
        slots_.clear();
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
                set(roles_.arguments[i], arguments[i]);
            }
        }
    }

    /// Word 1 of a generator is the offset of the code that its first resume goes to.
    void label_generator_start() {
        const auto words = code_.native_words(module_.header);
        if (words && words->start_offset && starts_instruction(*words->start_offset)) {
            at_ = 0;
            refer(*words->start_offset);
        }
    }

    /// Control may come from elsewhere: only what the function keeps for its whole length is still known.
    void join() {
        registers_ = pins_;
        slots_ = pinned_slots_;
        if (roles_.stack != kNoRegister) registers_[roles_.stack] = frame_;
    }

    // --- values -------------------------------------------------------------------------------------------

    NativeValue get(RegisterNumber reg) const {
        if (reg >= kMaxRegisters) return {};
        if (reg == roles_.zero) return {Kind::Constant, 0};
        return registers_[reg];
    }

    void set(RegisterNumber reg, NativeValue value) {
        if (reg >= kMaxRegisters || reg == roles_.zero) return;
        registers_[reg] = value;
        if (linked_) return;
        // Registers that a call may change carry these only on their way to where they stay.
        if ((roles_.caller_saved >> reg & 1U) != 0 || reg == roles_.stack) return;
        const bool kept = value.number == 0 && (value.is(Kind::FunctionTable) || value.is(Kind::QstrTable) ||
                                                value.is(Kind::CodeState) || value.is(Kind::Arguments));
        if (kept && (!pins_[reg].known() || pins_[reg].is(Kind::Arguments))) {
            pins_[reg] = value;
        } else if (pins_[reg].is(Kind::Arguments)) {
            pins_[reg] = {};
        }
    }

    /// Constants have the width of a machine word.
    NativeValue constant(std::int64_t number) const {
        return {Kind::Constant, word_ == 4 ? static_cast<std::int32_t>(number) : number};
    }

    static bool is_pointer(const NativeValue& value) {
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

    NativeValue sum(const NativeValue& left, const NativeValue& right) const {
        // Numbers come from damaged files too: unsigned sums wrap, signed ones must not overflow.
        const auto total = static_cast<std::int64_t>(static_cast<std::uint64_t>(left.number) +
                                                     static_cast<std::uint64_t>(right.number));
        if (left.is(Kind::Constant) && right.is(Kind::Constant)) return constant(total);
        if (is_pointer(left) && right.is(Kind::Constant)) return {left.kind, total};
        if (is_pointer(right) && left.is(Kind::Constant)) return {right.kind, total};
        return {};
    }

    NativeValue load_word(const NativeValue& base, std::int64_t offset) {
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
                if (index < 0) return {};
                const Object* object = module_.object({static_cast<std::uint32_t>(index)});
                if (object != nullptr && object->kind == ObjectKind::FunctionTable) {
                    return {Kind::FunctionTable, 0};
                }
                return {Kind::Object, index};
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

    /// A word of the text. A relocation says what it will hold; else it is a constant.
    NativeValue literal(std::int64_t address) const {
        if (address < 0 ||
            static_cast<std::uint64_t>(address) + static_cast<std::uint64_t>(word_) > code_.fun_data.size()) {
            return {};
        }
        if (const auto found = relocated_.find(static_cast<std::uint64_t>(address));
            found != relocated_.end()) {
            return found->second;
        }
        std::uint64_t value = 0;
        for (std::int64_t i = word_ - 1; i >= 0; --i) {
            value = value << 8 |
                    static_cast<std::uint64_t>(code_.fun_data[static_cast<std::size_t>(address + i)]);
        }
        return constant(static_cast<std::int64_t>(value));
    }

    void note_relocation(std::uint32_t offset, const Relocation& relocation) {
        NativeValue value;
        switch (relocation.target()) {
            case RelocationTarget::QstrTable:
                value = {Kind::QstrTable, 0};
                break;
            case RelocationTarget::ObjectTable:
                value = {Kind::ObjectTable, 0};
                break;
            case RelocationTarget::FunctionTable:
                value = {Kind::FunctionTable, 0};
                break;
            case RelocationTarget::TableSlot:
                value = {Kind::Slot, static_cast<std::int64_t>(relocation.slot().value)};
                break;
            default:
                break;
        }
        relocated_[offset] = value;
    }

    // --- names of places ----------------------------------------------------------------------------------

    /// Where the code state of a native function lies: the one stack slot that keeps its function object.
    std::optional<std::int64_t> code_state() const {
        if (code_.kind != RawCodeKind::Native || pinned_slots_.empty()) return std::nullopt;
        return pinned_slots_.begin()->first;
    }

    std::string state_name(std::int64_t index) const {
        if (!code_.prelude || index < 0 || index >= code_.prelude->n_state) return {};
        const std::uint64_t local = code_.prelude->n_state - 1U - static_cast<std::uint64_t>(index);
        // Locals and stack share the array; only parameters are known to be locals.
        if (local < code_.prelude->argument_names.size()) return writer_.local_name(local);
        return "state " + std::to_string(index);
    }

    std::string code_state_name(std::int64_t offset) const {
        if (offset < 0 || offset % word_ != 0) return {};
        const std::int64_t index = offset / word_;
        const bool generator = code_.prelude && code_.prelude->has(PreludeFlag::Generator);
        if (index == 0) return "code state";
        if (index == 1) return generator ? "resume address" : "previous globals";
        if (index == 2) return "state pointer";
        if (index == 3) return "n_state";
        if (index < kCodeStateWords) return {};
        return state_name(index - kCodeStateWords);
    }

    std::string nlr_name(std::int64_t address) const {
        if (!nlr_buffer_ || nlr_.words == 0) return {};
        const std::int64_t offset = address - *nlr_buffer_;
        if (offset < 0 || offset % word_ != 0) return {};
        const std::int64_t index = offset / word_;
        if (index == 0) return "nlr buffer";
        if (index == 1) return "exception";
        if (index == nlr_.handler_word) return "handler address";
        if (index == nlr_.words) return "return value";
        if (index == nlr_.words + 1 && code_state() != address) return "unwind address";
        return {};
    }

    std::string stack_name(const NativeValue& address) const {
        if (!address.is(Kind::StackAddress)) return {};
        if (const auto base = code_state(); base && address.number >= *base) {
            if (std::string name = code_state_name(address.number - *base); !name.empty()) return name;
        }
        return nlr_name(address.number);
    }

    std::string place_name(const NativeValue& base, std::int64_t offset) const {
        const NativeValue at = sum(base, {Kind::Constant, offset});
        if (at.is(Kind::StackAddress)) return stack_name(at);
        if (at.is(Kind::CodeState)) return code_state_name(at.number);
        return {};
    }

    // --- instructions -------------------------------------------------------------------------------------

    TraceNote one(InstructionSet set_of_region, const NativeInstruction& instruction, bool& falls_through) {
        TraceNote note;
        const NativeEffect effect = effect_of(set_of_region, instruction);
        const bool call = is_call(effect, instruction);
        at_ = instruction.address;
        // Arm, Thumb and Xtensa code jumps over its literals: no more than going on.
        const std::uint64_t behind = instruction.address + instruction.size;
        const bool skip = effect.flow == NativeFlow::Jump && effect.target == next_ && next_ > behind;
        if (skip) skipped_by_ = instruction.address;
        if (frame_.is(Kind::Unknown) && !skip && effect.flow != NativeFlow::Next &&
            roles_.stack != kNoRegister) {
            frame_ = get(roles_.stack);
        }
        for (const Step& step : effect.steps) apply(step, note);
        flow(effect, call, note);
        falls_through = call || skip || effect.flow == NativeFlow::Next || effect.flow == NativeFlow::Branch;
        return note;
    }

    /// On Arm a call is a load into pc behind `mov lr, pc`.
    bool is_call(const NativeEffect& effect, const NativeInstruction& instruction) const {
        switch (effect.flow) {
            case NativeFlow::Call:
            case NativeFlow::CallRegister:
            case NativeFlow::CallMemory:
                return true;
            case NativeFlow::JumpMemory: {
                const auto next = static_cast<std::int64_t>(instruction.address) + instruction.size;
                return get(roles_.link) == NativeValue{Kind::CodeAddress, next};
            }
            default:
                return false;
        }
    }

    void apply(const Step& step, TraceNote& note) {
        const RegisterNumber stack = roles_.stack;
        switch (step.kind) {
            case Step::Kind::Forget:
                set(step.to, {});
                break;
            case Step::Kind::Move:
                set(step.to, get(step.from));
                break;
            case Step::Kind::Constant:
                set(step.to, constant(step.number));
                break;
            case Step::Kind::CodeAddress:
                set(step.to, {Kind::CodeAddress, step.number});
                break;
            case Step::Kind::AddConstant:
                set(step.to, sum(get(step.from), {Kind::Constant, step.number}));
                arithmetic_done(step, note);
                break;
            case Step::Kind::Add:
                set(step.to, sum(get(step.from), get(step.second)));
                arithmetic_done(step, note);
                break;
            case Step::Kind::ShiftLeft: {
                const NativeValue from = get(step.from);
                const bool known = from.is(Kind::Constant) && step.number >= 0 && step.number < 63;
                set(step.to, known ? constant(static_cast<std::int64_t>(
                                         static_cast<std::uint64_t>(from.number) << step.number))
                                   : NativeValue{});
                break;
            }
            case Step::Kind::Negate: {
                const NativeValue from = get(step.from);
                set(step.to,
                    from.is(Kind::Constant)
                        ? constant(static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(from.number)))
                        : NativeValue{});
                break;
            }
            case Step::Kind::SignExtend16: {
                const NativeValue from = get(step.from);
                set(step.to, from.is(Kind::Constant) ? constant(static_cast<std::int16_t>(from.number))
                                                     : NativeValue{});
                break;
            }
            case Step::Kind::LoadWord: {
                const NativeValue base = get(step.from);
                const NativeValue value = load_word(base, step.number);
                describe_load(base, step.number, value, note);
                set(step.to, value);
                break;
            }
            case Step::Kind::LoadLiteral: {
                const NativeValue value = literal(step.number);
                if (value.is(Kind::Constant)) {
                    note.text = "= " + std::to_string(value.number);
                } else {
                    note.text = writer_.describe(value);
                }
                set(step.to, value);
                break;
            }
            case Step::Kind::LoadHalf: {
                const NativeValue at = sum(get(step.from), {Kind::Constant, step.number});
                NativeValue value;
                if (at.is(Kind::QstrTable) && at.number >= 0 && at.number % 2 == 0) {
                    value = {Kind::Qstr, at.number / 2};
                    note.text = writer_.describe(value);
                }
                set(step.to, value);
                break;
            }
            case Step::Kind::StoreWord:
                store(get(step.from), step.number, get(step.second), note);
                break;
            case Step::Kind::Push: {
                const NativeValue value = get(step.from);
                set(stack, sum(get(stack), {Kind::Constant, -word_}));
                if (get(stack).is(Kind::StackAddress)) slots_[get(stack).number] = value;
                break;
            }
            case Step::Kind::Pop: {
                const NativeValue value = load_word(get(stack), 0);
                set(stack, sum(get(stack), {Kind::Constant, word_}));
                set(step.to, value);
                break;
            }
        }
    }

    void arithmetic_done(const Step& step, TraceNote& note) {
        const NativeValue result = get(step.to);
        if (step.to == roles_.stack) {
            // x86 pushes arguments, so its frame is complete at the first subtraction; elsewhere the stack
            // pointer stays put between prologue and epilogue and is taken at the first jump or call.
            const bool x86 = set_ == InstructionSet::X86 || set_ == InstructionSet::X64;
            if (x86 && frame_.is(Kind::Unknown) && result.is(Kind::StackAddress)) frame_ = result;
            return;
        }
        if (result.is(Kind::CodeAddress) && step.to != kScratchRegister) code_address(result.number, note);
        if (result.is(Kind::StackAddress)) {
            if (const std::string name = stack_name(result); !name.empty()) note.text = '&' + name;
        }
    }

    /// The code computes an address of its own: a handler, a resume point, the far target of a jump.
    void code_address(std::int64_t address, TraceNote& note) {
        const std::uint64_t target = static_cast<std::uint64_t>(address) & ~entry_bit();
        if (starts_instruction(target)) {
            note.target = target;
            refer(target);
        } else if (!linked_ && code_.kind != RawCodeKind::Asm) {
            note.warning = "this address is no instruction of the function";
        }
    }

    std::uint64_t entry_bit() const { return set_ == InstructionSet::Thumb ? 1U : 0U; }
    bool starts_instruction(std::uint64_t address) const {
        return std::binary_search(starts_.begin(), starts_.end(), address);
    }

    void describe_load(const NativeValue& base, std::int64_t offset, const NativeValue& value,
                       TraceNote& note) {
        note.text = writer_.describe(value);
        const std::string place = place_name(base, offset);
        if (place.empty() || value.is(Kind::FunctionObject)) return;
        note.text = note.text.empty() ? place : place + " = " + note.text;
    }

    void store(const NativeValue& base, std::int64_t offset, const NativeValue& value, TraceNote& note) {
        const NativeValue at = sum(base, {Kind::Constant, offset});
        if (at.is(Kind::StackAddress)) {
            slots_[at.number] = value;
            if (value.is(Kind::FunctionObject) && value.number == 0 && !linked_) {
                pinned_slots_.try_emplace(at.number, value);
            }
        }
        const std::string place = place_name(base, offset);
        if (!place.empty()) note.text = place;
    }

    void flow(const NativeEffect& effect, bool call, TraceNote& note) {
        if (effect.target) {
            note.target = *effect.target;
            note.goes_to_target = true;
            if (starts_instruction(*effect.target)) {
                refer(*effect.target);
            } else if (code_.kind != RawCodeKind::Asm && !linked_) {
                note.warning = "the target is no instruction of the function";
            }
        }
        if (effect.flow == NativeFlow::JumpRegister && effect.through != kNoRegister) {
            const NativeValue to = sum(get(effect.through), {Kind::Constant, effect.offset});
            if (to.is(Kind::CodeAddress)) {
                code_address(to.number, note);
                note.goes_to_target = note.target.has_value();
            }
        }
        if (!call) return;
        const bool direct = effect.flow == NativeFlow::Call;
        note.indirect_call = !direct;
        NativeValue to;
        if (effect.flow == NativeFlow::CallRegister) {
            to = effect.offset == 0 ? get(effect.through) : NativeValue{};
        } else if (!direct) {
            to = load_word(get(effect.through), effect.offset);
        }
        if (to.is(Kind::Slot) && to.number >= 0) {
            note.slot = FunctionSlot{static_cast<std::uint32_t>(to.number)};
            describe_call(*note.slot, note);
        }
        after_call();
    }

    NativeValue argument(std::size_t number) {
        if (roles_.arguments.empty()) {
            return load_word(get(roles_.stack), word_ * static_cast<std::int64_t>(number));
        }
        return number < roles_.arguments.size() ? get(roles_.arguments[number]) : NativeValue{};
    }

    void describe_call(FunctionSlot slot, TraceNote& note) {
        if (slot.value == kMakeFunction && argument(0).is(Kind::Child)) {
            note.makes_child = ChildIndex{static_cast<std::uint32_t>(argument(0).number)};
        }
        if ((slot.value == kStoreName || slot.value == kStoreGlobal) && argument(0).is(Kind::Qstr)) {
            note.stores_name = QstrIndex{static_cast<std::uint32_t>(argument(0).number)};
        }
        if (slot.value == kNlrPush && argument(0).is(Kind::StackAddress)) nlr_buffer_ = argument(0).number;
        note.text = call_text(
            slot, writer_, [this](std::size_t n) { return argument(n); },
            [this](const NativeValue& address, std::size_t index) {
                return load_word(address, word_ * static_cast<std::int64_t>(index));
            },
            [this](const NativeValue& address) { return stack_name(address); });
        // The callee writes results behind the pointers it gets.
        std::optional<std::int64_t> lowest;
        for (std::size_t i = 0; i < 4; ++i) {
            const NativeValue value = argument(i);
            if (!value.is(Kind::StackAddress)) continue;
            lowest = std::min(lowest.value_or(value.number), value.number);
        }
        if (!lowest) return;
        slots_.erase(slots_.lower_bound(*lowest), slots_.end());
        slots_.insert(pinned_slots_.begin(), pinned_slots_.end());
    }

    void after_call() {
        for (std::size_t reg = 0; reg < kMaxRegisters; ++reg) {
            if ((roles_.caller_saved >> reg & 1U) != 0) registers_[reg] = {};
        }
    }

    const Module& module_;
    const RawCode& code_;
    const std::vector<DecodedRegion>& regions_;
    NativeValueWriter writer_;
    std::int64_t word_;
    InstructionSet set_;
    const RegisterRoles& roles_;
    NlrLayout nlr_;
    /// Made by the linker of C modules: no promises about registers, but relocations.
    bool linked_;
    std::vector<std::uint64_t> starts_;
    std::map<std::uint64_t, NativeValue> relocated_;

    std::array<NativeValue, kMaxRegisters> registers_{};
    std::array<NativeValue, kMaxRegisters> pins_{};
    std::map<std::int64_t, NativeValue> slots_;
    std::map<std::int64_t, NativeValue> pinned_slots_;
    /// The stack pointer of the body.
    NativeValue frame_;
    std::optional<std::int64_t> nlr_buffer_;
    /// By label: instructions that go to it or take its address, at most two.
    std::map<std::uint64_t, std::vector<std::uint64_t>> references_;
    /// The jump over data that was met last.
    std::optional<std::uint64_t> skipped_by_;
    /// The instruction at hand and the one behind it.
    std::uint64_t at_ = 0;
    std::uint64_t next_ = 0;
    bool started_ = false;
    Trace trace_;
};

}  // namespace

Trace trace_native(const Module& module, const RawCode& code, const std::vector<DecodedRegion>& regions) {
    return Tracer(module, code, regions).run();
}

}  // namespace mpy
