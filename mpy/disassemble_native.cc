#include <fmt/format.h>

#include <algorithm>

#include "mpy/disassemble.h"
#include "mpy/facts/native_functions.h"
#include "mpy/native_effect_text.h"
#include "mpy/native_layout.h"
#include "mpy/native_linked.h"
#include "mpy/native_trace.h"
#include "mpy/printable.h"

namespace mpy {
namespace {

/// Little-endian word of up to 8 octets.
std::uint64_t word_at(std::span<const std::byte> octets, std::uint32_t offset, std::uint32_t size) {
    std::uint64_t value = 0;
    for (std::uint32_t i = std::min(size, 8U); i-- > 0;) {
        value = value << 8 | static_cast<std::uint64_t>(octets[offset + i]);
    }
    return value;
}

class NativeWriter {
  public:
    NativeWriter(const Module& module, const RawCode& code, const std::vector<DecodedRegion>& regions)
        : module_(module),
          code_(code),
          regions_(regions),
          trace_(trace_native(module, code, regions)),
          relocated_(relocated_words(code, std::max<std::uint32_t>(module.header.word_octets(), 1))) {}

    Listing write() {
        listing_.raw_code = code_.index;
        for (std::size_t i = 0; i < regions_.size(); ++i) {
            const DecodedRegion& region = regions_[i];
            if (region.region.kind == RegionKind::Code) {
                write_code(region, trace_.notes[i]);
            } else {
                write_data(region.region);
            }
        }
        return std::move(listing_);
    }

  private:
    ListingLine& line(ListingLine::Kind kind, std::uint64_t offset, std::uint32_t size) {
        ListingLine next;
        next.kind = kind;
        next.offset = static_cast<std::uint32_t>(offset);
        next.size = size;
        listing_.lines.push_back(std::move(next));
        return listing_.lines.back();
    }

    void write_code(const DecodedRegion& region, const std::vector<TraceNote>& notes) {
        for (std::size_t i = 0; i < region.instructions.size(); ++i) {
            const NativeInstruction& instruction = region.instructions[i];
            const TraceNote& note = notes[i];
            if (trace_.labels.contains(instruction.address)) {
                line(ListingLine::Kind::Label, instruction.address, 0).mnemonic =
                    label_name(instruction.address);
            }
            if (!instruction.decoded) {
                ListingLine& bad = line(ListingLine::Kind::Bad, instruction.address, instruction.size);
                bad.mnemonic = ".octets";
                if (code_.kind != RawCodeKind::Asm && code_.relocations.empty()) {
                    bad.warning =
                        "no " + std::string(name_of(region.region.set)) + " instruction starts like this";
                }
                continue;
            }
            ListingLine& shown = line(ListingLine::Kind::Instruction, instruction.address, instruction.size);
            shown.mnemonic = instruction.mnemonic;
            shown.operands = operands_of(instruction, note);
            shown.note = note.text;
            shown.warning = note.warning;
            shown.calls = note.slot;
            shown.indirect_call = note.indirect_call;
            shown.makes_child = note.makes_child;
            shown.stores_name = note.stores_name;
            if (note.target && !note.goes_to_target && shown.note.empty()) {
                shown.note = '&' + label_name(*note.target);
            } else if (note.target && shown.operands.find(label_name(*note.target)) == std::string::npos &&
                       note.warning.empty() && shown.note.empty()) {
                shown.note = "to " + label_name(*note.target);
            }
        }
    }

    /// A direct branch names its label instead of the address.
    std::string operands_of(const NativeInstruction& instruction, const TraceNote& note) const {
        std::string operands = instruction.operands;
        if (!note.target || !note.goes_to_target || !trace_.labels.contains(*note.target)) return operands;
        const std::size_t comma = operands.rfind(',');
        const std::size_t start = comma == std::string::npos ? 0 : operands.find_first_not_of(' ', comma + 1);
        if (start == std::string::npos) return operands;
        const std::string_view last = std::string_view(operands).substr(start);
        const auto number = effect_text::number_in(last);
        if (!number || static_cast<std::uint64_t>(*number) != *note.target) return operands;
        return operands.substr(0, start) + label_name(*note.target);
    }

