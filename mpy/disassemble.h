// Raw code as a listing: every instruction with what its operands mean in this file.
//
// A listing is data; `render` lays it out as text for people. Everything in it is safe to print.
// Not here: whether the code is right (checker.h), mapping an address back to a function (locate.h).
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mpy/module.h"
#include "mpy/native_disassemble.h"

namespace mpy {

/// One line of a listing.
struct ListingLine {
    enum class Kind : std::uint8_t {
        Instruction,
        /// Octets that are no instructions: words, literals, padding, the prelude.
        Data,
        /// A place that something jumps to or takes the address of.
        Label,
        /// Octets where an instruction was expected but none is.
        Bad,
    };
    Kind kind = Kind::Instruction;
    /// In fun_data.
    std::uint32_t offset = 0;
    std::uint32_t size = 0;
    /// Of an instruction; for data a directive such as `.word`; for a label its name.
    std::string mnemonic;
    std::string operands;
    /// What it means here: names, values, what is called. May be empty.
    std::string note;
    /// What no producer should have written. Usually empty.
    std::string warning;
    /// Source line by the line table (bytecode only).
    std::optional<std::uint32_t> source_line;
    /// Slots on the value stack before the instruction (bytecode that is reached only).
    std::optional<std::uint32_t> depth;
    /// The table slot that this instruction calls (machine code only).
    std::optional<FunctionSlot> calls;
    /// It calls through an address that is not in the instruction (machine code only).
    bool indirect_call = false;
    /// It makes a function from this child.
    std::optional<ChildIndex> makes_child;
    /// It stores something under this name.
    std::optional<QstrIndex> stores_name;
};

/// One raw code.
struct Listing {
    RawCodeIndex raw_code;
    /// Why there are no instructions, in one sentence; empty when there are.
    std::string not_shown;
    /// In ascending order of offsets; instructions, data and bad octets together cover fun_data exactly.
    std::vector<ListingLine> lines;
};

/// Most octets of machine code of one raw code that are disassembled: text and notes take about a hundred
/// times as much memory. No compiled function comes near it.
inline constexpr std::size_t kMaxNativeOctets = std::size_t{2} << 20;

/// The listing of bytecode. Code that does not decode ends with a Bad line.
Listing disassemble_bytecode(const Module& module, const RawCode& code);

/// Listings of `which`, in that order. Bytecode needs no decoder. Machine code that cannot be shown has
/// `not_shown`: no architecture, windowed Xtensa, too much code, no decoder given. An error only when the
/// decoder cannot do its work.
DecoderResult<std::vector<Listing>> disassemble(const Module& module, std::span<const RawCodeIndex> which,
                                                NativeDisassembler* decoder);

/// Text of a listing. Lines end with a line feed and are at most about 110 columns wide, unless a single
/// instruction's own text is wider.
struct RenderOptions {
    /// Leave out the octets.
    bool without_octets = false;
};
std::string render(const Module& module, const Listing& listing, const RenderOptions& options = {});
std::string render_line(const Module& module, const RawCode& code, const ListingLine& line,
                        const RenderOptions& options = {});

/// What a relocation adds to its words, in words: `rodata`, `contents of table slot 79 type_fun_builtin_2`.
std::string relocation_target_text(const Relocation& relocation);

/// `L0092`: the name of the label at an offset.
std::string label_name(std::uint64_t offset);

}  // namespace mpy
