#include "mpy/native_trace.h"

#include <algorithm>
#include <array>
#include <map>

#include "mpy/native_call.h"
#include "mpy/native_effect.h"
#include "mpy/native_places.h"
#include "mpy/native_state.h"

namespace mpy {
namespace {

using Kind = NativeValue::Kind;

// Slots of the runtime function table. Source: facts/native_functions.def.
constexpr std::uint32_t kStoreName = 12;
constexpr std::uint32_t kStoreGlobal = 13;
constexpr std::uint32_t kMakeFunction = 26;
constexpr std::uint32_t kNlrPush = 32;

InstructionSet main_set(const std::vector<DecodedRegion>& regions) {
    for (auto it = regions.rbegin(); it != regions.rend(); ++it) {
        if (it->region.kind == RegionKind::Code) return it->region.set;
    }
    return InstructionSet::None;
}

class Tracer {
  public:
    Tracer(const Module& module, const RawCode& code, const std::vector<DecodedRegion>& regions)
        : module_(module),
          code_(code),
          regions_(regions),
          writer_(module, code),
          state_(module, code, main_set(regions)),
          places_(code, writer_, state_.instruction_set(), state_.word()),
          compiled_(code.kind != RawCodeKind::Asm && !state_.linked()) {
        for (const DecodedRegion& region : regions_) {
            for (const NativeInstruction& instruction : region.instructions) {
                if (instruction.decoded) starts_.push_back(instruction.address);
            }
        }
    }

    Trace run() {
        // The first pass finds the labels, the second one knows where to forget. Addresses that code computes
        // are put together within a few instructions, so forgetting more does not lose labels.
        pass();
        trace_.notes.clear();
        pass();
        return std::move(trace_);
    }

  private:
    void pass() {
        state_.enter();
        label_generator_start();
        bool falls_through = true;
        bool first = true;
        skipped_by_.reset();
        std::size_t next_start = 0;
        for (const DecodedRegion& region : regions_) {
            trace_.notes.emplace_back();
            if (region.region.kind != RegionKind::Code) continue;
            for (const NativeInstruction& instruction : region.instructions) {
                if (!first && (arrives_from_elsewhere(instruction.address) || !falls_through)) state_.join();
                first = false;
                if (instruction.decoded) ++next_start;
                next_ = next_start < starts_.size() ? starts_[next_start] : 0;
                trace_.notes.back().push_back(one(region.region.set, instruction, falls_through));
            }
        }
    }

    // --- labels -------------------------------------------------------------------------------------------

    /// Word 1 of a generator is the offset of the code that its first resume goes to.
    void label_generator_start() {
        const auto words = code_.native_words(module_.header);
        if (!words || !words->start_offset || !starts_instruction(*words->start_offset)) return;
        at_ = 0;
        refer(*words->start_offset);
    }

    bool starts_instruction(std::uint64_t address) const {
        return std::binary_search(starts_.begin(), starts_.end(), address);
    }

    void refer(std::uint64_t target) {
        trace_.labels.insert(target);
        std::vector<std::uint64_t>& from = references_[target];
        // Two are enough to know that there is more than one.
        if (from.size() < 2 && (from.empty() || from.front() != at_)) from.push_back(at_);
    }

    /// Whether anything but a jump over data in front of it goes to a label.
    bool arrives_from_elsewhere(std::uint64_t address) const {
        const auto found = references_.find(address);
        if (found == references_.end()) return false;
        return std::any_of(found->second.begin(), found->second.end(),
                           [this](std::uint64_t from) { return from != skipped_by_; });
    }

    /// The code computes an address of its own: a handler, a resume point, the far target of a jump.
    void code_address(std::int64_t address, TraceNote& note) {
        const std::uint64_t entry_bit = state_.instruction_set() == InstructionSet::Thumb ? 1U : 0U;
        const std::uint64_t target = static_cast<std::uint64_t>(address) & ~entry_bit;
        if (starts_instruction(target)) {
            note.target = target;
            refer(target);
        } else if (compiled_) {
            note.warning = "this address is no instruction of the function";
        }
    }

    // --- instructions -------------------------------------------------------------------------------------