    void write_data(const Region& region) {
        if (region.kind == RegionKind::Prelude) {
            write_prelude(region);
            return;
        }
        if (region.kind == RegionKind::Data) {
            write_rows(region);
            return;
        }
        if (region.kind == RegionKind::Padding || region.kind == RegionKind::JumpTable ||
            region.kind == RegionKind::Unknown || region.size > 8) {
            ListingLine& data = line(ListingLine::Kind::Data, region.offset, region.size);
            data.mnemonic = region.kind == RegionKind::Padding ? ".padding" : ".octets";
            if (region.kind != RegionKind::Padding) data.note = name_of(region.kind);
            if (region.kind == RegionKind::Unknown) data.warning = "too short for its data words";
            return;
        }
        const std::uint64_t value = word_at(code_.fun_data, region.offset, region.size);
        ListingLine& word = line(ListingLine::Kind::Data, region.offset, region.size);
        word.mnemonic = ".word";
        word.operands = fmt::format("{:#x}", value);
        switch (region.kind) {
            case RegionKind::PreludeSlot:
                word.operands = std::to_string(value);
                word.note = "prelude slot, the number of children";
                if (value != code_.children.size()) {
                    word.warning = fmt::format("there are {} children", code_.children.size());
                }
                break;
            case RegionKind::StartOffset:
                word.note = "where the generator's body starts: " + label_name(value);
                if (value < 2 * region.size || value >= code_.fun_data.size())
                    word.warning = "outside the code";
                break;
            case RegionKind::Literal:
                word.note = literal_note(value, region.size);
                break;
            case RegionKind::RelocatedWord:
                word.note = relocation_note(region.offset);
                break;
            default:
                break;
        }
    }

    /// Data of unknown sort, as octets and as text.
    void write_rows(const Region& region) {
        constexpr std::uint32_t kRow = 8;
        for (std::uint32_t at = region.offset; at < region.end(); at += kRow) {
            ListingLine& row = line(ListingLine::Kind::Data, at, std::min(kRow, region.end() - at));
            row.mnemonic = ".octets";
            const auto octets = code_.fun_data.subspan(row.offset, row.size);
            row.note = quoted_octets({reinterpret_cast<const char*>(octets.data()), octets.size()});
        }
    }

    /// A literal can be any number; odd ones are what a small int looks like.
    static std::string literal_note(std::uint64_t value, std::uint32_t size) {
        const std::int64_t number = size == 4 ? static_cast<std::int32_t>(static_cast<std::uint32_t>(value))
                                              : static_cast<std::int64_t>(value);
        if ((number & 1) == 0) return fmt::format("{}", number);
        return fmt::format("{}, as a small int {}", number, number >> 1);
    }

    std::string relocation_note(std::uint32_t offset) const {
        const auto found = relocated_.find(offset);
        return found == relocated_.end() ? std::string() : "+= " + relocation_target_text(*found->second);
    }

    void write_prelude(const Region& region) {
        ListingLine& whole = line(ListingLine::Kind::Data, region.offset, region.size);
        whole.mnemonic = ".prelude";
        if (!code_.prelude) {
            whole.warning = "does not decode";
            return;
        }
        const Prelude& prelude = *code_.prelude;
        whole.note = fmt::format("{}, {} argument{}, n_state {}", quoted_qstr(module_, prelude.name),
                                 prelude.argument_names.size(), prelude.argument_names.size() == 1 ? "" : "s",
                                 prelude.n_state);
    }

