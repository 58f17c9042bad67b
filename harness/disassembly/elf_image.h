// An ELF file that carries chunks of machine code to a disassembler: one section for each chunk, at the
// address that the chunk has. Not a linker's output: no symbols, no segments, nothing to run.
#pragma once

#include <span>
#include <string>

#include "mpy/native_disassemble.h"

namespace harness {

/// Name of the section that holds chunk `index`: `.c12`.
[[nodiscard]] std::string chunk_section(std::size_t index);

/// Most chunks that one image holds: section numbers from ff00 on mean something else.
inline constexpr std::size_t kMaxChunksOfImage = 0xFE00;

/// The file, for chunks that are all in `set` (RISC-V or Xtensa). For RISC-V it names the extensions that
/// code of the format may use, because objdump decodes no others.
/// Source: System V ABI, ELF; RISC-V ELF psABI, attributes.
[[nodiscard]] std::string make_elf_image(mpy::InstructionSet set, std::span<const mpy::CodeChunk> chunks);

}  // namespace harness
