#include "mpy/native_places.h"

namespace mpy {
namespace {

using Kind = NativeValue::Kind;

/// Words of a code state in front of its state array. Source: the native ABI text, section 3.4.
constexpr std::int64_t kCodeStateWords = 5;

/// Words of a buffer for non-local returns, and which of them holds the handler's address.
/// Source: the native ABI text, section 3.7.
struct NlrLayout {
    std::int64_t words = 0;
    std::int64_t handler_word = 0;
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
        case InstructionSet::XtensaWindowed:
            return {20, 6};
        case InstructionSet::Rv32:
            return {17, 6};
        default:
            return {};
    }
}

/// Stack offsets come from instructions, also of damaged files: their distance must not overflow.
std::int64_t distance(std::int64_t from, std::int64_t to) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(to) - static_cast<std::uint64_t>(from));
}

}  // namespace

std::string NativePlaces::name(const NativeValue& address) const {
    if (address.is(Kind::CodeState)) return code_state_name(address.number);
    if (!address.is(Kind::StackAddress)) return {};
    if (code_.kind == RawCodeKind::Native && code_state_) {
        std::string found = code_state_name(distance(*code_state_, address.number));
        if (!found.empty()) return found;
    }
    return nlr_name(address.number);
}

std::string NativePlaces::code_state_name(std::int64_t offset) const {
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

std::string NativePlaces::state_name(std::int64_t index) const {
    if (!code_.prelude || index < 0 || index >= code_.prelude->n_state) return {};
    const std::uint64_t local = code_.prelude->n_state - 1U - static_cast<std::uint64_t>(index);
    // Locals and value stack share the array; only parameters are known to be locals.
    if (local < code_.prelude->argument_names.size()) return writer_.local_name(local);
    return "state " + std::to_string(index);
}

std::string NativePlaces::nlr_name(std::int64_t address) const {
    const NlrLayout layout = nlr_layout(set_);
    if (!nlr_buffer_ || layout.words == 0) return {};
    const std::int64_t offset = distance(*nlr_buffer_, address);
    if (offset < 0 || offset % word_ != 0) return {};
    const std::int64_t index = offset / word_;
    if (index == 0) return "nlr buffer";
    if (index == 1) return "exception";
    if (index == layout.handler_word) return "handler address";
    if (index == layout.words) return "return value";
    if (index == layout.words + 1 && code_state_ != address) return "unwind address";
    return {};
}

}  // namespace mpy
