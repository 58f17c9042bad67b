#include <fmt/format.h>

#include "mpy/check_context.h"
#include "mpy/facts/native_functions.h"
#include "mpy/vuint.h"

namespace mpy {

namespace {

/// String indices of a prelude, and whether its numbers fit each other.
void check_prelude(const CheckContext& context, const RawCode& code, Rule rule) {
    const Prelude& prelude = *code.prelude;
    const std::uint64_t n_qstr = context.module.n_qstr.value;
    const std::uint64_t at = code.fun_data_offset + prelude.info.offset;
    const auto check_name = [&](QstrIndex index, std::string_view name) {
        if (index.value < n_qstr) return;
        context.error(rule, at, context.field(code, name), fmt::format("string {}", index.value),
                      fmt::format("a string below {}", n_qstr));
    };
    check_name(prelude.name, "prelude.name");
    std::uint32_t argument = 0;
    for (QstrIndex index : prelude.argument_names) {
        if (index.value >= n_qstr) check_name(index, fmt::format("prelude.argument[{}]", argument));
        ++argument;
    }

    // The last octet of a longer form has something to say.
    const auto check_form = [&](Extent extent, std::string_view name) {
        if (extent.size < 2 || code.fun_data[extent.end() - 1] != std::byte{0}) return;
        context.warning(Rule::P1, code.fun_data_offset + extent.offset, context.field(code, name),
                        fmt::format("{} octets, the last of them 0x00", extent.size), "the shortest form");
    };
    check_form(prelude.signature, "prelude.signature");
    check_form(prelude.size, "prelude.size");

    const Rule shape = rule == Rule::V10 ? Rule::B4 : rule;
    const std::uint64_t signature = code.fun_data_offset + prelude.signature.offset;
    if ((prelude.flags & ~std::uint32_t{kAllPreludeFlags}) != 0) {
        context.error(shape, signature, context.field(code, "prelude.flags"),
                      fmt::format("{:#x}", prelude.flags), fmt::format("bits of {:#x}", kAllPreludeFlags));
    }
    if (prelude.n_def_pos_args > prelude.n_pos_args) {
        context.error(shape, signature, context.field(code, "prelude.n_def_pos_args"),
                      fmt::format("{}", prelude.n_def_pos_args),
                      fmt::format("at most {}, n_pos_args", prelude.n_pos_args));
    }
    if (prelude.n_parameters() > prelude.n_state) {
        context.error(shape, signature, context.field(code, "prelude.n_state"),
                      fmt::format("{}", prelude.n_state),
                      fmt::format("at least {}, the number of parameters", prelude.n_parameters()));
    }
    for (std::size_t i = 0; i < prelude.cell_locals.size(); ++i) {
        const auto local = static_cast<unsigned>(prelude.cell_locals[i]);
        if (local < prelude.n_state) continue;
        context.error(shape, code.fun_data_offset + prelude.cells.offset + i,
                      context.field(code, fmt::format("prelude.cell[{}]", i)), fmt::format("local {}", local),
                      fmt::format("a local below {}, n_state", prelude.n_state));
    }
}

void check_native(const CheckContext& context, const RawCode& code) {
    const std::uint64_t word = context.module.header.word_octets();
    const NumberField& offset = *code.prelude_offset;
    const bool generator = code.prelude && code.prelude->has(PreludeFlag::Generator);
    const std::uint64_t lowest = context.module.header.native_words(generator) * word;
    if (offset.value < lowest || offset.value >= code.fun_data.size()) {
        context.error(Rule::V11, offset.extent.offset, context.field(code, "prelude_offset"),
                      fmt::format("{}", offset.value),
                      fmt::format("{} to below {} (the length)", lowest, code.fun_data.size()));
        return;
    }
    if (!code.prelude) return;
    const Prelude& prelude = *code.prelude;
    const auto at = [&](Extent extent) { return code.fun_data_offset + extent.offset; };
    if (prelude.extent().end() != code.fun_data.size()) {
        context.error(Rule::V11, at(prelude.extent()), context.field(code, "prelude"),
                      fmt::format("a prelude that ends at {}", prelude.extent().end()),
                      fmt::format("one that ends at {}, the length", code.fun_data.size()));
    }
    check_prelude(context, code, Rule::V11);
    if (!prelude.line_table.empty()) {
        context.warning(Rule::V11, at(prelude.line_table_extent), context.field(code, "prelude.line_table"),
                        fmt::format("{} octets", prelude.line_table.size()), "no line table in native code");
    }
    if (prelude.n_exc_stack != 0) {
        context.warning(Rule::V11, at(prelude.signature), context.field(code, "prelude.n_exc_stack"),
                        fmt::format("{}", prelude.n_exc_stack), "0 in native code");
    }
    const std::optional<NativeWords> words = code.native_words(context.module.header);
    if (!words) return;
    if (words->prelude_slot != code.children.size()) {
        context.error(Rule::V11, code.fun_data_offset, context.field(code, "word[0]"),
                      fmt::format("{}", words->prelude_slot),
                      fmt::format("{}, the number of children", code.children.size()));
    }
    if (words->start_offset && (*words->start_offset < lowest || *words->start_offset >= offset.value)) {
        context.error(Rule::V11, code.fun_data_offset + word, context.field(code, "word[1]"),
                      fmt::format("a generator body at {}", *words->start_offset),
                      fmt::format("{} to below {} (the prelude)", lowest, offset.value));
    }
}

void check_relocations(const CheckContext& context, const RawCode& code) {
    const Header& header = context.module.header;
    const std::uint64_t word = header.word_octets();
    const std::uint32_t n_slots =
        native_function_count(header.version_info() ? header.version_info()->sub_version : kSubVersion);
    const auto report = [&](const Relocation& relocation, std::string_view name, std::string found,
                            std::string allowed) {
        const auto number = static_cast<std::size_t>(&relocation - code.relocations.data());
        context.error(Rule::V13, relocation.extent.offset,
                      context.field(code, fmt::format("relocation[{}].{}", number, name)), std::move(found),
                      std::move(allowed));
    };
    for (const Relocation& relocation : code.relocations) {
        if (!relocation.has_position) {
            report(relocation, "address", "no position", "an address in the first entry");
            continue;
        }
        if (relocation.in_rodata && !code.has_scope_flag(ScopeFlag::Rodata)) {
            report(relocation, "address", "a position in rodata",
                   "a position in the text: there is no rodata");
        } else if (word != 0) {
            const std::uint64_t n_words =
                (relocation.in_rodata ? code.rodata.size() : code.fun_data.size()) / word;
            if (relocation.word_index >= n_words || relocation.count > n_words - relocation.word_index) {
                report(relocation, "address",
                       fmt::format("{} words from word {}", relocation.count, relocation.word_index),
                       fmt::format("words below {} of the {}", n_words,
                                   relocation.in_rodata ? "rodata" : "text"));
            }
        }
        if (relocation.count == 0) report(relocation, "count", "0", "at least 1");
        switch (relocation.target()) {
            case RelocationTarget::Rodata:
                if (!code.has_scope_flag(ScopeFlag::Rodata))
                    report(relocation, "op", "destination rodata", "an area that exists");
                break;
            case RelocationTarget::Bss:
                if (!code.has_scope_flag(ScopeFlag::Bss))
                    report(relocation, "op", "destination bss", "an area that exists");
                break;
            case RelocationTarget::TableSlot:
                if (relocation.slot().value >= n_slots) {
                    report(relocation, "op", fmt::format("function table slot {}", relocation.slot().value),
                           fmt::format("slots 0..{}", n_slots - 1));
                }
                break;
            case RelocationTarget::Text:
            case RelocationTarget::QstrTable:
            case RelocationTarget::ObjectTable:
            case RelocationTarget::FunctionTable:
                break;
        }
    }
}

void check_machine_code(const CheckContext& context, const RawCode& code) {
    const auto report = [&](const NumberField& field, std::string_view name, std::string allowed) {
        context.error(Rule::V12, field.extent.offset, context.field(code, name),
                      fmt::format("{:#x}", field.value), std::move(allowed));
    };
    if (code.kind == RawCodeKind::Viper) {
        // Up to 6.2 the compiler left the signature flags of the function in the low bits.
        const VersionInfo* version = context.module.header.version_info();
        const bool older = version != nullptr && version->sub_version < kSubVersion;
        const std::uint64_t allowed = kAllScopeFlags | (older ? kAllPreludeFlags : 0U);
        if ((code.scope_flags->value & ~allowed) != 0) {
            report(*code.scope_flags, "scope_flags", fmt::format("bits of {:#x}", allowed));
        }
    } else {
        if (code.scope_flags->value != 0) report(*code.scope_flags, "scope_flags", "0");
        if (code.n_pos_args->value > kMaxAsmArguments) {
            report(*code.n_pos_args, "n_pos_args", fmt::format("0..{}", kMaxAsmArguments));
        }
        if (code.type_sig->value > kMaxAsmResultType) {
            report(*code.type_sig, "type_sig", fmt::format("0..{}", kMaxAsmResultType));
        }
        if (!code.children.empty()) {
            context.error(Rule::V12, code.n_children->extent.offset, context.field(code, "n_children"),
                          fmt::format("{}", code.children.size()), "no children of assembler code");
        }
    }
    check_relocations(context, code);
}

}  // namespace

void check_raw_code(const CheckContext& context, const RawCode& code) {
    if (!code.is_bytecode() && context.module.header.arch_number() == 0) {
        context.error(Rule::V4, code.head.offset, context.field(code, "kind"),
                      std::string(name_of(code.kind)), "bytecode in a file without an architecture");
    }
    if (code.has_children && code.children.empty()) {
        context.warning(Rule::P3, code.head.offset, context.field(code, "head"),
                        "the has-children bit and no child", "the bit only with children");
    }
    if (code.bad_prelude) context.report.add(*code.bad_prelude, context.options);
    switch (code.kind) {
        case RawCodeKind::Bytecode:
            if (code.prelude) check_prelude(context, code, Rule::V10);
            break;
        case RawCodeKind::Native:
            check_native(context, code);
            break;
        case RawCodeKind::Viper:
        case RawCodeKind::Asm:
            check_machine_code(context, code);
            break;
    }
}

}  // namespace mpy
