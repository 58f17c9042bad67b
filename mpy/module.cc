#include "mpy/module.h"

#include <fmt/format.h>

#include <algorithm>

#include "mpy/field_path.h"

namespace mpy {

namespace {

// A count is believed up to here; a file that lies about it cannot make us ask for much memory. Beyond it
// lists grow as their elements really come.
std::size_t to_reserve(const NumberField& count) {
    return static_cast<std::size_t>(std::min<std::uint64_t>(count.value, 256));
}

}  // namespace

std::optional<NativeWords> RawCode::native_words(const Header& header) const {
    const std::size_t word_octets = header.word_octets();
    if (kind != RawCodeKind::Native || word_octets == 0) return std::nullopt;
    const bool generator = prelude && prelude->has(PreludeFlag::Generator);
    const std::size_t n_words = header.native_words(generator);
    if (n_words == 0 || fun_data.size() < n_words * word_octets) return std::nullopt;
    const auto word = [&](std::size_t number) {
        std::uint64_t value = 0;
        for (std::size_t i = word_octets; i-- > 0;) {
            value = value << 8 | static_cast<std::uint64_t>(fun_data[number * word_octets + i]);
        }
        return value;
    };
    NativeWords words{word(0), std::nullopt};
    if (generator) words.start_offset = word(1);
    return words;
}

const RawCode* Module::child(const RawCode& parent, ChildIndex index) const {
    return index.value < parent.children.size() ? &raw_code(parent.children[index.value]) : nullptr;
}

const QstrEntry* Module::qstr(QstrIndex index) const {
    return index.value < qstrs.size() ? &qstrs[index.value] : nullptr;
}

const Object* Module::object(ObjectIndex index) const {
    return index.value < objects.size() ? &objects[index.value] : nullptr;
}

std::string_view Module::qstr_text(QstrIndex index) const {
    const QstrEntry* entry = qstr(index);
    return entry == nullptr ? std::string_view{} : entry->text;
}

std::string_view Module::function_name(const RawCode& code) const {
    if (code.prelude && qstr(code.prelude->name) != nullptr) return qstr_text(code.prelude->name);
    switch (code.kind) {
        case RawCodeKind::Viper:
            return "<viper>";
        case RawCodeKind::Asm:
            return "<assembler>";
        case RawCodeKind::Bytecode:
        case RawCodeKind::Native:
            break;
    }
    return "<unknown>";
}

std::string Module::path(const RawCode& code) const {
    std::vector<std::string> steps;
    const RawCode* at = &code;
    for (; at->parent; at = &raw_code(*at->parent))
        steps.push_back(fmt::format("child[{}]", at->position.value));
    steps.emplace_back("module");
    std::reverse(steps.begin(), steps.end());
    return join_path(steps);
}

void ModuleBuilder::on_header(const Header& header) {
    module_.header = header;
}

void ModuleBuilder::on_arch_flags(NumberField flags) {
    module_.arch_flags = flags;
}

void ModuleBuilder::on_table_counts(NumberField n_qstr, NumberField n_obj) {
    module_.n_qstr = n_qstr;
    module_.n_obj = n_obj;
    // The reader has compared the counts with the size of the file, so this cannot ask for more than a small
    // multiple.
    module_.qstrs.reserve(static_cast<std::size_t>(n_qstr.value));
    module_.objects.reserve(static_cast<std::size_t>(n_obj.value));
}

void ModuleBuilder::on_qstr(QstrIndex, const QstrEntry& entry) {
    module_.qstrs.push_back(entry);
}

void ModuleBuilder::on_object(ObjectIndex, const ObjectEntry& entry) {
    std::vector<Object>& list = open_tuples_.empty() ? module_.objects : open_tuples_.back()->items;
    Object& object = list.emplace_back();
    object.kind = entry.kind;
    object.text = entry.text;
    object.terminator = entry.terminator;
    object.extent = entry.extent;
    // A list does not grow while one of its elements is open, so the pointer holds until end_tuple.
    if (entry.kind == ObjectKind::Tuple) open_tuples_.push_back(&object);
}

void ModuleBuilder::end_tuple(ObjectIndex, std::uint32_t) {
    open_tuples_.pop_back();
}

void ModuleBuilder::begin_raw_code(const RawCodeHead& head) {
    RawCode& code = module_.raw_codes.emplace_back();
    code.index = head.index;
    code.kind = head.kind;
    code.has_children = head.has_children;
    code.depth = head.depth;
    code.position = head.position;
    code.head = head.extent;
    code.fun_data = head.fun_data;
    code.fun_data_offset = head.fun_data_offset;
    if (!open_.empty()) {
        code.parent = open_.back();
        current().children.push_back(head.index);
    }
    open_.push_back(head.index);
}

void ModuleBuilder::on_prelude(const Prelude& prelude) {
    current().prelude = prelude;
}

void ModuleBuilder::on_bad_prelude(const Finding& finding) {
    current().bad_prelude = finding;
}

void ModuleBuilder::on_code(std::span<const std::byte> code, std::uint64_t offset) {
    current().code = code;
    current().code_offset = offset;
}

void ModuleBuilder::on_prelude_offset(NumberField prelude_offset) {
    current().prelude_offset = prelude_offset;
}

void ModuleBuilder::on_scope_flags(NumberField scope_flags) {
    current().scope_flags = scope_flags;
}

void ModuleBuilder::on_asm_signature(NumberField n_pos_args, NumberField type_sig) {
    current().n_pos_args = n_pos_args;
    current().type_sig = type_sig;
}

void ModuleBuilder::on_rodata_size(NumberField rodata_size) {
    current().rodata_size = rodata_size;
}

void ModuleBuilder::on_bss_size(NumberField bss_size) {
    current().bss_size = bss_size;
}

void ModuleBuilder::on_rodata(std::span<const std::byte> rodata, std::uint64_t offset) {
    current().rodata = rodata;
    current().rodata_offset = offset;
}

void ModuleBuilder::on_child_count(NumberField n_children) {
    RawCode& code = current();
    code.n_children = n_children;
    code.children.reserve(to_reserve(n_children));
}

void ModuleBuilder::on_relocation(const Relocation& relocation) {
    current().relocations.push_back(relocation);
}

void ModuleBuilder::end_relocations(std::uint64_t offset) {
    current().relocations_end = offset;
}

void ModuleBuilder::end_raw_code(RawCodeIndex index, std::uint64_t end_offset) {
    module_.raw_codes[index.value].end_offset = end_offset;
    open_.pop_back();
}

void ModuleBuilder::on_redundant_vuint(Extent extent) {
    module_.redundant_vuints.push_back(extent);
}

void ModuleBuilder::on_trailing_octets(std::span<const std::byte> octets, std::uint64_t offset) {
    module_.trailing = octets;
    module_.trailing_offset = offset;
}

Result<void> read_module(std::span<const std::byte> file, Module& module, const ReadOptions& options) {
    module = Module{};
    module.file_size = file.size();
    ModuleBuilder builder(module);
    return read_file(file, builder, options);
}

}  // namespace mpy
