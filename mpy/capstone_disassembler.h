// Decodes x86, x64, Arm and Thumb code by Capstone. Not here: RISC-V and Xtensa, which Capstone 4 lacks.
#pragma once

#include "mpy/native_disassemble.h"

namespace mpy {

/// Opens Capstone on first use and keeps it open. Octets that are no instruction become units of one octet
/// (x86, x64), two (Thumb) or four (Arm), shorter at the end of a chunk; decoding goes on behind them.
class CapstoneDisassembler final : public NativeDisassembler {
  public:
    CapstoneDisassembler() = default;
    ~CapstoneDisassembler() override;
    CapstoneDisassembler(const CapstoneDisassembler&) = delete;
    CapstoneDisassembler& operator=(const CapstoneDisassembler&) = delete;

    bool decodes(InstructionSet set) const override;
    DecoderResult<std::vector<DecodedChunk>> decode(std::span<const CodeChunk> chunks) override;

  private:
    static constexpr std::size_t kHandles = 4;
    /// Capstone handles by set; 0 = not open.
    std::size_t handles_[kHandles] = {};
};

}  // namespace mpy
