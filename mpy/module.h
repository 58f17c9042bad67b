// A .mpy file in memory: what the reader met, kept in order. Checker, disassembler, explainer and writer work
// on it.
//
// A Module holds views (strings, code, data) of the buffer it was read from; the caller keeps that buffer
// alive and unchanged. Nothing in it is checked beyond what reading needs: indices may point nowhere, text
// may not be UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mpy/reader.h"

namespace mpy {

/// An object of the table; tuples hold their items.
struct Object {
    ObjectKind kind = ObjectKind::None;
    std::string_view text;
    std::uint8_t terminator = 0;
    std::vector<Object> items;
    /// As in ObjectEntry: for a tuple its kind octet and count only.
    Extent extent;
};

/// Data words in front of the instructions of native raw code: two in a generator, one in another function of
/// version 6.3, none before that. Source: the .mpy format text, section 6.4.
struct NativeWords {
    /// Word 0: index of the prelude in the child table.
    std::uint64_t prelude_slot = 0;
    /// Word 1 of a generator: where its body starts, as an offset in fun_data.
    std::optional<std::uint64_t> start_offset;
};

/// One raw code. Fields that its kind or flags do not have are empty.
struct RawCode {
    RawCodeIndex index;
    RawCodeKind kind = RawCodeKind::Bytecode;
    /// The has-children bit of the leading vuint; producers set it exactly when there are children.
    bool has_children = false;
    std::uint32_t depth = 0;
    /// The raw code that has this one as a child, and as which one. The body of the module has none.
    std::optional<RawCodeIndex> parent;
    ChildIndex position;

    /// The leading vuint.
    Extent head;
    /// Everything between the leading vuint and the fields behind it: prelude and code.
    std::span<const std::byte> fun_data;
    std::uint64_t fun_data_offset = 0;

    /// Bytecode and native only; nothing when it does not decode (then `bad_prelude` says why).
    std::optional<Prelude> prelude;
    std::optional<Finding> bad_prelude;
    /// The instructions, without prelude and data words; `code_offset` is that in the file. Empty when the
    /// prelude is bad.
    std::span<const std::byte> code;
    std::uint64_t code_offset = 0;

    std::optional<NumberField> prelude_offset;  // native
    std::optional<NumberField> scope_flags;     // viper, assembler
    std::optional<NumberField> n_pos_args;      // assembler
    std::optional<NumberField> type_sig;        // assembler
    std::optional<NumberField> rodata_size;     // viper with ScopeFlag::Rodata
    std::optional<NumberField> bss_size;        // viper with ScopeFlag::Bss
    std::span<const std::byte> rodata;
    std::uint64_t rodata_offset = 0;

    std::optional<NumberField> n_children;
    /// Children in order: `children[ChildIndex.value]` is the child's place in Module::raw_codes.
    std::vector<RawCodeIndex> children;

    std::vector<Relocation> relocations;
    /// Where the octet that ends the list stands, when there is a list.
    std::optional<std::uint64_t> relocations_end;
    /// First octet behind this raw code and all its children.
    std::uint64_t end_offset = 0;

    bool is_bytecode() const { return kind == RawCodeKind::Bytecode; }
    bool has_scope_flag(ScopeFlag flag) const { return scope_flags && has_flag(scope_flags->value, flag); }
    /// The data words of native code; nothing where there are none, and when fun_data is too short for them.
    std::optional<NativeWords> native_words(const Header& header) const;
};

/// A whole file.
struct Module {
    std::size_t file_size = 0;
    Header header;
    std::optional<NumberField> arch_flags;
    NumberField n_qstr;
    NumberField n_obj;
    std::vector<QstrEntry> qstrs;
    std::vector<Object> objects;
    /// In file order, parents before their children; 0 is the body of the module. Never empty after a read.
    std::vector<RawCode> raw_codes;
    /// Container vuints that are longer than they need to be.
    std::vector<Extent> redundant_vuints;
    std::span<const std::byte> trailing;
    std::uint64_t trailing_offset = 0;

    const RawCode& root() const { return raw_codes.front(); }
    const RawCode& raw_code(RawCodeIndex index) const { return raw_codes[index.value]; }
    /// The child, or nullptr when the raw code has none of that index.
    const RawCode* child(const RawCode& parent, ChildIndex index) const;
    /// The entry, or nullptr when the table has none of that index.
    const QstrEntry* qstr(QstrIndex index) const;
    const Object* object(ObjectIndex index) const;
    /// Its text, or an empty string when there is no such entry.
    std::string_view qstr_text(QstrIndex index) const;
    /// The name in the prelude, or `<viper>`, `<assembler>`, `<unknown>` where there is none.
    std::string_view function_name(const RawCode& code) const;
    /// `module`, `module.child[2]`, `module.child[2].child[0]`; of a very deep one the middle is left out.
    std::string path(const RawCode& code) const;
};

/// A visitor that builds a Module.
class ModuleBuilder final : public Visitor {
  public:
    explicit ModuleBuilder(Module& module) : module_(module) {}

    void on_header(const Header& header) override;
    void on_arch_flags(NumberField flags) override;
    void on_table_counts(NumberField n_qstr, NumberField n_obj) override;
    void on_qstr(QstrIndex index, const QstrEntry& entry) override;
    void on_object(ObjectIndex index, const ObjectEntry& entry) override;
    void end_tuple(ObjectIndex index, std::uint32_t depth) override;
    void begin_raw_code(const RawCodeHead& head) override;
    void on_prelude(const Prelude& prelude) override;
    void on_bad_prelude(const Finding& finding) override;
    void on_code(std::span<const std::byte> code, std::uint64_t offset) override;
    void on_prelude_offset(NumberField prelude_offset) override;
    void on_scope_flags(NumberField scope_flags) override;
    void on_asm_signature(NumberField n_pos_args, NumberField type_sig) override;
    void on_rodata_size(NumberField rodata_size) override;
    void on_bss_size(NumberField bss_size) override;
    void on_rodata(std::span<const std::byte> rodata, std::uint64_t offset) override;
    void on_child_count(NumberField n_children) override;
    void on_relocation(const Relocation& relocation) override;
    void end_relocations(std::uint64_t offset) override;
    void end_raw_code(RawCodeIndex index, std::uint64_t end_offset) override;
    void on_redundant_vuint(Extent extent) override;
    void on_trailing_octets(std::span<const std::byte> octets, std::uint64_t offset) override;

  private:
    RawCode& current() { return module_.raw_codes[open_.back().value]; }

    Module& module_;
    std::vector<Object*> open_tuples_;
    std::vector<RawCodeIndex> open_;
};

/// Reads `file` into `module`, which is emptied first. After a failure it holds what was read before the bad
/// field, so a dump of a damaged file can show it.
Result<void> read_module(std::span<const std::byte> file, Module& module, const ReadOptions& options = {});

}  // namespace mpy