    TraceNote one(InstructionSet set, const NativeInstruction& instruction, bool& falls_through) {
        TraceNote note;
        at_ = instruction.address;
        const NativeEffect effect = effect_of(set, instruction);
        const bool call = is_call(effect, instruction);
        // Arm, Thumb and Xtensa code jumps over its literals: no more than going on.
        const std::uint64_t behind = instruction.address + instruction.size;
        const bool skip = effect.flow == NativeFlow::Jump && effect.target == next_ && next_ > behind;
        if (skip) skipped_by_ = instruction.address;
        // Between prologue and epilogue the stack pointer stays put, except on x86 (see arithmetic_done).
        if (!skip && effect.flow != NativeFlow::Next) state_.settle_frame();
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
                const auto next = static_cast<std::int64_t>(instruction.address + instruction.size);
                return state_.get(state_.roles().link) == NativeValue{Kind::CodeAddress, next};
            }
            default:
                return false;
        }
    }

    void apply(const Step& step, TraceNote& note) {
        const NativeValue from = state_.get(step.from);
        switch (step.kind) {
            case Step::Kind::Forget:
                state_.set(step.to, {});
                break;
            case Step::Kind::Move:
                state_.set(step.to, from);
                break;
            case Step::Kind::Constant:
                state_.set(step.to, state_.constant(step.number));
                break;
            case Step::Kind::CodeAddress:
                state_.set(step.to, {Kind::CodeAddress, step.number});
                break;
            case Step::Kind::AddConstant:
                state_.set(step.to, state_.sum(from, {Kind::Constant, step.number}));
                arithmetic_done(step, note);
                break;
            case Step::Kind::Add:
                state_.set(step.to, state_.sum(from, state_.get(step.second)));
                arithmetic_done(step, note);
                break;
            case Step::Kind::ShiftLeft:
            case Step::Kind::Negate:
            case Step::Kind::SignExtend16:
                state_.set(step.to, from.is(Kind::Constant) ? folded(step, from.number) : NativeValue{});
                break;
            case Step::Kind::LoadWord: {
                const NativeValue value = state_.load_word(from, step.number);
                describe_load(state_.sum(from, {Kind::Constant, step.number}), value, note);
                state_.set(step.to, value);
                break;
            }
            case Step::Kind::LoadLiteral: {
                const NativeValue value = state_.literal(step.number);
                note.text =
                    value.is(Kind::Constant) ? "= " + std::to_string(value.number) : writer_.describe(value);
                state_.set(step.to, value);
                break;
            }
            case Step::Kind::LoadHalf:
                state_.set(step.to, load_half(state_.sum(from, {Kind::Constant, step.number}), note));
                break;
            case Step::Kind::StoreWord:
                state_.store_word(from, step.number, state_.get(step.second));
                places_.set_code_state(state_.function_object_slot());
                note.text = places_.name(state_.sum(from, {Kind::Constant, step.number}));
                break;
            case Step::Kind::Push:
                state_.push(from);
                break;
            case Step::Kind::Pop:
                state_.set(step.to, state_.pop());
                break;
        }
    }

    NativeValue folded(const Step& step, std::int64_t number) const {
        const auto bits = static_cast<std::uint64_t>(number);
        switch (step.kind) {
            case Step::Kind::ShiftLeft:
                if (step.number < 0 || step.number > 63) return {};
                return state_.constant(static_cast<std::int64_t>(bits << step.number));
            case Step::Kind::Negate:
                return state_.constant(static_cast<std::int64_t>(0 - bits));
            default:
                return state_.constant(static_cast<std::int16_t>(bits & 0xFFFF));
        }
    }

    NativeValue load_half(const NativeValue& address, TraceNote& note) const {
        if (!address.is(Kind::QstrTable) || address.number < 0 || address.number % 2 != 0) return {};
        const NativeValue value{Kind::Qstr, address.number / 2};
        note.text = writer_.describe(value);
        return value;
    }

    void describe_load(const NativeValue& address, const NativeValue& value, TraceNote& note) const {
        note.text = writer_.describe(value);
        const std::string place = places_.name(address);
        if (place.empty() || value.is(Kind::FunctionObject)) return;
        note.text = note.text.empty() ? place : place + " = " + note.text;
    }

