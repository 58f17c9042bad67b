#include "mpy/testing/file_builder.h"

#include "mpy/vuint.h"

namespace mpy::testing {

Octets& Octets::vuint(std::uint64_t value, unsigned redundant) {
    for (unsigned i = 0; i < redundant; ++i) octet(0x80);
    for (unsigned left = vuint_octets(value); left-- > 0;) {
        octet(static_cast<unsigned>(value >> (7 * left) & 0x7F) | (left == 0 ? 0U : 0x80U));
    }
    return *this;
}

Octets& Octets::word(std::uint64_t value, unsigned octets) {
    for (unsigned i = 0; i < octets; ++i) octet(static_cast<unsigned>(value >> (8 * i) & 0xFF));
    return *this;
}

Octets RawCodeSpec::encode() const {
    const bool with_children = has_children.value_or(!children.empty());
    Octets out;
    out.vuint(length.value_or(fun_data.size()) << 3 | (with_children ? 4U : 0U) |
              static_cast<unsigned>(kind));
    out.raw(fun_data);
    if (kind == RawCodeKind::Native) out.vuint(prelude_offset.value_or(0));
    if (kind == RawCodeKind::Viper || kind == RawCodeKind::Asm) out.vuint(scope_flags);
    if (kind == RawCodeKind::Asm) out.vuint(n_pos_args).vuint(type_sig);
    if (kind == RawCodeKind::Viper) {
        const bool with_rodata = has_flag(scope_flags, ScopeFlag::Rodata);
        if (with_rodata) out.vuint(rodata_size.value_or(rodata.size()));
        if (has_flag(scope_flags, ScopeFlag::Bss)) out.vuint(bss_size);
        if (with_rodata) out.raw(rodata);
    }
    if (with_children) out.vuint(n_children.value_or(children.size()));
    for (const RawCodeSpec& child : children) out.raw(child.encode());
    out.raw(relocations);
    return out;
}

Octets FileSpec::encode() const {
    Octets out;
    out.octet(magic).octet(version).octet(feature).octet(small_int_bits);
    if (arch_flags) out.vuint(*arch_flags);
    out.vuint(n_qstr.value_or(qstrs.size())).vuint(n_obj.value_or(objects.size()));
    for (const Octets& entry : qstrs) out.raw(entry);
    for (const Octets& object : objects) out.raw(object);
    return out.raw(module.encode()).raw(trailing);
}

Octets inline_qstr(std::string_view text) {
    return Octets().vuint(text.size() << 1).text(text).octet(0);
}

Octets static_qstr_entry(std::uint64_t number) {
    return Octets().vuint(number << 1 | 1);
}

Octets small_prelude(unsigned n_state, unsigned n_exc_stack, std::initializer_list<int> arguments,
                     std::initializer_list<int> cells) {
    PreludeSpec spec;
    spec.n_state = n_state;
    spec.n_exc_stack = n_exc_stack;
    spec.n_pos_args = static_cast<std::uint32_t>(arguments.size());
    spec.info = Octets{1}.raw(arguments);
    spec.cells = Octets(cells);
    return spec.encode();
}

Octets PreludeSpec::encode() const {
    Octets out;
    std::uint32_t s = n_state - 1, e = n_exc_stack, f = flags, a = n_pos_args, k = n_kwonly_args,
                  d = n_def_pos_args;
    std::uint32_t z = (s & 0xF) << 3 | (e & 1) << 2 | (a & 3);
    s >>= 4, e >>= 1, a >>= 2;
    while ((s | e | f | a | k | d) != 0) {
        out.octet(z | 0x80);
        z = (f & 1) << 6 | (s & 3) << 4 | (k & 1) << 3 | (a & 1) << 2 | (e & 1) << 1 | (d & 1);
        s >>= 2, e >>= 1, f >>= 1, a >>= 1, k >>= 1, d >>= 1;
    }
    out.octet(z);
    std::size_t i = info.size(), c = cells.size();
    do {
        z = static_cast<std::uint32_t>((i & 0x3F) << 1 | (c & 1));
        i >>= 6, c >>= 1;
        out.octet((i | c) != 0 ? z | 0x80 : z);
    } while ((i | c) != 0);
    return out.raw(info).raw(cells);
}

}  // namespace mpy::testing
