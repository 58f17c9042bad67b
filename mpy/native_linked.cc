#include "mpy/native_linked.h"

#include <algorithm>

#include "mpy/native_effect.h"

namespace mpy {
namespace {

/// Slots of the types of builtin functions; behind such a word stands the address of the function.
/// Source: the native ABI text, sections 2 and 6.3.
constexpr std::uint32_t kFirstFunctionType = 77;
constexpr std::uint32_t kLastFunctionType = 81;

class Reach {
  public:
    Reach(const RawCode& code, std::uint32_t word, const std::vector<DecodedRegion>& regions)
        : code_(code), word_(word) {
        for (const DecodedRegion& region : regions) {
            for (const NativeInstruction& instruction : region.instructions) {
                if (instruction.decoded) instructions_.push_back({&instruction, region.region.set, false});
            }
        }
    }

    /// Address behind the last instruction that is reached; 0 when there is none.
    std::uint64_t end() {
        arrive(0);
        for (const std::uint64_t function : exported_functions()) arrive(function);
        std::uint64_t last = 0;
        while (!work_.empty()) {
            const std::size_t index = work_.back();
            work_.pop_back();
            const NativeInstruction& instruction = *instructions_[index].instruction;
            const std::uint64_t next = instruction.address + instruction.size;
            last = std::max(last, next);
            const NativeEffect effect = effect_of(instructions_[index].set, instruction);
            if (effect.target) arrive(*effect.target);
            if (goes_on(effect.flow)) arrive(next);
        }
        return last;
    }

  private:
    struct Place {
        const NativeInstruction* instruction;
        InstructionSet set;
        bool reached;
    };

    static bool goes_on(NativeFlow flow) {
        switch (flow) {
            case NativeFlow::Next:
            case NativeFlow::Branch:
            case NativeFlow::Call:
            case NativeFlow::CallRegister:
            case NativeFlow::CallMemory:
                return true;
            default:
                return false;
        }
    }

    void arrive(std::uint64_t address) {
        const auto at = std::lower_bound(
            instructions_.begin(), instructions_.end(), address,
            [](const Place& place, std::uint64_t wanted) { return place.instruction->address < wanted; });
        if (at == instructions_.end() || at->instruction->address != address || at->reached) return;
        at->reached = true;
        work_.push_back(static_cast<std::size_t>(at - instructions_.begin()));
    }

    std::uint64_t word_at(std::uint32_t offset) const {
        std::uint64_t value = 0;
        for (std::uint32_t i = word_; i-- > 0;) {
            value = value << 8 | static_cast<std::uint64_t>(code_.fun_data[offset + i]);
        }
        return value;
    }

    /// Function objects stand in the data: a word with the type, then one with the function's address.
    std::vector<std::uint64_t> exported_functions() const {
        std::vector<std::uint64_t> functions;
        const auto words = relocated_words(code_, word_);
        for (auto it = words.begin(); it != words.end(); ++it) {
            const auto next = std::next(it);
            if (next == words.end() || next->first != it->first + word_) continue;
            const std::uint32_t slot = it->second->slot().value;
            const bool is_type = it->second->target() == RelocationTarget::TableSlot &&
                                 slot >= kFirstFunctionType && slot <= kLastFunctionType;
            if (!is_type || next->second->target() != RelocationTarget::Text) continue;
            // Bit 0 is that of Thumb; no other set has instructions at odd addresses here.
            const std::uint64_t address = word_at(next->first);
            functions.push_back(address);
            functions.push_back(address & ~std::uint64_t{1});
        }
        return functions;
    }

    const RawCode& code_;
    std::uint32_t word_;
    std::vector<Place> instructions_;
    std::vector<std::size_t> work_;
};

}  // namespace

void separate_linked_data(const RawCode& code, std::uint32_t word_octets,
                          std::vector<DecodedRegion>& regions) {
    if (code.relocations.empty() || word_octets == 0) return;
    const std::uint64_t end = Reach(code, word_octets, regions).end();
    if (end == 0) return;
    std::vector<DecodedRegion> separated;
    for (DecodedRegion& region : regions) {
        const Region whole = region.region;
        if (whole.kind != RegionKind::Code || whole.end() <= end) {
            separated.push_back(std::move(region));
            continue;
        }
        const auto split = static_cast<std::uint32_t>(std::max<std::uint64_t>(end, whole.offset));
        if (split > whole.offset) {
            std::erase_if(region.instructions, [split](const NativeInstruction& instruction) {
                return instruction.address >= split;
            });
            region.region.size = split - whole.offset;
            separated.push_back(std::move(region));
        }
        separated.push_back({Region{RegionKind::Data, InstructionSet::None, split, whole.end() - split}, {}});
    }
    regions = std::move(separated);
}

}  // namespace mpy
