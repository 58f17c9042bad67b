// The one parser of .mpy files: it walks the octets once and tells a visitor what it meets.
//
// What it is not: it makes no judgement beyond what it needs to find the next field. Strings that are not
// UTF-8, indices that do not exist, code that does not decode are all delivered as they are; the checker
// (checker.h) judges them.
//
// Promises, whatever the input is: nothing is read outside the buffer, nothing is thrown, nothing is
// allocated (except the text of the finding that ends a failed read), recursion is bounded by the limits of
// ReadOptions. Views handed to the visitor point into the caller's buffer and live as long as that does.
//
// Versions 6, 6.1, 6.2 and 6.3 are read. Older ones are refused with V1, a finding that names the version,
// the releases that wrote it and what it lacks.
//
// Source: the .mpy format text, sections 1 to 6.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "mpy/facts/container.h"
#include "mpy/finding.h"
#include "mpy/header.h"
#include "mpy/indices.h"
#include "mpy/prelude.h"

namespace mpy {

/// One entry of the qstr table.
struct QstrEntry {
    /// The entry is a static number; `text` is then the static string, or empty when the number is not
    /// assigned.
    bool is_static = false;
    /// The static number, whatever it is; 0 for inline strings.
    std::uint64_t static_number = 0;
    /// The string without its terminator.
    std::string_view text;
    /// The octet after an inline string; 00 in a well-formed file.
    std::uint8_t terminator = 0;
    Extent extent;
};

/// One object of the object table, or one item of a tuple.
struct ObjectEntry {
    ObjectKind kind = ObjectKind::None;
    /// Octets of a str or bytes, text of a number; empty for the other kinds.
    std::string_view text;
    /// The octet after a str or bytes; 00 in a well-formed file.
    std::uint8_t terminator = 0;
    /// Items of a tuple; they follow in order, each by a call of its own, before `end_tuple`.
    std::uint32_t n_items = 0;
    /// 0 for an entry of the table, 1 for an item of a tuple in it, and so on.
    std::uint32_t depth = 0;
    /// The whole object; for a tuple the kind octet and the count only.
    Extent extent;
};

/// The start of a raw code: its leading vuint and where it stands in the tree.
struct RawCodeHead {
    RawCodeIndex index;
    RawCodeKind kind = RawCodeKind::Bytecode;
    bool has_children = false;
    /// 0 for the body of the module.
    std::uint32_t depth = 0;
    /// Which child of its parent it is; 0 for the body of the module.
    ChildIndex position;
    Extent extent;
    std::span<const std::byte> fun_data;
    std::uint64_t fun_data_offset = 0;
};

/// A field of a raw code that is one number: its value and where it stands.
struct NumberField {
    std::uint64_t value = 0;
    Extent extent;
};

/// One entry of a relocation list. Source: the .mpy format text, section 6.6.
struct Relocation {
    /// The first octet of the entry, which names destination and shape.
    std::uint8_t op = 0;
    /// The entry sets a new position: area and word index.
    bool sets_position = false;
    /// Without a new position these continue behind the entry before. The first entry of a damaged list can
    /// have none at all: then `has_position` is false.
    bool has_position = false;
    bool in_rodata = false;
    std::uint64_t word_index = 0;
    /// Consecutive words that get the same addition, at least 1 unless the file says 0.
    std::uint64_t count = 1;
    bool counted = false;
    Extent extent;

    /// op >> 1, the number of the table in section 6.6.
    constexpr std::uint8_t d() const { return op >> 1; }
    constexpr RelocationTarget target() const {
        const std::uint8_t number = d();
        if (number >= kFirstSlotRelocation) return RelocationTarget::TableSlot;
        return static_cast<RelocationTarget>(number <= 5 ? number & 6U : number);
    }
    /// The slot of the runtime function table, for RelocationTarget::TableSlot.
    constexpr FunctionSlot slot() const {
        return {d() >= kFirstSlotRelocation ? static_cast<std::uint32_t>(d() - kFirstSlotRelocation) : 0U};
    }
};

/// What the reader meets, in file order. Every call has an empty body: a visitor overrides what it needs.
class Visitor {
  public:
    virtual ~Visitor() = default;