    void arithmetic_done(const Step& step, TraceNote& note) {
        const NativeValue result = state_.get(step.to);
        if (step.to == state_.roles().stack) {
            // x86 pushes the arguments of calls, so its frame is complete at the first subtraction.
            const bool x86 = state_.instruction_set() == InstructionSet::X86 ||
                             state_.instruction_set() == InstructionSet::X64;
            if (x86 && result.is(Kind::StackAddress)) state_.settle_frame();
            return;
        }
        if (result.is(Kind::CodeAddress) && step.to != kScratchRegister) code_address(result.number, note);
        if (result.is(Kind::StackAddress)) {
            if (const std::string name = places_.name(result); !name.empty()) note.text = '&' + name;
        }
    }

    void flow(const NativeEffect& effect, bool call, TraceNote& note) {
        if (effect.target) {
            note.target = *effect.target;
            note.goes_to_target = true;
            if (starts_instruction(*effect.target)) {
                refer(*effect.target);
            } else if (compiled_) {
                note.warning = "the target is no instruction of the function";
            }
        }
        if (effect.flow == NativeFlow::JumpRegister && effect.through != kNoRegister) {
            const NativeValue to = state_.sum(state_.get(effect.through), {Kind::Constant, effect.offset});
            if (to.is(Kind::CodeAddress)) {
                code_address(to.number, note);
                note.goes_to_target = note.target.has_value();
            }
        }
        if (call) finish_call(effect, note);
    }

    void finish_call(const NativeEffect& effect, TraceNote& note) {
        note.indirect_call = effect.flow != NativeFlow::Call;
        NativeValue to;
        if (effect.flow == NativeFlow::CallRegister) {
            if (effect.offset == 0) to = state_.get(effect.through);
        } else if (note.indirect_call) {
            to = state_.load_word(state_.get(effect.through), effect.offset);
        }
        std::array<NativeValue, 4> arguments;
        for (std::size_t i = 0; i < arguments.size(); ++i) arguments[i] = state_.argument(i);
        if (to.is(Kind::Slot) && to.number >= 0 && to.number <= UINT32_MAX) {
            note.slot = FunctionSlot{static_cast<std::uint32_t>(to.number)};
            describe_call(*note.slot, arguments, note);
        }
        state_.forget_call(arguments);
    }

    void describe_call(FunctionSlot slot, const std::array<NativeValue, 4>& arguments, TraceNote& note) {
        const NativeValue& first = arguments[0];
        const auto number = static_cast<std::uint32_t>(first.number);
        if (slot.value == kMakeFunction && first.is(Kind::Child)) note.makes_child = ChildIndex{number};
        if ((slot.value == kStoreName || slot.value == kStoreGlobal) && first.is(Kind::Qstr)) {
            note.stores_name = QstrIndex{number};
        }
        if (slot.value == kNlrPush && first.is(Kind::StackAddress)) places_.set_nlr_buffer(first.number);
        note.text = call_text(
            slot, writer_, [this](std::size_t n) { return state_.argument(n); },
            [this](const NativeValue& address, std::size_t index) {
                return state_.load_word(address, state_.word() * static_cast<std::int64_t>(index));
            },
            [this](const NativeValue& address) { return places_.name(address); });
    }

    const Module& module_;
    const RawCode& code_;
    const std::vector<DecodedRegion>& regions_;
    NativeValueWriter writer_;
    NativeState state_;
    NativePlaces places_;
    /// Python code: its jumps stay inside the function. Assembler and C code may hold anything.
    bool compiled_;
    std::vector<std::uint64_t> starts_;
    /// By label: instructions that go to it or take its address, at most two.
    std::map<std::uint64_t, std::vector<std::uint64_t>> references_;
    /// The jump over data that was met last.
    std::optional<std::uint64_t> skipped_by_;
    /// The instruction at hand and the one behind it.
    std::uint64_t at_ = 0;
    std::uint64_t next_ = 0;
    Trace trace_;
};

}  // namespace

Trace trace_native(const Module& module, const RawCode& code, const std::vector<DecodedRegion>& regions) {
    return Tracer(module, code, regions).run();
}

}  // namespace mpy
