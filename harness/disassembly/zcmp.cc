#include "harness/disassembly/zcmp.h"

#include <fmt/format.h>

namespace harness {

std::optional<ZcmpText> decode_zcmp(std::uint16_t instruction) {
    // 101 11xx 0 rlist(4) spimm(2) 10, where xx names the operation.
    const unsigned high = instruction >> 8;
    const unsigned registers = instruction >> 4 & 0xF;
    const unsigned steps = instruction >> 2 & 3;
    if ((instruction & 3) != 2 || registers < 4) return std::nullopt;
    const char* name = nullptr;
    switch (high) {
        case 0xB8:
            name = "cm.push";
            break;
        case 0xBA:
            name = "cm.pop";
            break;
        case 0xBC:
            name = "cm.popretz";
            break;
        case 0xBE:
            name = "cm.popret";
            break;
        default:
            return std::nullopt;
    }
    std::string list = "ra";
    if (registers == 5) list += ", s0";
    // The longest list names twelve s registers; eleven have no encoding.
    if (registers > 5) list += fmt::format(", s0-s{}", registers == 15 ? 11 : registers - 5);
    const unsigned base = registers < 8 ? 16 : registers < 12 ? 32 : registers < 15 ? 48 : 64;
    const int adjustment = static_cast<int>(base + 16 * steps);
    return ZcmpText{name, fmt::format("{{{}}}, {}", list, high == 0xB8 ? -adjustment : adjustment)};
}

}  // namespace harness
