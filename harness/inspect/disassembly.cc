#include <fmt/format.h>
#include <fmt/ostream.h>

#include <map>

#include "harness/inspect/report.h"
#include "mpy/locate.h"
#include "mpy/printable.h"

namespace harness {
namespace {

using nlohmann::ordered_json;

/// Code of one round: its listings are in memory together.
constexpr std::size_t kRoundOctets = std::size_t{256} << 10;

/// Calls `each(code, title, listing)` for every raw code in file order. Children come after their parents,
/// whose listings tell the names of viper and assembler functions.
template <class Each>
mpy::DecoderResult<void> for_each_listing(const mpy::Module& module, mpy::NativeDisassembler& decoder,
                                          Each each) {
    std::map<std::uint32_t, std::string> titles;
    const auto name_children = [&](const mpy::RawCode& parent, const mpy::Listing& listing) {
        for (const mpy::RawCodeIndex index : parent.children) {
            const mpy::RawCode& child = module.raw_code(index);
            titles[index.value] = mpy::function_title(module, child, child.prelude ? nullptr : &listing);
        }
    };
    std::size_t first = 0;
    while (first < module.raw_codes.size()) {
        std::vector<mpy::RawCodeIndex> round;
        std::size_t octets = 0;
        for (std::size_t i = first; i < module.raw_codes.size() && octets < kRoundOctets; ++i) {
            round.push_back(module.raw_codes[i].index);
            octets += module.raw_codes[i].fun_data.size();
        }
        first += round.size();
        auto listings = disassemble(module, round, &decoder);
        if (!listings) return std::move(listings).error();
        for (const mpy::Listing& listing : *listings) {
            const mpy::RawCode& code = module.raw_code(listing.raw_code);
            name_children(code, listing);
            if (!code.parent) titles[code.index.value] = mpy::function_title(module, code, nullptr);
            each(code, titles[code.index.value], listing);
            titles.erase(code.index.value);
        }
    }
    return {};
}

void print_rodata(const mpy::RawCode& code, std::ostream& out) {
    if (code.rodata.empty()) return;
    fmt::print(out, "  rodata, {} octets\n", code.rodata.size());
    for (std::size_t at = 0; at < code.rodata.size(); at += 16) {
        const auto row = code.rodata.subspan(at, std::min<std::size_t>(16, code.rodata.size() - at));
        const std::string_view text(reinterpret_cast<const char*>(row.data()), row.size());
        fmt::print(out, "  {:04x}  {:<47}  {}\n", at, mpy::hex_octets(row, 16), mpy::quoted_octets(text, 16));
    }
}

}  // namespace

mpy::DecoderResult<void> print_disassembly(const mpy::Module& module, mpy::NativeDisassembler& decoder,
                                           std::ostream& out) {
    return for_each_listing(
        module, decoder,
        [&](const mpy::RawCode& code, const std::string& title, const mpy::Listing& listing) {
            fmt::print(out, "\n{}: {}, {} octets at {:#x} of the file\n", module.path(code), title,
                       code.fun_data.size(), code.fun_data_offset);
            if (code.prelude) {
                fmt::print(out, "  {}; n_state {}{}\n", parameters_text(module, *code.prelude),
                           code.prelude->n_state,
                           code.prelude->has(mpy::PreludeFlag::Generator) ? "; a generator" : "");
            }
            out << render(module, listing);
            print_rodata(code, out);
        });
}

mpy::DecoderResult<ordered_json> disassembly_json(const mpy::Module& module,
                                                  mpy::NativeDisassembler& decoder) {
    ordered_json functions = ordered_json::array();
    auto done = for_each_listing(
        module, decoder,
        [&](const mpy::RawCode& code, const std::string& title, const mpy::Listing& listing) {
            ordered_json function{{"path", module.path(code)}, {"title", title}};
            if (!listing.not_shown.empty()) function["not_shown"] = listing.not_shown;
            ordered_json lines = ordered_json::array();
            for (const mpy::ListingLine& line : listing.lines) {
                constexpr const char* kKinds[] = {"instruction", "data", "label", "bad"};
                ordered_json one{{"kind", kKinds[static_cast<std::size_t>(line.kind)]},
                                 {"offset", line.offset}};
                if (line.size > 0) {
                    one["octets"] = mpy::hex_octets(code.fun_data.subspan(line.offset, line.size), line.size);
                }
                one["text"] = line.operands.empty() ? line.mnemonic : line.mnemonic + ' ' + line.operands;
                if (!line.note.empty()) one["note"] = line.note;
                if (!line.warning.empty()) one["warning"] = line.warning;
                if (line.source_line) one["line"] = *line.source_line;
                if (line.depth) one["depth"] = *line.depth;
                if (line.calls) one["calls_slot"] = line.calls->value;
                lines.push_back(std::move(one));
            }
            function["lines"] = std::move(lines);
            functions.push_back(std::move(function));
        });
    if (!done) return std::move(done).error();
    return mpy::DecoderResult<ordered_json>(boost::system::in_place_value, std::move(functions));
}

}  // namespace harness
