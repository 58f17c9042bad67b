#include <fmt/format.h>

#include <algorithm>

#include "mpy/disassemble.h"
#include "mpy/printable.h"

namespace mpy {
namespace {

/// Columns of the page.
constexpr std::size_t kMachineOctets = 10;  // the longest x64 instruction of the emitters: movabs
constexpr std::size_t kBytecodeOctets = 5;
constexpr std::size_t kNativeText = 40;
constexpr std::size_t kBytecodeText = 34;

std::string_view first_line_octets(std::string& hex, std::size_t octets) {
    return std::string_view(hex).substr(0, std::min(hex.size(), octets * 3 - 1));
}

}  // namespace

std::string label_name(std::uint64_t offset) {
    return fmt::format("L{:04x}", offset);
}

std::string render_line(const Module&, const RawCode& code, const ListingLine& line,
                        const RenderOptions& options) {
    const bool bytecode = code.is_bytecode();
    const std::uint32_t base =
        bytecode ? static_cast<std::uint32_t>(code.fun_data.size() - code.code.size()) : 0;
    if (line.kind == ListingLine::Kind::Label) {
        return line.note.empty() ? fmt::format("{}:\n", line.mnemonic)
                                 : fmt::format("{}:  ; {}\n", line.mnemonic, line.note);
    }
    std::string out =
        line.offset >= base ? fmt::format("  {:04x}  ", line.offset - base) : std::string(8, ' ');
    if (!options.without_octets) {
        const std::size_t width = bytecode ? kBytecodeOctets : kMachineOctets;
        const auto octets = code.fun_data.subspan(line.offset, line.size);
        std::string hex = hex_octets(octets, width);
        if (octets.size() > width) hex = hex_octets(octets, width - 1);
        out += fmt::format("{:<{}}  ", first_line_octets(hex, width), width * 3 - 1);
    }
    if (bytecode) {
        out += line.source_line ? fmt::format("{:>5} ", *line.source_line) : std::string(6, ' ');
        out += line.depth ? fmt::format("{:>3}  ", *line.depth) : std::string(5, ' ');
    }
    std::string text = line.operands.empty() ? line.mnemonic
                       : bytecode            ? fmt::format("{} {}", line.mnemonic, line.operands)
                                             : fmt::format("{:<7} {}", line.mnemonic, line.operands);
    if (!line.note.empty() || !line.warning.empty()) {
        text = fmt::format("{:<{}}  ; {}", text, bytecode ? kBytecodeText : kNativeText, line.note);
    }
    if (!line.warning.empty()) text += fmt::format("{}!! {}", line.note.empty() ? "" : "  ", line.warning);
    return out + text + '\n';
}

std::string render(const Module& module, const Listing& listing, const RenderOptions& options) {
    const RawCode& code = module.raw_code(listing.raw_code);
    std::string out;
    if (!listing.not_shown.empty()) return fmt::format("  not disassembled: {}\n", listing.not_shown);
    for (const ListingLine& line : listing.lines) {
        // The prelude of bytecode stands in the heading; repeating its octets helps nobody.
        if (code.is_bytecode() && line.mnemonic == ".prelude") continue;
        out += render_line(module, code, line, options);
    }
    return out;
}

}  // namespace mpy
