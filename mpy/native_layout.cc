#include "mpy/native_layout.h"

#include <algorithm>
#include <map>

namespace mpy {
namespace {

/// Arm-state code in front of assembler functions on armv6, which are Thumb.
/// Source: the native ABI text, section 4.6.
constexpr std::uint32_t kArmVeneerOctets = 20;
constexpr std::uint32_t kArmVeneerFirstWord = 0xE92D4010;  // push {r4, lr}

/// Little-endian reads of fun_data that give 0 outside of it.
class Octets {
  public:
    explicit Octets(std::span<const std::byte> octets) : octets_(octets) {}

    std::uint32_t size() const { return static_cast<std::uint32_t>(octets_.size()); }
    std::uint32_t u8(std::uint64_t at) const {
        return at < octets_.size() ? static_cast<std::uint32_t>(octets_[static_cast<std::size_t>(at)]) : 0U;
    }
    std::uint32_t u16(std::uint64_t at) const { return u8(at) | u8(at + 1) << 8; }
    std::uint32_t u32(std::uint64_t at) const { return u16(at) | u16(at + 2) << 16; }

  private:
    std::span<const std::byte> octets_;
};

std::int32_t sign_extend(std::uint32_t value, unsigned bits) {
    const std::uint32_t top = 1U << (bits - 1);
    return static_cast<std::int32_t>((value ^ top) - top);
}

/// Data found so far: start -> (kind, size). Starts that are inside another run are dropped when it is built.
class DataMap {
  public:
    void add(RegionKind kind, std::uint64_t offset, std::uint32_t size, std::uint32_t begin,
             std::uint32_t end) {
        if (size == 0 || offset < begin || offset + size > end) return;
        runs_.try_emplace(static_cast<std::uint32_t>(offset),
                          Region{kind, InstructionSet::None, static_cast<std::uint32_t>(offset), size});
    }
    const Region* starting_at(std::uint32_t offset) const {
        const auto found = runs_.find(offset);
        return found == runs_.end() ? nullptr : &found->second;
    }
    const std::map<std::uint32_t, Region>& runs() const { return runs_; }

  private:
    std::map<std::uint32_t, Region> runs_;
};

/// Walks instructions by their length alone and notes the data that they name.
class DataFinder {
  public:
    DataFinder(Octets octets, std::uint32_t begin, std::uint32_t end, DataMap& data)
        : octets_(octets), begin_(begin), end_(end), data_(data) {}

    void find(InstructionSet set) {
        std::uint32_t at = begin_;
        while (at < end_) {
            if (const Region* run = data_.starting_at(at)) {
                at = run->end();
                continue;
            }
            at += std::max(1U, step(set, at));
        }
    }

  private:
    std::uint32_t step(InstructionSet set, std::uint32_t at) {
        switch (set) {
            case InstructionSet::Thumb:
                return thumb(at);
            case InstructionSet::Arm:
                return arm(at);
            case InstructionSet::Xtensa:
            case InstructionSet::XtensaWindowed:
                return xtensa(at);
            default:
                return end_ - at;
        }
    }

    void literal(std::uint64_t offset) { data_.add(RegionKind::Literal, offset, 4, begin_, end_); }

    std::uint32_t thumb(std::uint32_t at) {
        const std::uint32_t first = octets_.u16(at);
        const std::uint32_t aligned_pc = (at + 4) & ~3U;
        const bool wide = first >= 0xE800;
        if (!wide) {
            if ((first & 0xF800) == 0x4800) literal(aligned_pc + (first & 0xFF) * 4);  // ldr rd, [pc, #imm]
            return 2;
        }
        const std::uint32_t second = octets_.u16(at + 2);
        if (first == 0xF8DF) literal(aligned_pc + (second & 0xFFF));  // ldr.w rd, [pc, #imm]
        if (first == 0xF85F) literal(std::uint64_t{aligned_pc} - (second & 0xFFF));
        if (first == 0xE8DF && (second & 0xFFE0) == 0xF000) table_jump(at + 4, (second & 0x10) != 0);
        return 4;
    }

    /// `tbb`/`tbh [pc, rm]`: the table stands right behind and ends where its nearest target begins.
    void table_jump(std::uint32_t table, bool half_words) {
        const std::uint32_t width = half_words ? 2 : 1;
        std::uint64_t nearest = end_;
        std::uint64_t at = table;
        while (at + width <= nearest) {
            const std::uint32_t entry = half_words ? octets_.u16(at) : octets_.u8(at);
            nearest = std::min<std::uint64_t>(nearest, table + std::uint64_t{entry} * 2);
            at += width;
        }
        const std::uint64_t size = (std::min(at, nearest) - table + 1) & ~std::uint64_t{1};
        data_.add(RegionKind::JumpTable, table, static_cast<std::uint32_t>(size), begin_, end_);
    }

    std::uint32_t arm(std::uint32_t at) {
        const std::uint32_t word = octets_.u32(at);
        if ((word & 0x0F7F0000) == 0x051F0000) {  // ldr rd, [pc, #±imm]
            const std::uint32_t distance = word & 0xFFF;
            const std::uint64_t pc = std::uint64_t{at} + 8;
            literal((word & 0x00800000) != 0 ? pc + distance : pc - distance);
        }
        return 4;
    }

    std::uint32_t xtensa(std::uint32_t at) {
        const std::uint32_t first = octets_.u8(at);
        if ((first & 0x08) != 0) return 2;
        if ((first & 0x3F) == 0x05) {  // call0: the emitter calls over padding to learn its own address
            const std::uint32_t word = first | octets_.u16(at + 1) << 8;
            const std::int64_t target = std::int64_t{at & ~3U} + 4 + sign_extend(word >> 6, 18) * 4;
            const std::int64_t next = std::int64_t{at} + 3;
            if (target > next && target - next < 4) {
                data_.add(RegionKind::Padding, at + 3, static_cast<std::uint32_t>(target - next), begin_,
                          end_);
            }
        }
        return 3;
    }

