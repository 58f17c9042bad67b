#include <fmt/format.h>

#include <string>

#include "mpy/check_context.h"
#include "mpy/facts/static_qstrs.h"
#include "mpy/text_rules.h"
#include "mpy/vuint.h"

namespace mpy {

namespace {

void check_header(const CheckContext& context) {
    const Header& header = context.module.header;
    if (feature_field(FeatureFieldId::Reserved, header.feature) != 0) {
        context.error(Rule::V3, 2, "header.feature", fmt::format("{:#04x}", header.feature), "bit 7 clear");
    } else if (header.arch() == nullptr || (header.arch_number() != 0 && header.word_octets() == 0)) {
        context.error(Rule::V1, 2, "header.feature.architecture", fmt::format("{}", header.arch_number()),
                      fmt::format("0..{}", static_cast<unsigned>(Arch::Rv64imc)));
    }
    const std::optional<NumberField>& flags = context.module.arch_flags;
    if (!flags) return;
    std::uint64_t known = 0;
    for (const NamedNumber& row : kArchFlags) known |= row.number;
    const bool fits =
        header.arch_number() == 0 || header.arch_number() == static_cast<unsigned>(Arch::Rv32imc);
    if (!fits) {
        context.warning(Rule::P5, flags->extent.offset, "arch_flags",
                        fmt::format("arch-flags in a file for {}",
                                    header.arch() ? header.arch()->name : "an unknown architecture"),
                        "arch-flags only for rv32imc");
    } else if ((flags->value & ~known) != 0 || flags->value == 0) {
        context.warning(Rule::P5, flags->extent.offset, "arch_flags", fmt::format("{:#x}", flags->value),
                        fmt::format("some of the bits {:#x}", known));
    }
}

void check_text(const CheckContext& context, std::string_view text, std::uint64_t offset,
                std::string_view what, std::uint64_t index) {
    switch (classify_utf8(text)) {
        case Utf8::Valid:
            return;
        case Utf8::Loose:
            context.warning(Rule::V7, offset, fmt::format("{}[{}]", what, index),
                            "an overlong sequence, a surrogate or a code above U+10FFFF",
                            "UTF-8 without these");
            return;
        case Utf8::Invalid:
            context.error(Rule::V7, offset, fmt::format("{}[{}]", what, index), "octets that are no UTF-8",
                          "UTF-8");
            return;
    }
}

void check_terminator(const CheckContext& context, std::uint8_t terminator, Extent extent,
                      std::string_view what, std::uint64_t index) {
    if (terminator == 0) return;
    context.error(Rule::V7, extent.end() - 1, fmt::format("{}[{}].terminator", what, index),
                  fmt::format("{:#04x}", terminator), "0x00");
}

void check_qstrs(const CheckContext& context) {
    const Module& module = context.module;
    if (module.n_qstr.value == 0) {
        context.error(Rule::V6, module.n_qstr.extent.offset, "n_qstr", "0", "at least 1");
    }
    for (std::size_t i = 0; i < module.qstrs.size(); ++i) {
        const QstrEntry& entry = module.qstrs[i];
        if (entry.is_static) {
            if (!static_qstr(entry.static_number)) {
                context.error(Rule::V5, entry.extent.offset, fmt::format("qstrs[{}]", i),
                              fmt::format("static number {}", entry.static_number),
                              fmt::format("1..{}", kStaticQstrs.size()));
            }
            continue;
        }
        check_terminator(context, entry.terminator, entry.extent, "qstrs", i);
        check_text(context, entry.text, entry.extent.offset, "qstrs", i);
    }
}

/// `index` is that of the table entry; tuple items are reported by the entry they belong to and their own
/// offset.
void check_object(const CheckContext& context, const Object& object, std::uint64_t index, bool in_tuple,
                  std::size_t& n_function_tables) {
    const auto number_text = [&](bool well_formed, std::string_view allowed) {
        if (well_formed) return;
        // Texts of any length come from damaged files; the start is enough to recognise them.
        context.error(Rule::V8, object.extent.offset, fmt::format("objects[{}]", index),
                      fmt::format("{} text '{}'", name_of(object.kind), object.text.substr(0, 40)),
                      std::string(allowed));
    };
    switch (object.kind) {
        case ObjectKind::FunctionTable:
            if (in_tuple) {
                context.error(Rule::V8, object.extent.offset, fmt::format("objects[{}]", index),
                              "the function table in a tuple",
                              "the function table only as an entry of its own");
            } else if (context.module.header.arch_number() == 0) {
                context.error(Rule::V8, object.extent.offset, fmt::format("objects[{}]", index),
                              "the function table in a file without an architecture", "kinds 1..10");
            }
            if (++n_function_tables == 2) {
                context.warning(Rule::P4, object.extent.offset, fmt::format("objects[{}]", index),
                                "a second function table", "at most one");
            }
            break;
        case ObjectKind::None:
        case ObjectKind::False:
        case ObjectKind::True:
        case ObjectKind::Ellipsis:
            break;
        case ObjectKind::Str:
            check_text(context, object.text, object.extent.offset, "objects", index);
            [[fallthrough]];
        case ObjectKind::Bytes:
            check_terminator(context, object.terminator, object.extent, "objects", index);
            break;
        case ObjectKind::Int:
            number_text(is_int_text(object.text), "decimal digits with an optional minus");
            break;
        case ObjectKind::Float:
            number_text(is_float_text(object.text), "a decimal float, inf or nan");
            break;
        case ObjectKind::Complex:
            number_text(is_complex_text(object.text), "a float followed by j");
            break;
        case ObjectKind::Tuple:
            // As deep as the reader lets tuples nest.
            for (const Object& item : object.items)
                check_object(context, item, index, true, n_function_tables);
            break;
    }
}

}  // namespace

void check_container(const CheckContext& context) {
    const Module& module = context.module;
    check_header(context);
    check_qstrs(context);
    std::size_t n_function_tables = 0;
    for (std::size_t i = 0; i < module.objects.size(); ++i) {
        check_object(context, module.objects[i], i, false, n_function_tables);
    }
    for (const Extent& extent : module.redundant_vuints) {
        context.warning(Rule::P1, extent.offset, "vuint",
                        fmt::format("{} octets, the first of them 0x80", extent.size), "the shortest form");
    }
    if (!module.trailing.empty()) {
        context.warning(Rule::V14, module.trailing_offset, "end",
                        fmt::format("{} more octets", module.trailing.size()), "the end of the file");
    }
}

}  // namespace mpy
