// The line table of a function: which source line an instruction belongs to.
// Not here: where the table lies (prelude.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace mpy {

/// One step: after `code_octets` more octets of code the line grows by `lines`.
/// Source: the bytecode text, section 14.
struct LineEntry {
    std::uint8_t code_octets = 0;
    std::uint16_t lines = 0;

    friend constexpr bool operator==(LineEntry, LineEntry) = default;
};

/// Walks the entries of an encoded table. Copies nothing.
class LineTable {
  public:
    explicit LineTable(std::span<const std::byte> octets) : octets_(octets) {}

    /// The next entry; nothing at the end, and nothing when the last entry is cut (`truncated()`).
    std::optional<LineEntry> next();
    bool truncated() const { return truncated_; }
    std::size_t offset() const { return at_; }

  private:
    std::span<const std::byte> octets_;
    std::size_t at_ = 0;
    bool truncated_ = false;
};

/// The line of the instruction at `code_offset` (from the first instruction), as a traceback shows it.
/// Without a table every instruction is on line 1.
std::uint32_t line_of(std::span<const std::byte> line_table, std::uint64_t code_offset);

}  // namespace mpy