    Octets octets_;
    std::uint32_t begin_;
    std::uint32_t end_;
    DataMap& data_;
};

/// Xtensa functions with constants start with a jump over them. Source: the native ABI text, section 4.3.
void find_xtensa_literals(Octets octets, std::uint32_t begin, std::uint32_t end, DataMap& data) {
    if ((octets.u8(begin) & 0x3F) != 0x06) return;  // j
    const std::uint32_t word = octets.u8(begin) | octets.u16(begin + 1) << 8;
    const std::int64_t target = std::int64_t{begin} + 4 + sign_extend(word >> 6, 18);
    const std::uint32_t after = begin + 3;
    if (target <= after || target > end) return;
    const std::uint32_t table = std::min((after + 3) & ~3U, static_cast<std::uint32_t>(target));
    data.add(RegionKind::Padding, after, table - after, begin, end);
    std::uint32_t at = table;
    for (; at + 4 <= target; at += 4) data.add(RegionKind::Literal, at, 4, begin, end);
    data.add(RegionKind::Padding, at, static_cast<std::uint32_t>(target) - at, begin, end);
}

}  // namespace

std::string_view name_of(RegionKind kind) {
    switch (kind) {
        case RegionKind::Code:
            return "code";
        case RegionKind::PreludeSlot:
            return "prelude slot";
        case RegionKind::StartOffset:
            return "generator start";
        case RegionKind::Literal:
            return "literal";
        case RegionKind::JumpTable:
            return "jump table";
        case RegionKind::Padding:
            return "padding";
        case RegionKind::RelocatedWord:
            return "relocated word";
        case RegionKind::Data:
            return "data";
        case RegionKind::Prelude:
            return "prelude";
        case RegionKind::Unknown:
            return "unknown";
    }
    return {};
}

std::vector<Region> native_layout(const RawCode& code, const Header& header) {
    const Arch arch = header.arch() == nullptr ? Arch::None : header.arch()->arch;
    const InstructionSet set = instruction_set(arch);
    const Octets octets(code.fun_data);
    const std::uint32_t size = octets.size();
    const std::uint32_t word = arch_info(arch).word_octets == 0 ? 4U : arch_info(arch).word_octets;

    std::vector<Region> regions;
    const auto push = [&regions](RegionKind kind, InstructionSet in, std::uint32_t from, std::uint32_t to) {
        if (from < to) regions.push_back({kind, in, from, to - from});
    };

    std::uint32_t begin = 0;
    std::uint32_t end = size;
    if (code.kind == RawCodeKind::Native) {
        if (code.prelude_offset) {
            end = static_cast<std::uint32_t>(std::min<std::uint64_t>(code.prelude_offset->value, size));
        }
        const bool generator = code.prelude && code.prelude->has(PreludeFlag::Generator);
        const auto words = static_cast<std::uint32_t>(header.native_words(generator));
        if (words * word <= end) {
            if (words > 0) push(RegionKind::PreludeSlot, InstructionSet::None, 0, word);
            if (words > 1) push(RegionKind::StartOffset, InstructionSet::None, word, 2 * word);
            begin = words * word;
        } else {
            push(RegionKind::Unknown, InstructionSet::None, 0, end);
            begin = end;
        }
    }

    std::uint32_t arm_end = begin;
    InstructionSet main_set = set;
    if (set == InstructionSet::Arm && code.kind == RawCodeKind::Asm && octets.u32(0) == kArmVeneerFirstWord &&
        size >= kArmVeneerOctets) {
        arm_end = kArmVeneerOctets;
        main_set = InstructionSet::Thumb;
        push(RegionKind::Code, InstructionSet::Arm, 0, arm_end);
    }

    DataMap data;
    for (const auto& [offset, relocation] : relocated_words(code, word)) {
        data.add(RegionKind::RelocatedWord, offset, word, 0, end);
    }
    if (main_set == InstructionSet::Xtensa || main_set == InstructionSet::XtensaWindowed)
        find_xtensa_literals(octets, arm_end, end, data);
    DataFinder(octets, arm_end, end, data).find(main_set);

    std::uint32_t at = arm_end;
    for (const auto& [start, run] : data.runs()) {
        if (start < at) continue;
        push(RegionKind::Code, main_set, at, start);
        push(run.kind, InstructionSet::None, run.offset, run.end());
        at = run.end();
    }
    push(RegionKind::Code, main_set, at, end);
    push(RegionKind::Prelude, InstructionSet::None, end, size);
    return regions;
}

std::map<std::uint32_t, const Relocation*> relocated_words(const RawCode& code, std::uint32_t word_octets) {
    std::map<std::uint32_t, const Relocation*> words;
    const std::uint64_t n_words = code.fun_data.size() / std::max(word_octets, 1U);
    std::uint64_t left = n_words;
    for (const Relocation& relocation : code.relocations) {
        if (!relocation.has_position || relocation.in_rodata || relocation.word_index >= n_words) continue;
        const std::uint64_t count = std::min(relocation.count, n_words - relocation.word_index);
        for (std::uint64_t i = 0; i < count && left > 0; ++i, --left) {
            words.try_emplace(static_cast<std::uint32_t>((relocation.word_index + i) * word_octets),
                              &relocation);
        }
    }
    return words;
}

}  // namespace mpy
