#include "mpy/line_table.h"

namespace mpy {

std::optional<LineEntry> LineTable::next() {
    if (at_ >= octets_.size()) return std::nullopt;
    const unsigned first = static_cast<unsigned>(octets_[at_]);
    if ((first & 0x80) == 0) {
        ++at_;
        return LineEntry{static_cast<std::uint8_t>(first & 0x1F), static_cast<std::uint16_t>(first >> 5)};
    }
    if (at_ + 1 >= octets_.size()) {
        truncated_ = true;
        return std::nullopt;
    }
    const unsigned low = static_cast<unsigned>(octets_[at_ + 1]);
    at_ += 2;
    return LineEntry{static_cast<std::uint8_t>(first & 0x0F),
                     static_cast<std::uint16_t>((first & 0x70) << 4 | low)};
}

std::uint32_t line_of(std::span<const std::byte> line_table, std::uint64_t code_offset) {
    std::uint32_t line = 1;
    LineTable table(line_table);
    while (const std::optional<LineEntry> entry = table.next()) {
        if (code_offset < entry->code_octets) break;
        code_offset -= entry->code_octets;
        line += entry->lines;
    }
    return line;
}

}  // namespace mpy
