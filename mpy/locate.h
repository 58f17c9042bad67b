// From an address in a loaded module back to Python: which function it lies in, which instruction, what
// stands around it. For reports of crashes, which know an offset in a raw code and nothing else.
//
// Not here: from a machine address to an offset; whoever loaded the module knows where its code lies.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mpy/disassemble.h"
#include "mpy/module.h"
#include "mpy/native_disassemble.h"

namespace mpy {

/// Where an address lies.
struct Location {
    RawCodeIndex raw_code;
    /// For people: `native function 'inc'`, `viper function 'peek'`, `assembler function, child 3 of
    /// 'f'`.
    std::string function;
    /// `module.child[2]`.
    std::string path;
    /// Of the instruction that the address lies in; the address itself may point into it.
    std::uint32_t instruction_offset = 0;
    /// The instruction's text with its note, without address and octets.
    std::string instruction;
    /// Source line, for bytecode with a line table.
    std::optional<std::uint32_t> source_line;
    /// Lines around it as a listing shows them, without line feeds; labels are lines too.
    std::vector<std::string> window;
    /// Which of them it is.
    std::size_t window_index = 0;
    /// Why there is no instruction (then window is empty): outside the code, no decoder, windowed Xtensa.
    std::string not_shown;
};

/// The raw code that `children` lead to from the module's body: {2, 0} is `module.child[2].child[0]`, {} the
/// body itself. Nothing when there is none.
std::optional<RawCodeIndex> raw_code_at(const Module& module, std::span<const std::uint32_t> children);

/// Explains octet `offset` of fun_data of a raw code, with `around` lines before and after. An error only
/// when the decoder cannot do its work.
DecoderResult<Location> locate(const Module& module, RawCodeIndex raw_code, std::uint64_t offset,
                               NativeDisassembler* decoder, std::size_t around = 8);

/// A function for people. Viper and assembler code does not know its own name: the listing of its parent may
/// tell under which name the function is stored. `parent` can be null.
std::string function_title(const Module& module, const RawCode& code, const Listing* parent);

}  // namespace mpy