    /// The header, of whatever version; called before a version that is not read is refused.
    virtual void on_header(const Header& /*header*/) {}
    virtual void on_arch_flags(NumberField /*flags*/) {}
    virtual void on_table_counts(NumberField /*n_qstr*/, NumberField /*n_obj*/) {}
    virtual void on_qstr(QstrIndex /*index*/, const QstrEntry& /*entry*/) {}
    /// Objects of the table and items of tuples, in file order. `index` is that of the table entry they
    /// belong to.
    virtual void on_object(ObjectIndex /*index*/, const ObjectEntry& /*entry*/) {}
    virtual void end_tuple(ObjectIndex /*index*/, std::uint32_t /*depth*/) {}

    virtual void begin_raw_code(const RawCodeHead& /*head*/) {}
    /// Bytecode: the prelude at the start of fun_data. Native: the prelude at prelude_offset, after
    /// `on_prelude_offset`.
    virtual void on_prelude(const Prelude& /*prelude*/) {}
    /// The prelude does not decode: the finding has the offset in the file and the full field path. Reading
    /// goes on.
    virtual void on_bad_prelude(const Finding& /*finding*/) {}
    /// The instructions of bytecode (after a good prelude) or the machine code, with data words at its start
    /// left out. `offset` is that in the file.
    virtual void on_code(std::span<const std::byte> /*code*/, std::uint64_t /*offset*/) {}
    virtual void on_prelude_offset(NumberField /*prelude_offset*/) {}
    virtual void on_scope_flags(NumberField /*scope_flags*/) {}
    virtual void on_asm_signature(NumberField /*n_pos_args*/, NumberField /*type_sig*/) {}
    virtual void on_rodata_size(NumberField /*rodata_size*/) {}
    virtual void on_bss_size(NumberField /*bss_size*/) {}
    virtual void on_rodata(std::span<const std::byte> /*rodata*/, std::uint64_t /*offset*/) {}
    /// Only when the has-children bit is set. The children follow, each between its own begin and end.
    virtual void on_child_count(NumberField /*n_children*/) {}
    virtual void on_relocation(const Relocation& /*relocation*/) {}
    /// The octet FF that ends a relocation list.
    virtual void end_relocations(std::uint64_t /*offset*/) {}
    virtual void end_raw_code(RawCodeIndex /*index*/, std::uint64_t /*end_offset*/) {}

    /// A vuint of the container with more octets than it needs (P1).
    virtual void on_redundant_vuint(Extent /*extent*/) {}
    /// Octets behind the outermost raw code (V14).
    virtual void on_trailing_octets(std::span<const std::byte> /*octets*/, std::uint64_t /*offset*/) {}
};

/// What the reader does where a file can be read on although something is wrong.
enum class OnFlaw : std::uint8_t { Report, Refuse };

struct ReadOptions {
    /// Octets behind the end: the reference loader ignores them.
    OnFlaw trailing_octets = OnFlaw::Report;
    /// A prelude that does not decode.
    OnFlaw bad_prelude = OnFlaw::Report;
    /// Vuints that are longer than they need to be: every loader accepts them.
    OnFlaw redundant_vuints = OnFlaw::Report;
    /// Nesting of tuples and of raw code (V9). The defaults are the limits that the format text suggests;
    /// they bound the reader's recursion, about 300 octets of stack a level.
    std::uint32_t max_tuple_depth = 64;
    std::uint32_t max_raw_code_depth = 256;
    /// Raw codes in a file (V9). A Module takes a few hundred octets for each, and a hostile file has one in
    /// every two of its octets; the largest files of the producers have some thousands.
    std::uint32_t max_raw_codes = 65536;

    static constexpr ReadOptions strict() {
        ReadOptions options;
        options.trailing_octets = options.bad_prelude = options.redundant_vuints = OnFlaw::Refuse;
        return options;
    }
};

/// Reads `file` and tells `visitor`. Success: the whole file was walked. Failure: the first field that could
/// not be read; the visitor has seen everything before it.
Result<void> read_file(std::span<const std::byte> file, Visitor& visitor, const ReadOptions& options = {});

/// The octets of a string, for callers that have text.
std::span<const std::byte> as_octets(std::string_view text);

}  // namespace mpy
