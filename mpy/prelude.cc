#include "mpy/prelude.h"

#include <fmt/format.h>

#include <limits>

#include "mpy/vuint.h"

namespace mpy {

namespace {

// Following octets carry two more bits of n_state - 1 each: 13 of them make 30 bits, and nothing overflows.
constexpr std::uint32_t kMaxSignatureOctets = 14;
// Each octet carries one bit of n_cells; cells are numbered by one octet, so 16 bits are far more than there
// can be.
constexpr std::uint32_t kMaxSizeOctets = 16;

Finding bad(Rule rule, std::uint64_t offset, std::string field, std::string found, std::string allowed) {
    return {rule, Severity::Error, offset, std::move(field), std::move(found), std::move(allowed)};
}

Finding cut(Rule rule, std::uint64_t offset, std::string_view field, std::size_t size) {
    return bad(rule, offset, std::string(field), "the end of the data",
               fmt::format("an octet below offset {} of the data", size));
}

}  // namespace

void QstrList::Iterator::decode() {
    if (left_ == 0) return;
    const Vuint index = decode_vuint(octets_);
    width_ = index.octets;
    current_ = {static_cast<std::uint32_t>(index.value)};
}

QstrList::Iterator& QstrList::Iterator::operator++() {
    octets_ = octets_.subspan(width_);
    --left_;
    decode();
    return *this;
}

Result<Prelude> decode_prelude(std::span<const std::byte> fun_data, std::size_t offset, Rule rule) {
    Prelude prelude;
    std::size_t at = offset;
    const auto octet = [&](std::size_t i) { return static_cast<std::uint32_t>(fun_data[i]); };

    // Signature: six numbers, interleaved bit by bit.
    if (at >= fun_data.size()) return cut(rule, at, "prelude.signature", fun_data.size());
    std::uint32_t z = octet(at++);
    std::uint32_t state = (z >> 3) & 0xF;
    prelude.n_exc_stack = (z >> 2) & 1;
    prelude.n_pos_args = z & 3;
    for (std::uint32_t i = 0; (z & 0x80) != 0; ++i) {
        if (at >= fun_data.size()) return cut(rule, at, "prelude.signature", fun_data.size());
        if (i + 1 == kMaxSignatureOctets) {
            return bad(rule, at, "prelude.signature", "one more octet",
                       fmt::format("at most {} octets", kMaxSignatureOctets));
        }
        z = octet(at++);
        state |= (z & 0x30) << (2 * i);
        prelude.n_exc_stack |= (z & 0x02) << i;
        prelude.flags |= ((z & 0x40) >> 6) << i;
        prelude.n_pos_args |= (z & 0x04) << i;
        prelude.n_kwonly_args |= ((z & 0x08) >> 3) << i;
        prelude.n_def_pos_args |= (z & 0x01) << i;
    }
    prelude.n_state = state + 1;
    prelude.signature = {offset, at - offset};

    // Size: n_info and n_cells, interleaved.
    prelude.size.offset = at;
    std::uint64_t n_info = 0;
    for (std::uint32_t i = 0;; ++i) {
        if (at >= fun_data.size()) return cut(rule, at, "prelude.size", fun_data.size());
        if (i == kMaxSizeOctets) {
            return bad(rule, at, "prelude.size", "one more octet",
                       fmt::format("at most {} octets", kMaxSizeOctets));
        }
        z = octet(at++);
        const std::uint64_t info_bits = (z >> 1) & 0x3F;
        if (info_bits != 0 && i >= 5) {
            return bad(rule, at - 1, "prelude.size", "n_info of 2^30 or more",
                       fmt::format("at most {}", fun_data.size()));
        }
        if (i < 5) n_info |= info_bits << (6 * i);
        prelude.n_cells |= (z & 1) << i;
        if ((z & 0x80) == 0) break;
    }
    prelude.size.size = at - prelude.size.offset;
    prelude.n_info = static_cast<std::uint32_t>(n_info);

    const std::size_t left = fun_data.size() - at;
    if (prelude.n_info == 0 || prelude.n_info > left) {
        return bad(rule, prelude.size.offset, "prelude.n_info", fmt::format("{}", prelude.n_info),
                   fmt::format("1..{}", left));
    }
    if (prelude.n_cells > left - prelude.n_info) {
        return bad(rule, prelude.size.offset, "prelude.n_cells", fmt::format("{}", prelude.n_cells),
                   fmt::format("0..{}", left - prelude.n_info));
    }
    prelude.info = {at, prelude.n_info};
    prelude.cells = {at + prelude.n_info, prelude.n_cells};
    prelude.cell_locals = fun_data.subspan(prelude.cells.offset, prelude.n_cells);

    // Names, then the line table.
    std::span<const std::byte> info = fun_data.subspan(at, prelude.n_info);
    const std::uint64_t n_arguments = std::uint64_t{prelude.n_pos_args} + prelude.n_kwonly_args;
    std::size_t names = 0;
    std::size_t first_argument = 0;
    for (std::uint64_t i = 0; i <= n_arguments; ++i) {
        const Vuint index = decode_vuint(info.subspan(names));
        if (!index.ok() || index.value > std::numeric_limits<std::uint32_t>::max()) {
            return bad(rule, at + names, i == 0 ? "prelude.name" : fmt::format("prelude.argument[{}]", i - 1),
                       index.error == VuintError::Truncated ? "the end of the info part"
                                                            : "a number of 2^32 or more",
                       fmt::format("{} string indices in {} octets", n_arguments + 1, prelude.n_info));
        }
        names += index.octets;
        if (i == 0) {
            prelude.name = {static_cast<std::uint32_t>(index.value)};
            first_argument = names;
        }
    }
    prelude.argument_names = {info.subspan(first_argument, names - first_argument),
                              static_cast<std::uint32_t>(n_arguments)};
    prelude.line_table = info.subspan(names);
    prelude.line_table_extent = {at + names, prelude.line_table.size()};
    return prelude;
}

}  // namespace mpy
