#include "harness/disassembly/objdump_disassembler.h"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>

#include "harness/base/files.h"
#include "harness/disassembly/elf_image.h"
#include "harness/disassembly/run_tool.h"
#include "harness/disassembly/zcmp.h"

namespace harness {
namespace {

using mpy::CodeChunk;
using mpy::DecodedChunk;
using mpy::DecoderError;
using mpy::InstructionSet;
using mpy::NativeInstruction;

bool is_xtensa(InstructionSet set) {
    return set == InstructionSet::Xtensa || set == InstructionSet::XtensaWindowed;
}

std::string_view package_of(InstructionSet set) {
    return is_xtensa(set) ? "binutils-xtensa-lx106" : "binutils-riscv64-unknown-elf";
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::optional<std::uint64_t> hex_number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return value;
}

/// objdump adds what it believes a number to be: ` # 0x5c`, ` <.c0+0x58>`. Direct targets are hexadecimal
/// without a prefix then; the readers of effects want `0x`.
std::string plain_operands(std::string_view text) {
    if (const std::size_t comment = text.find(" #"); comment != std::string_view::npos) {
        text = trim(text.substr(0, comment));
    }
    const std::size_t symbol = text.rfind(" <");
    if (symbol == std::string_view::npos || !text.ends_with('>')) return std::string(text);
    text = trim(text.substr(0, symbol));
    const std::size_t comma = text.rfind(',');
    std::size_t start = comma == std::string_view::npos ? 0 : comma + 1;
    while (start < text.size() && text[start] == ' ') ++start;
    const std::string_view target = text.substr(start);
    if (target.starts_with("0x") || !hex_number(target)) return std::string(text);
    return fmt::format("{}0x{}", text.substr(0, start), target);
}

std::uint32_t octet(const CodeChunk& chunk, std::uint64_t at) {
    return at < chunk.octets.size() ? static_cast<std::uint32_t>(chunk.octets[static_cast<std::size_t>(at)])
                                    : 0U;
}

/// What objdump says where it decodes nothing.
bool is_no_instruction(const NativeInstruction& instruction, const CodeChunk& chunk) {
    if (instruction.mnemonic.empty() || instruction.mnemonic.front() == '.') return true;
    if (!is_xtensa(chunk.set) || instruction.mnemonic != "excw") return false;
    // It prints this name for whatever it does not know; the instruction itself is 80 20 00.
    const std::uint64_t at = instruction.address - chunk.base;
    return octet(chunk, at) != 0x80 || octet(chunk, at + 1) != 0x20 || octet(chunk, at + 2) != 0;
}

/// Fills one chunk from the lines of its section.
class ChunkReader {
  public:
    ChunkReader(const CodeChunk& chunk, DecodedChunk& into) : chunk_(chunk), into_(into) {}

    /// A line `   4:\tadd\tsp,sp,-176`. False when it is none.
    bool line(std::string_view text) {
        const std::size_t colon = text.find(':');
        if (colon == std::string_view::npos) return false;
        const auto address = hex_number(trim(text.substr(0, colon)));
        const std::uint64_t expected = into_.empty() ? chunk_.base : into_.back().address + 1;
        if (!address || *address < expected || *address >= chunk_.base + chunk_.octets.size()) return false;
        if (into_.empty() && *address != chunk_.base) return false;
        close(*address);
        const std::string_view rest = trim(text.substr(colon + 1));
        const std::size_t space = rest.find_first_of(" \t");
        NativeInstruction next;
        next.address = *address;
        next.decoded = true;
        next.mnemonic = rest.substr(0, space);
        if (space != std::string_view::npos) next.operands = plain_operands(trim(rest.substr(space)));
        into_.push_back(std::move(next));
        return true;
    }

    /// False when the section had no lines although the chunk has octets.
    bool finish() {
        close(chunk_.base + chunk_.octets.size());
        return !into_.empty() || chunk_.octets.empty();
    }

  private:
    /// The size of an instruction is the distance to the next one.
    void close(std::uint64_t next) {
        if (into_.empty()) return;
        NativeInstruction& last = into_.back();
        const std::uint64_t size = next - last.address;
        last.size = static_cast<std::uint8_t>(std::min<std::uint64_t>(size, 255));
        if (last.size != size) broken_ = true;
        if (chunk_.set == InstructionSet::Rv32 && size == 2) {
            const std::uint64_t at = last.address - chunk_.base;
            const auto half = static_cast<std::uint16_t>(octet(chunk_, at) | octet(chunk_, at + 1) << 8);
            if (auto zcmp = decode_zcmp(half)) {
                last.mnemonic = std::move(zcmp->mnemonic);
                last.operands = std::move(zcmp->operands);
                return;
            }
        }
        if (is_no_instruction(last, chunk_)) {
            last.decoded = false;
            last.mnemonic.clear();
            last.operands.clear();
        }
    }

