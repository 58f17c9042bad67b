#include <fmt/format.h>
#include <fmt/ostream.h>

#include "harness/inspect/report.h"
#include "mpy/printable.h"

namespace harness {
namespace {

using nlohmann::ordered_json;

/// Longest text of a table entry.
constexpr std::size_t kEntryOctets = 72;

std::string arch_text(const mpy::Header& header) {
    if (header.arch_number() == 0) return "no architecture (bytecode only)";
    const mpy::ArchInfo* arch = header.arch();
    return arch == nullptr ? fmt::format("architecture {} (does not exist)", header.arch_number())
                           : fmt::format("architecture {} ({})", header.arch_number(), arch->name);
}

void print_header(const mpy::Module& module, std::ostream& out) {
    const mpy::Header& header = module.header;
    fmt::print(out, "header\n");
    fmt::print(out, "  version         {}, sub-version {}\n", header.version, header.sub_version());
    fmt::print(out, "  feature         {:02X}: {}{}\n", header.feature, arch_text(header),
               header.has_arch_flags() ? ", arch-flags follow" : "");
    if (module.arch_flags) fmt::print(out, "  arch-flags      {:#x}\n", module.arch_flags->value);
    fmt::print(out, "  small-int bits  {}\n", header.small_int_bits);
}

void print_tables(const mpy::Module& module, std::ostream& out) {
    fmt::print(out, "qstrs ({})\n", module.n_qstr.value);
    for (std::size_t i = 0; i < module.qstrs.size(); ++i) {
        const mpy::QstrEntry& entry = module.qstrs[i];
        fmt::print(out, "  {:>5}  {}{}\n", i, mpy::quoted(entry.text, kEntryOctets),
                   entry.is_static ? fmt::format("  (static {})", entry.static_number)
                   : i == 0        ? std::string("  (source file)")
                                   : std::string());
    }
    fmt::print(out, "objects ({})\n", module.n_obj.value);
    for (std::size_t i = 0; i < module.objects.size(); ++i) {
        const mpy::Object& object = module.objects[i];
        fmt::print(out, "  {:>5}  {:<14} {}\n", i, name_of(object.kind),
                   mpy::printable(object, kEntryOctets));
    }
}

std::string cells_text(const mpy::Prelude& prelude) {
    std::string text;
    for (const std::byte cell : prelude.cell_locals) {
        if (!text.empty()) text += ", ";
        if (text.size() > kEntryOctets) return text + "...";
        text += std::to_string(static_cast<unsigned>(cell));
    }
    return text;
}

void print_fields(const mpy::Module& module, const mpy::RawCode& code, const std::string& indent,
                  std::ostream& out) {
    if (code.prelude) {
        const mpy::Prelude& prelude = *code.prelude;
        fmt::print(out, "{}name {}; {}\n", indent, mpy::quoted_qstr(module, prelude.name),
                   parameters_text(module, prelude));
        fmt::print(out, "{}n_state {}, n_exc_stack {}{}", indent, prelude.n_state, prelude.n_exc_stack,
                   prelude.has(mpy::PreludeFlag::Generator) ? ", a generator" : "");
        if (prelude.n_cells > 0) fmt::print(out, ", cells: locals {}", cells_text(prelude));
        fmt::print(out, ", {} octets of code\n", code.code.size());
    }
    if (code.bad_prelude) {
        fmt::print(out, "{}bad prelude: {}\n", indent, mpy::printable(to_string(*code.bad_prelude), 300));
    }
    if (code.scope_flags && code.scope_flags->value != 0) {
        fmt::print(out, "{}scope flags {:#x}\n", indent, code.scope_flags->value);
    }
    if (code.n_pos_args && code.type_sig) {
        fmt::print(out, "{}{} arguments, result type {}\n", indent, code.n_pos_args->value,
                   code.type_sig->value);
    }
    if (code.rodata_size) fmt::print(out, "{}rodata {} octets\n", indent, code.rodata_size->value);
    if (code.bss_size) fmt::print(out, "{}bss {} octets\n", indent, code.bss_size->value);
    for (const mpy::Relocation& relocation : code.relocations) {
        fmt::print(out, "{}relocation: {} word {}", indent, relocation.in_rodata ? "rodata" : "text",
                   relocation.word_index);
        if (relocation.count != 1) fmt::print(out, " and {} following", relocation.count - 1);
        fmt::print(out, " += {}\n", mpy::relocation_target_text(relocation));
    }
}

void print_tree(const mpy::Module& module, std::ostream& out) {
    fmt::print(out, "raw code ({})\n", module.raw_codes.size());
    for (const mpy::RawCode& code : module.raw_codes) {
        // Nesting is shown up to a depth that still fits a page.
        const std::string indent(2 + 2 * std::min<std::size_t>(code.depth, 12), ' ');
        fmt::print(out, "{}{}: {}, {} octets at {:#x}", indent,
                   code.parent ? fmt::format("child {}", code.position.value) : std::string("module"),
                   name_of(code.kind), code.fun_data.size(), code.fun_data_offset);
        if (!code.children.empty()) fmt::print(out, ", {} children", code.children.size());
        fmt::print(out, "\n");
        print_fields(module, code, indent + "  ", out);
    }
}

ordered_json raw_code_json(const mpy::Module& module, const mpy::RawCode& code) {
    ordered_json json;
    json["path"] = module.path(code);
    json["kind"] = name_of(code.kind);
    json["offset"] = code.fun_data_offset;
    json["octets"] = code.fun_data.size();
    if (code.prelude) {
        const mpy::Prelude& prelude = *code.prelude;
        ordered_json names = ordered_json::array();
        for (const mpy::QstrIndex name : prelude.argument_names) names.push_back(module.qstr_text(name));
        ordered_json cells = ordered_json::array();
        for (const std::byte cell : prelude.cell_locals) cells.push_back(static_cast<unsigned>(cell));
        json["prelude"] = {{"name", module.qstr_text(prelude.name)},
                           {"n_state", prelude.n_state},
                           {"n_exc_stack", prelude.n_exc_stack},
                           {"flags", prelude.flags},
                           {"n_pos_args", prelude.n_pos_args},
                           {"n_kwonly_args", prelude.n_kwonly_args},
                           {"n_def_pos_args", prelude.n_def_pos_args},
                           {"argument_names", std::move(names)},
                           {"cells", std::move(cells)}};
    }
    if (code.bad_prelude) json["bad_prelude"] = finding_json(*code.bad_prelude);
    if (code.scope_flags) json["scope_flags"] = code.scope_flags->value;
    if (code.n_pos_args) json["n_pos_args"] = code.n_pos_args->value;
    if (code.type_sig) json["type_sig"] = code.type_sig->value;
    if (code.rodata_size) json["rodata_octets"] = code.rodata_size->value;
    if (code.bss_size) json["bss_octets"] = code.bss_size->value;
    if (code.relocations_end) {
        ordered_json relocations = ordered_json::array();
        for (const mpy::Relocation& relocation : code.relocations) {
            relocations.push_back({{"area", relocation.in_rodata ? "rodata" : "text"},
                                   {"word", relocation.word_index},
                                   {"count", relocation.count},
                                   {"adds", mpy::relocation_target_text(relocation)}});
        }
        json["relocations"] = std::move(relocations);
    }
    return json;
}

ordered_json object_json(const mpy::Object& object) {
    ordered_json json{{"kind", name_of(object.kind)}};
    if (!object.text.empty() || object.kind == mpy::ObjectKind::Str) {
        json["value"] = object.kind == mpy::ObjectKind::Bytes
                            ? mpy::quoted_octets(object.text, object.text.size())
                            : std::string(object.text);
    }
    if (object.kind == mpy::ObjectKind::Tuple) {
        json["items"] = ordered_json::array();
        for (const mpy::Object& item : object.items) json["items"].push_back(object_json(item));
    }
    return json;
}

}  // namespace

std::string parameters_text(const mpy::Module& module, const mpy::Prelude& prelude) {
    std::string names;
    std::uint64_t at = 0;
    for (const mpy::QstrIndex name : prelude.argument_names) {
        if (names.size() > kEntryOctets) {
            names += ", ...";
            break;
        }
        if (at == prelude.n_pos_args && !prelude.has(mpy::PreludeFlag::VarArgs))
            names += names.empty() ? "*" : ", *";
        if (!names.empty()) names += ", ";
        const std::string_view text = module.qstr_text(name);
        names += text == "*" ? "(closed-over)" : mpy::printable(text, 24);
        const std::uint64_t first_default =
            prelude.n_pos_args - std::min(prelude.n_pos_args, prelude.n_def_pos_args);
        if (at >= first_default && at < prelude.n_pos_args) names += "=";
        ++at;
    }
    if (prelude.has(mpy::PreludeFlag::VarArgs)) names += names.empty() ? "*args" : ", *args";
    if (prelude.has(mpy::PreludeFlag::VarKeywords)) names += names.empty() ? "**kwargs" : ", **kwargs";
    return names.empty() ? "no parameters" : "parameters " + names;
}

void print_dump(const mpy::Module& module, std::string_view file_name, std::ostream& out) {
    fmt::print(out, "{}: {} octets\n", mpy::printable(file_name, 200), module.file_size);
    print_header(module, out);
    print_tables(module, out);
    print_tree(module, out);
    if (!module.trailing.empty()) {
        fmt::print(out, "{} octets behind the end, which loaders ignore: {}\n", module.trailing.size(),
                   mpy::hex_octets(module.trailing, 16));
    }
}

ordered_json dump_json(const mpy::Module& module) {
    const mpy::Header& header = module.header;
    ordered_json json;
    json["header"] = {{"version", header.version},
                      {"sub_version", header.sub_version()},
                      {"feature", header.feature},
                      {"arch_number", header.arch_number()},
                      {"arch", header.arch() == nullptr ? std::string() : std::string(header.arch()->name)},
                      {"small_int_bits", header.small_int_bits}};
    if (module.arch_flags) json["header"]["arch_flags"] = module.arch_flags->value;
    json["qstrs"] = ordered_json::array();
    for (const mpy::QstrEntry& entry : module.qstrs) {
        ordered_json one{{"text", entry.text}};
        if (entry.is_static) one["static"] = entry.static_number;
        json["qstrs"].push_back(std::move(one));
    }
    json["objects"] = ordered_json::array();
    for (const mpy::Object& object : module.objects) json["objects"].push_back(object_json(object));
    json["raw_code"] = ordered_json::array();
    for (const mpy::RawCode& code : module.raw_codes) json["raw_code"].push_back(raw_code_json(module, code));
    json["trailing_octets"] = module.trailing.size();
    return json;
}

}  // namespace harness
