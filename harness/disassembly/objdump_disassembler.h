// Decodes RISC-V and Xtensa code by the cross binutils' objdump, which Debian 12's Capstone cannot.
//
// It stands behind mpy's decoder interface but not in mpy/, because it writes a temporary file and runs a
// program. Windowed Xtensa is decoded only where set-up has made a configuration plugin: by itself Debian's
// objdump takes every file for code of the lx106 core, and decodes it wrongly without a word.
#pragma once

#include <chrono>
#include <string>

#include "mpy/native_disassemble.h"

namespace harness {

/// Where the programs are. The defaults are found on PATH.
struct ObjdumpTools {
    std::string riscv = "riscv64-unknown-elf-objdump";
    std::string xtensa = "xtensa-lx106-elf-objdump";
    /// Configuration plugin of a core with register windows; empty = none, and such code is not decoded.
    std::string xtensa_plugin;
};

/// One run of the program for each call of `decode` and set, whatever the number of chunks. The program gets
/// no input but the file, its output is bounded by the size of the code, and it is killed when it takes
/// longer than the limit. A program that is missing, fails or writes what is not understood is an error that
/// names the package to install.
class ObjdumpDisassembler final : public mpy::NativeDisassembler {
  public:
    explicit ObjdumpDisassembler(ObjdumpTools tools = {},
                                 std::chrono::milliseconds limit = std::chrono::seconds(60))
        : tools_(std::move(tools)), limit_(limit) {}

    bool decodes(mpy::InstructionSet set) const override;
    mpy::DecoderResult<std::vector<mpy::DecodedChunk>> decode(
        std::span<const mpy::CodeChunk> chunks) override;

  private:
    ObjdumpTools tools_;
    std::chrono::milliseconds limit_;
};

}  // namespace harness