    const CodeChunk& chunk_;
    DecodedChunk& into_;
    bool broken_ = false;
};

mpy::DecoderResult<void> read_output(std::string_view output, std::span<const CodeChunk> chunks,
                                     std::span<DecodedChunk> results, std::string_view tool) {
    std::optional<ChunkReader> reader;
    std::size_t section = 0;
    const auto not_understood = [tool](std::string_view line) {
        return DecoderError{
            fmt::format("{} wrote a line that is not understood: {:?}", tool, line.substr(0, 200))};
    };
    constexpr std::string_view kHeading = "Disassembly of section .c";
    while (!output.empty()) {
        const std::size_t end = output.find('\n');
        const std::string_view line = output.substr(0, end);
        output = end == std::string_view::npos ? std::string_view() : output.substr(end + 1);
        if (line.starts_with("Disassembly of section ")) {
            if (reader && !reader->finish()) return not_understood(line);
            reader.reset();
            if (!line.starts_with(kHeading)) continue;
            const std::string_view number = line.substr(kHeading.size());
            const auto [stop, error] = std::from_chars(number.data(), number.data() + number.size(), section);
            if (error != std::errc{} || section >= chunks.size() || !results[section].empty())
                return not_understood(line);
            reader.emplace(chunks[section], results[section]);
        } else if (reader && line.starts_with(' ')) {
            if (!reader->line(line)) return not_understood(line);
        }
    }
    if (reader && !reader->finish()) return DecoderError{fmt::format("{} wrote too little", tool)};
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        if (results[i].empty() && !chunks[i].octets.empty()) {
            return DecoderError{fmt::format("{} left out a piece of code", tool)};
        }
    }
    return {};
}

/// One run of the program.
mpy::DecoderResult<void> run(const ObjdumpTools& tools, InstructionSet set, std::span<const CodeChunk> chunks,
                             std::span<DecodedChunk> results, std::chrono::milliseconds limit) {
    const std::string& tool = is_xtensa(set) ? tools.xtensa : tools.riscv;
    std::vector<std::string> variables;
    if (set == InstructionSet::XtensaWindowed)
        variables.push_back("XTENSA_GNU_CONFIG=" + tools.xtensa_plugin);
    auto folder = TemporaryDirectory::create("mpyconform-objdump-");
    if (!folder) return DecoderError{folder.error().text()};
    const std::filesystem::path image = folder->path() / "code.elf";
    if (const auto written = write_file_atomically(image, make_elf_image(set, chunks)); !written) {
        return DecoderError{written.error().text()};
    }
    std::size_t octets = 0;
    for (const CodeChunk& chunk : chunks) octets += chunk.octets.size();
    ToolLimits limits;
    limits.time = limit;
    // A line for each instruction of two octets or for each stray octet, plus a heading for each section.
    limits.output_octets = 200 * octets + 200 * chunks.size() + 4096;
    auto output = run_tool({tool, "-D", "-z", "-w", "--no-show-raw-insn", image.string()}, limits, variables);
    if (!output) {
        if (output.error().kind == ErrorKind::MissingTool) {
            return DecoderError{
                fmt::format("{} code is disassembled by {}, which is not installed: install the "
                            "package {}",
                            name_of(set), tool, package_of(set))};
        }
        return DecoderError{output.error().text()};
    }
    if (output->exit_status != 0) {
        const std::string_view first = trim(std::string_view(output->err).substr(0, output->err.find('\n')));
        return DecoderError{fmt::format("{} (package {}) failed with exit status {}: {}", tool,
                                        package_of(set), output->exit_status, first)};
    }
    return read_output(output->out, chunks, results, tool);
}

}  // namespace

bool ObjdumpDisassembler::decodes(InstructionSet set) const {
    return set == InstructionSet::Rv32 || set == InstructionSet::Rv64 || set == InstructionSet::Xtensa ||
           (set == InstructionSet::XtensaWindowed && !tools_.xtensa_plugin.empty());
}

mpy::DecoderResult<std::vector<DecodedChunk>> ObjdumpDisassembler::decode(std::span<const CodeChunk> chunks) {
    std::vector<DecodedChunk> all(chunks.size());
    for (const InstructionSet set : {InstructionSet::Rv32, InstructionSet::Rv64, InstructionSet::Xtensa,
                                     InstructionSet::XtensaWindowed}) {
        if (!decodes(set)) continue;
        std::vector<CodeChunk> mine;
        std::vector<std::size_t> places;
        const auto flush = [&]() -> mpy::DecoderResult<void> {
            if (mine.empty()) return {};
            std::vector<DecodedChunk> decoded(mine.size());
            if (auto done = run(tools_, set, mine, decoded, limit_); !done) return done.error();
            for (std::size_t i = 0; i < places.size(); ++i) all[places[i]] = std::move(decoded[i]);
            mine.clear();
            places.clear();
            return {};
        };
        for (std::size_t i = 0; i < chunks.size(); ++i) {
            if (chunks[i].set != set || chunks[i].octets.empty()) continue;
            mine.push_back(chunks[i]);
            places.push_back(i);
            if (mine.size() == kMaxChunksOfImage) {
                if (auto done = flush(); !done) return done.error();
            }
        }
        if (auto done = flush(); !done) return done.error();
    }
    return all;
}

}  // namespace harness
