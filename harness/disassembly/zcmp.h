// The push and pop instructions of RISC-V's Zcmp extension, which Debian 12's objdump (binutils 2.40) does
// not know and shows as floating-point stores. rv32imc code has no floating point, so there is no confusion.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace harness {

struct ZcmpText {
    std::string mnemonic;
    std::string operands;
};

/// `cm.push`, `cm.pop`, `cm.popret` or `cm.popretz` with its register list and stack adjustment, or nothing.
/// Source: RISC-V code size reduction specification 1.0, Zcmp, for RV32I.
[[nodiscard]] std::optional<ZcmpText> decode_zcmp(std::uint16_t instruction);

}  // namespace harness
