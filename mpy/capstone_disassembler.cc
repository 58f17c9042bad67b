#include "mpy/capstone_disassembler.h"

#include <capstone/capstone.h>

#include <algorithm>

namespace mpy {
namespace {

struct Mode {
    cs_arch arch;
    cs_mode mode;
    /// Octets of the unit that is left out when nothing decodes.
    std::size_t unit;
};

Mode mode_of(InstructionSet set) {
    switch (set) {
        case InstructionSet::X86:
            return {CS_ARCH_X86, CS_MODE_32, 1};
        case InstructionSet::X64:
            return {CS_ARCH_X86, CS_MODE_64, 1};
        case InstructionSet::Arm:
            return {CS_ARCH_ARM, CS_MODE_ARM, 4};
        // The M-profile flag makes Capstone 4 refuse instructions that every core has, so it stays off.
        default:
            return {CS_ARCH_ARM, CS_MODE_THUMB, 2};
    }
}

std::size_t place_of(InstructionSet set) {
    return static_cast<std::size_t>(set) - static_cast<std::size_t>(InstructionSet::X86);
}

void decode_chunk(csh handle, const Mode& mode, const CodeChunk& chunk, DecodedChunk& result) {
    result.reserve(chunk.octets.size() / 3);
    const auto* octets = reinterpret_cast<const std::uint8_t*>(chunk.octets.data());
    std::size_t left = chunk.octets.size();
    std::uint64_t address = chunk.base;
    cs_insn* instruction = cs_malloc(handle);
    while (left > 0) {
        const std::uint64_t at = address;
        const bool decoded = cs_disasm_iter(handle, &octets, &left, &address, instruction);
        NativeInstruction next;
        next.address = at;
        if (decoded) {
            next.decoded = true;
            next.size = static_cast<std::uint8_t>(instruction->size);
            next.mnemonic = instruction->mnemonic;
            next.operands = instruction->op_str;
        } else {
            const std::size_t skip = std::min(mode.unit, left);
            next.size = static_cast<std::uint8_t>(skip);
            octets += skip;
            left -= skip;
            address = at + skip;
        }
        result.push_back(std::move(next));
    }
    cs_free(instruction, 1);
}

}  // namespace

CapstoneDisassembler::~CapstoneDisassembler() {
    for (csh handle : handles_) {
        if (handle != 0) cs_close(&handle);
    }
}

bool CapstoneDisassembler::decodes(InstructionSet set) const {
    return set == InstructionSet::X86 || set == InstructionSet::X64 || set == InstructionSet::Arm ||
           set == InstructionSet::Thumb;
}

DecoderResult<std::vector<DecodedChunk>> CapstoneDisassembler::decode(std::span<const CodeChunk> chunks) {
    std::vector<DecodedChunk> results(chunks.size());
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        const CodeChunk& chunk = chunks[i];
        if (!decodes(chunk.set)) return DecoderError{"Capstone 4 decodes only x86, x64, Arm and Thumb code"};
        const Mode mode = mode_of(chunk.set);
        std::size_t& handle = handles_[place_of(chunk.set)];
        if (handle == 0) {
            if (const cs_err error = cs_open(mode.arch, mode.mode, &handle); error != CS_ERR_OK) {
                handle = 0;
                return DecoderError{std::string("Capstone does not start: ") + cs_strerror(error)};
            }
        }
        decode_chunk(handle, mode, chunk, results[i]);
    }
    return results;
}

}  // namespace mpy