    const Module& module_;
    const RawCode& code_;
    const std::vector<DecodedRegion>& regions_;
    Trace trace_;
    std::map<std::uint32_t, const Relocation*> relocated_;
    Listing listing_;
};

std::string why_not_shown(const Module& module, const RawCode& code, NativeDisassembler* decoder) {
    const ArchInfo* arch = module.header.arch();
    if (arch == nullptr) {
        return fmt::format("the header names architecture {}, which does not exist",
                           module.header.arch_number());
    }
    if (std::string why = why_not_decoded(arch->arch); !why.empty()) return why;
    if (code.fun_data.size() > kMaxNativeOctets) {
        return fmt::format("{} octets of machine code are more than the {} that are disassembled",
                           code.fun_data.size(), kMaxNativeOctets);
    }
    const InstructionSet set = instruction_set(arch->arch);
    if (set == InstructionSet::XtensaWindowed && (decoder == nullptr || !decoder->decodes(set))) {
        return "machine code for xtensawin is not disassembled: it uses the windowed-register instructions, "
               "which "
               "an objdump for a core without them decodes wrongly without a word, and the plugin that "
               "teaches "
               "it another core is not here (ci/setup makes it)";
    }
    if (decoder == nullptr || !decoder->decodes(set)) {
        return fmt::format("no decoder for {} code is at hand", name_of(set));
    }
    return {};
}

/// Machine code of several raw codes on its way through one call of the decoder.
struct Batch {
    std::vector<std::size_t> places;  // in the results
    std::vector<std::vector<DecodedRegion>> regions;
    std::size_t octets = 0;
};

DecoderResult<void> decode_batch(const Module& module, std::span<const RawCodeIndex> which, Batch& batch,
                                 NativeDisassembler& decoder, std::vector<Listing>& listings) {
    std::vector<CodeChunk> chunks;
    std::vector<DecodedChunk*> into;
    for (std::size_t i = 0; i < batch.places.size(); ++i) {
        const RawCode& code = module.raw_code(which[batch.places[i]]);
        for (DecodedRegion& region : batch.regions[i]) {
            if (region.region.kind != RegionKind::Code) continue;
            chunks.push_back({region.region.set, region.region.offset,
                              code.fun_data.subspan(region.region.offset, region.region.size)});
            into.push_back(&region.instructions);
        }
    }
    auto decoded = decoder.decode(chunks);
    if (!decoded) return std::move(decoded).error();
    for (std::size_t i = 0; i < into.size(); ++i) *into[i] = std::move((*decoded)[i]);
    for (std::size_t i = 0; i < batch.places.size(); ++i) {
        const RawCode& code = module.raw_code(which[batch.places[i]]);
        separate_linked_data(code, module.header.word_octets(), batch.regions[i]);
        listings[batch.places[i]] = NativeWriter(module, code, batch.regions[i]).write();
    }
    batch = {};
    return {};
}

}  // namespace

std::string relocation_target_text(const Relocation& relocation) {
    if (relocation.target() != RelocationTarget::TableSlot) return std::string(name_of(relocation.target()));
    const FunctionSlot slot = relocation.slot();
    const NativeFunctionInfo* row = native_function(slot);
    return fmt::format("contents of table slot {} {}", slot.value,
                       row == nullptr ? std::string_view("(no such slot)") : row->name);
}

DecoderResult<std::vector<Listing>> disassemble(const Module& module, std::span<const RawCodeIndex> which,
                                                NativeDisassembler* decoder) {
    // Enough for one call of a decoder to be worth its process, little enough to keep its text in memory.
    constexpr std::size_t kBatchOctets = std::size_t{256} << 10;
    std::vector<Listing> listings(which.size());
    Batch batch;
    for (std::size_t i = 0; i < which.size(); ++i) {
        const RawCode& code = module.raw_code(which[i]);
        listings[i].raw_code = code.index;
        if (code.is_bytecode()) {
            listings[i] = disassemble_bytecode(module, code);
            continue;
        }
        listings[i].not_shown = why_not_shown(module, code, decoder);
        if (!listings[i].not_shown.empty()) continue;
        std::vector<DecodedRegion> regions;
        for (const Region& region : native_layout(code, module.header)) {
            regions.push_back({region, {}});
        }
        batch.places.push_back(i);
        batch.regions.push_back(std::move(regions));
        batch.octets += code.fun_data.size();
        if (batch.octets >= kBatchOctets) {
            if (auto done = decode_batch(module, which, batch, *decoder, listings); !done)
                return done.error();
        }
    }
    if (!batch.places.empty()) {
        if (auto done = decode_batch(module, which, batch, *decoder, listings); !done) return done.error();
    }
    return listings;
}

}  // namespace mpy
