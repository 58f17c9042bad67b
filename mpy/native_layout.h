// Which octets of a block of machine code are instructions and which are data: head words, literal pools,
// padding, the prelude at the end, words that relocations fill in.
//
// Without this a linear disassembly of Arm, Thumb and Xtensa code decodes literals as instructions and may
// not find back. Not here: decoding (native_disassemble.h).
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "mpy/module.h"
#include "mpy/native_disassemble.h"

namespace mpy {

enum class RegionKind : std::uint8_t {
    Code,
    /// Word 0 of native code: index of the slot that the loader fills with the prelude's address.
    PreludeSlot,
    /// Word 1 of a native generator: where its body starts.
    StartOffset,
    /// A constant that code loads, one machine word.
    Literal,
    /// One entry octet or half-word each of a Thumb table jump, or of a jump table.
    JumpTable,
    /// Octets that nothing reads or runs.
    Padding,
    /// A word that a relocation changes.
    RelocatedWord,
    /// Read-only data of a module written in C.
    Data,
    /// The prelude of native code.
    Prelude,
    /// Octets where code was expected but that belong to no known place, e.g. because they are too few.
    Unknown,
};

std::string_view name_of(RegionKind kind);

/// A run of octets of fun_data of one sort.
struct Region {
    RegionKind kind = RegionKind::Code;
    /// What code is in; None for data.
    InstructionSet set = InstructionSet::None;
    std::uint32_t offset = 0;
    std::uint32_t size = 0;

    std::uint32_t end() const { return offset + size; }
    friend bool operator==(const Region&, const Region&) = default;
};

/// The regions of `code`, in order, none empty: together they cover fun_data exactly once. Works on damaged
/// code too: what makes no sense becomes Code or Unknown, never a read outside fun_data.
/// For InstructionSet::None everything that would be Code has that set.
/// Source: the native ABI text, sections 3.3, 4.3, 4.6 and 4.8.
std::vector<Region> native_layout(const RawCode& code, const Header& header);

/// Words of the text that relocations change, by their offset in fun_data. No word twice, none outside: a
/// damaged list that claims more costs no more than the words there are.
std::map<std::uint32_t, const Relocation*> relocated_words(const RawCode& code, std::uint32_t word_octets);

}  // namespace mpy
