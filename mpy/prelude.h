// The prelude of a bytecode or native function: sizes, flags, names, cells and the line table.
// Not here: instructions (instruction.h), the meaning of a line table (line_table.h).
//
// A prelude is decoded into views of the octets it stands in, which have to outlive it; nothing is copied.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <span>

#include "mpy/facts/container.h"
#include "mpy/finding.h"
#include "mpy/indices.h"

namespace mpy {

/// String indices as they stand in a prelude, one vuint each: a range that decodes while it is walked.
class QstrList {
  public:
    class Iterator {
      public:
        using value_type = QstrIndex;
        using difference_type = std::ptrdiff_t;
        using iterator_category = std::forward_iterator_tag;

        Iterator() = default;
        Iterator(std::span<const std::byte> octets, std::uint32_t left) : octets_(octets), left_(left) {
            decode();
        }
        QstrIndex operator*() const { return current_; }
        Iterator& operator++();
        Iterator operator++(int) {
            Iterator before = *this;
            ++*this;
            return before;
        }
        friend bool operator==(const Iterator& a, const Iterator& b) { return a.left_ == b.left_; }

      private:
        void decode();
        std::span<const std::byte> octets_;
        std::uint32_t left_ = 0;
        std::uint32_t width_ = 0;
        QstrIndex current_;
    };

    QstrList() = default;
    /// `octets` holds `count` vuints, each below 2^32: the decoder of the prelude has made sure of it.
    QstrList(std::span<const std::byte> octets, std::uint32_t count) : octets_(octets), count_(count) {}

    std::uint32_t size() const { return count_; }
    bool empty() const { return count_ == 0; }
    Iterator begin() const { return {octets_, count_}; }
    Iterator end() const { return {}; }

  private:
    std::span<const std::byte> octets_;
    std::uint32_t count_ = 0;
};

/// A decoded prelude. Extents are offsets in the octets given to decode_prelude, i.e. in the fun_data of the
/// raw code. Source: the bytecode text, section 2.
struct Prelude {
    std::uint32_t n_state = 1;
    std::uint32_t n_exc_stack = 0;
    std::uint32_t flags = 0;
    std::uint32_t n_pos_args = 0;
    std::uint32_t n_kwonly_args = 0;
    std::uint32_t n_def_pos_args = 0;
    std::uint32_t n_info = 0;
    std::uint32_t n_cells = 0;

    Extent signature;
    Extent size;
    Extent info;
    Extent cells;

    QstrIndex name;
    /// Positional parameters (closed-over variables first), then keyword-only ones.
    QstrList argument_names;
    /// Encoded line table; empty in native functions.
    std::span<const std::byte> line_table;
    Extent line_table_extent;
    /// One octet per cell: the number of a local variable.
    std::span<const std::byte> cell_locals;

    /// Where the prelude starts and how long it is.
    Extent extent() const { return {signature.offset, cells.end() - signature.offset}; }
    bool has(PreludeFlag flag) const { return has_flag(flags, flag); }
    /// Parameters of any sort: positional, keyword-only, `*` and `**`.
    std::uint64_t n_parameters() const {
        return std::uint64_t{n_pos_args} + n_kwonly_args + (has(PreludeFlag::VarArgs) ? 1U : 0U) +
               (has(PreludeFlag::VarKeywords) ? 1U : 0U);
    }
};

/// Decodes the prelude that starts at `offset` of `fun_data`. On failure the finding's `offset` is one in
/// `fun_data` and its `field` is relative (`prelude.n_info`); `rule` is the one that the caller checks (V10
/// for bytecode, V11 for native).
Result<Prelude> decode_prelude(std::span<const std::byte> fun_data, std::size_t offset, Rule rule);

}  // namespace mpy
