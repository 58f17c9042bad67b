#include "mpy/native_disassemble.h"

#include <boost/assert/source_location.hpp>
#include <cstdlib>

namespace mpy {

InstructionSet instruction_set(Arch arch) {
    switch (arch) {
        case Arch::X86:
            return InstructionSet::X86;
        case Arch::X64:
            return InstructionSet::X64;
        case Arch::Armv6:
            return InstructionSet::Arm;
        case Arch::Armv6m:
        case Arch::Armv7m:
        case Arch::Armv7em:
        case Arch::Armv7emsp:
        case Arch::Armv7emdp:
            return InstructionSet::Thumb;
        case Arch::Xtensa:
            return InstructionSet::Xtensa;
        case Arch::Xtensawin:
            return InstructionSet::XtensaWindowed;
        case Arch::Rv32imc:
            return InstructionSet::Rv32;
        case Arch::Rv64imc:
            return InstructionSet::Rv64;
        case Arch::None:
        case Arch::Debug:
            return InstructionSet::None;
    }
    return InstructionSet::None;
}

std::string why_not_decoded(Arch arch) {
    if (instruction_set(arch) != InstructionSet::None) return {};
    return "the file names no architecture, so its machine code cannot be decoded";
}

std::string_view name_of(InstructionSet set) {
    switch (set) {
        case InstructionSet::None:
            return "none";
        case InstructionSet::X86:
            return "x86";
        case InstructionSet::X64:
            return "x64";
        case InstructionSet::Arm:
            return "Arm";
        case InstructionSet::Thumb:
            return "Thumb";
        case InstructionSet::Xtensa:
            return "Xtensa";
        case InstructionSet::XtensaWindowed:
            return "windowed Xtensa";
        case InstructionSet::Rv32:
            return "RISC-V 32";
        case InstructionSet::Rv64:
            return "RISC-V 64";
    }
    return {};
}

void throw_exception_from_error(const DecoderError&, const boost::source_location&) {
    // Taking the value of a failed result is a programming error of the caller.
    std::abort();
}

bool CombinedDisassembler::decodes(InstructionSet set) const {
    for (const NativeDisassembler* decoder : decoders_) {
        if (decoder->decodes(set)) return true;
    }
    return false;
}

DecoderResult<std::vector<DecodedChunk>> CombinedDisassembler::decode(std::span<const CodeChunk> chunks) {
    std::vector<DecodedChunk> all(chunks.size());
    std::vector<bool> done(chunks.size(), false);
    for (NativeDisassembler* decoder : decoders_) {
        std::vector<CodeChunk> mine;
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < chunks.size(); ++i) {
            if (done[i] || !decoder->decodes(chunks[i].set)) continue;
            mine.push_back(chunks[i]);
            places.push_back(i);
            done[i] = true;
        }
        if (mine.empty()) continue;
        auto decoded = decoder->decode(mine);
        if (!decoded) return std::move(decoded).error();
        for (std::size_t i = 0; i < places.size(); ++i) all[places[i]] = std::move((*decoded)[i]);
    }
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        if (!done[i])
            return DecoderError{"nothing here decodes " + std::string(name_of(chunks[i].set)) + " code"};
    }
    return all;
}

}  // namespace mpy
