#include "mpy/locate.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "mpy/printable.h"

namespace mpy {
namespace {

/// Lines behind the making of a function in which its name is looked for: decorators stand between.
constexpr std::size_t kLinesToName = 16;

std::optional<QstrIndex> name_given_by(const Listing& parent, ChildIndex child) {
    const auto& lines = parent.lines;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].makes_child != child) continue;
        for (std::size_t j = i + 1; j < std::min(lines.size(), i + kLinesToName); ++j) {
            if (lines[j].stores_name) return lines[j].stores_name;
            if (lines[j].makes_child || lines[j].kind == ListingLine::Kind::Label) break;
        }
    }
    return std::nullopt;
}

std::string kind_name(RawCodeKind kind) {
    return kind == RawCodeKind::Bytecode ? "function" : fmt::format("{} function", name_of(kind));
}

bool is_inside(const ListingLine& line, std::uint64_t offset) {
    return offset >= line.offset && offset - line.offset < line.size;
}

std::string one_line(const Module& module, const RawCode& code, const ListingLine& line) {
    std::string text = render_line(module, code, line);
    if (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
}

std::string instruction_text(const ListingLine& line) {
    std::string text = line.mnemonic;
    if (!line.operands.empty()) text += ' ' + line.operands;
    if (!line.note.empty()) text += "  ; " + line.note;
    return text;
}

}  // namespace

std::optional<RawCodeIndex> raw_code_at(const Module& module, std::span<const std::uint32_t> children) {
    if (module.raw_codes.empty()) return std::nullopt;
    const RawCode* code = &module.root();
    for (const std::uint32_t child : children) {
        code = module.child(*code, {child});
        if (code == nullptr) return std::nullopt;
    }
    return code->index;
}

std::string function_title(const Module& module, const RawCode& code, const Listing* parent) {
    if (!code.parent) {
        if (!code.relocations.empty()) return "native module (C code)";
        return fmt::format("module body ({})", name_of(code.kind));
    }
    if (code.prelude)
        return fmt::format("{} {}", kind_name(code.kind), quoted_qstr(module, code.prelude->name));
    if (parent != nullptr) {
        if (const auto name = name_given_by(*parent, code.position)) {
            return fmt::format("{} {}", kind_name(code.kind), quoted_qstr(module, *name));
        }
    }
    const RawCode& owner = module.raw_code(*code.parent);
    const std::string of = owner.prelude ? quoted_qstr(module, owner.prelude->name) : module.path(owner);
    return fmt::format("{}, child {} of {}", kind_name(code.kind), code.position.value, of);
}

DecoderResult<Location> locate(const Module& module, RawCodeIndex raw_code, std::uint64_t offset,
                               NativeDisassembler* decoder, std::size_t around) {
    Location location;
    location.raw_code = raw_code;
    const RawCode& code = module.raw_code(raw_code);
    location.path = module.path(code);

    std::vector<RawCodeIndex> which{raw_code};
    if (code.parent && !code.prelude) which.push_back(*code.parent);
    auto listings = disassemble(module, which, decoder);
    if (!listings) return std::move(listings).error();
    location.function = function_title(module, code, which.size() > 1 ? &(*listings)[1] : nullptr);

    const Listing& listing = listings->front();
    if (!listing.not_shown.empty()) {
        location.not_shown = listing.not_shown;
        return location;
    }
    const auto found = std::find_if(listing.lines.begin(), listing.lines.end(),
                                    [offset](const ListingLine& line) { return is_inside(line, offset); });
    if (found == listing.lines.end()) {
        location.not_shown = fmt::format("offset {:#x} lies outside the code, which has {:#x} octets", offset,
                                         code.fun_data.size());
        return location;
    }
    location.instruction_offset = found->offset;
    location.instruction = instruction_text(*found);
    location.source_line = found->source_line;
    const auto at = static_cast<std::size_t>(found - listing.lines.begin());
    const std::size_t first = at - std::min(at, around);
    const std::size_t last = std::min(listing.lines.size(), at + around + 1);
    for (std::size_t i = first; i < last; ++i) {
        if (i == at) location.window_index = location.window.size();
        location.window.push_back(one_line(module, code, listing.lines[i]));
    }
    return location;
}

}  // namespace mpy
