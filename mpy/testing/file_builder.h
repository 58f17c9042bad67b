// Makes .mpy files octet by octet for tests: a valid file by default, with every field open to be broken.
// Not here: the writer, which makes files from a Module (writer.h) and would refuse the broken ones.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "mpy/facts/archs.h"
#include "mpy/facts/container.h"

namespace mpy::testing {

/// Octets with appenders for the encodings of the format. Every appender returns *this.
class Octets {
  public:
    Octets() = default;
    Octets(std::initializer_list<int> octets) { raw(octets); }

    Octets& octet(unsigned value) {
        bytes_.push_back(static_cast<std::byte>(value));
        return *this;
    }
    Octets& raw(std::initializer_list<int> octets) {
        for (int value : octets) octet(static_cast<unsigned>(value));
        return *this;
    }
    Octets& raw(const Octets& other) {
        bytes_.insert(bytes_.end(), other.bytes_.begin(), other.bytes_.end());
        return *this;
    }
    Octets& text(std::string_view text) {
        for (char c : text) octet(static_cast<unsigned char>(c));
        return *this;
    }
    /// Shortest form, or padded with `redundant` groups of zero.
    Octets& vuint(std::uint64_t value, unsigned redundant = 0);
    /// A little-endian word of `octets` octets.
    Octets& word(std::uint64_t value, unsigned octets);

    std::span<const std::byte> span() const { return bytes_; }
    std::size_t size() const { return bytes_.size(); }
    std::byte& operator[](std::size_t at) { return bytes_[at]; }

  private:
    std::vector<std::byte> bytes_;
};

/// A raw code: what stands in the file, field by field. The defaults are an empty module body in bytecode.
struct RawCodeSpec {
    RawCodeKind kind = RawCodeKind::Bytecode;
    /// Prelude and code. Default: n_state 1, name string 1, no line table, LOAD_CONST_NONE, RETURN_VALUE.
    Octets fun_data{0x00, 0x02, 0x01, 0x51, 0x63};
    std::optional<std::uint64_t> length;  // lies about the size of fun_data
    std::optional<std::uint64_t> prelude_offset;
    std::uint64_t scope_flags = 0;
    std::uint64_t n_pos_args = 0;
    std::uint64_t type_sig = 0;
    std::optional<std::uint64_t> rodata_size;  // lies about the size of rodata
    Octets rodata;
    std::uint64_t bss_size = 0;
    std::vector<RawCodeSpec> children;
    std::optional<bool> has_children;         // lies about the children bit
    std::optional<std::uint64_t> n_children;  // lies about the number of children
    Octets relocations;                       // with the final FF

    Octets encode() const;
};

/// A whole file. The defaults are a valid module that does nothing: two strings, no objects.
struct FileSpec {
    std::uint8_t magic = 0x4D;
    std::uint8_t version = 6;
    std::uint8_t feature = 0;
    std::uint8_t small_int_bits = 31;
    std::optional<std::uint64_t> arch_flags;  // written when set; bit 6 of `feature` is up to the caller
    /// Entries of the qstr table, encoded. Default: inline "t.py", static 7 `<module>`.
    std::vector<Octets> qstrs{Octets{8, 't', '.', 'p', 'y', 0}, Octets{0x0F}};
    std::vector<Octets> objects;
    std::optional<std::uint64_t> n_qstr;  // lies about the number of entries
    std::optional<std::uint64_t> n_obj;
    RawCodeSpec module;
    Octets trailing;

    Octets encode() const;
};

/// Entry of the qstr table for a string.
Octets inline_qstr(std::string_view text);
/// Entry of the qstr table for a static number.
Octets static_qstr_entry(std::uint64_t number);

/// A prelude with a signature of one octet (n_state up to 16, up to 3 positional arguments), string 1 as
/// name, and no line table.
Octets small_prelude(unsigned n_state, unsigned n_exc_stack = 0, std::initializer_list<int> arguments = {},
                     std::initializer_list<int> cells = {});
/// A prelude with every field chosen freely.
struct PreludeSpec {
    std::uint32_t n_state = 1;
    std::uint32_t n_exc_stack = 0;
    std::uint32_t flags = 0;
    std::uint32_t n_pos_args = 0;
    std::uint32_t n_kwonly_args = 0;
    std::uint32_t n_def_pos_args = 0;
    Octets info{1};
    Octets cells;

    Octets encode() const;
};

}  // namespace mpy::testing
