#include "harness/disassembly/elf_image.h"

#include <cstdint>
#include <string_view>
#include <vector>

namespace harness {
namespace {

constexpr std::uint32_t kProgramBits = 1;
constexpr std::uint32_t kStringTable = 3;
constexpr std::uint32_t kRiscvAttributes = 0x70000003;
constexpr std::uint64_t kAllocatedCode = 0x6;
constexpr std::uint16_t kExecutable = 2;
constexpr std::uint16_t kMachineXtensa = 94;
constexpr std::uint16_t kMachineRiscv = 243;
constexpr std::uint32_t kRiscvCompressed = 1;

struct Section {
    std::string name;
    std::uint32_t type = kProgramBits;
    std::uint64_t flags = 0;
    std::uint64_t address = 0;
    std::string content;
};

/// Appends little-endian numbers; addresses and sizes have the width of the file's class.
class Writer {
  public:
    explicit Writer(bool wide) : wide_(wide) {}

    void number(std::uint64_t value, int octets) {
        for (int i = 0; i < octets; ++i) out_ += static_cast<char>(value >> (8 * i) & 0xFF);
    }
    void half(std::uint64_t value) { number(value, 2); }
    void word(std::uint64_t value) { number(value, 4); }
    void address(std::uint64_t value) { number(value, wide_ ? 8 : 4); }
    void text(std::string_view text) { out_ += text; }
    std::string take() { return std::move(out_); }

  private:
    bool wide_;
    std::string out_;
};

std::string riscv_attributes(bool wide) {
    const std::string arch = std::string(wide ? "rv64" : "rv32") + "i2p1_m2p0_a2p1_c2p0_zicsr2p0_zba1p0";
    std::string attribute = '\x05' + arch + '\0';
    Writer file_part(wide);
    file_part.number(1, 1);
    file_part.word(5 + attribute.size());
    file_part.text(attribute);
    const std::string inner = file_part.take();
    const std::string_view vendor{"riscv\0", 6};
    Writer all(wide);
    all.text("A");
    all.word(4 + vendor.size() + inner.size());
    all.text(vendor);
    all.text(inner);
    return all.take();
}

}  // namespace

std::string chunk_section(std::size_t index) {
    return ".c" + std::to_string(index);
}

std::string make_elf_image(mpy::InstructionSet set, std::span<const mpy::CodeChunk> chunks) {
    const bool wide = set == mpy::InstructionSet::Rv64;
    const bool riscv = wide || set == mpy::InstructionSet::Rv32;

    std::vector<Section> sections(1);
    sections[0].type = 0;
    for (std::size_t i = 0; i < chunks.size(); ++i) {
        const auto* octets = reinterpret_cast<const char*>(chunks[i].octets.data());
        sections.push_back({chunk_section(i), kProgramBits, kAllocatedCode, chunks[i].base,
                            std::string(octets, chunks[i].octets.size())});
    }
    if (riscv) sections.push_back({".riscv.attributes", kRiscvAttributes, 0, 0, riscv_attributes(wide)});
    sections.push_back({".shstrtab", kStringTable, 0, 0, {}});
    std::vector<std::uint64_t> names;
    std::string strings(1, '\0');
    for (const Section& section : sections) {
        names.push_back(section.name.empty() ? 0 : strings.size());
        if (!section.name.empty()) strings += section.name + '\0';
    }
    sections.back().content = strings;

    const std::uint64_t header_octets = wide ? 64 : 52;
    const std::uint64_t entry_octets = wide ? 64 : 40;
    std::uint64_t table = header_octets;
    for (const Section& section : sections) table += section.content.size();

    Writer out(wide);
    out.text(
        std::string_view("\x7F"
                         "ELF",
                         4));
    out.number(wide ? 2 : 1, 1);  // class
    out.number(1, 1);             // little-endian
    out.number(1, 1);             // version
    out.number(0, 8);
    out.number(0, 1);
    out.half(kExecutable);
    out.half(riscv ? kMachineRiscv : kMachineXtensa);
    out.word(1);
    out.address(0);  // entry
    out.address(0);  // program headers
    out.address(table);
    out.word(riscv ? kRiscvCompressed : 0);
    out.half(header_octets);
    out.half(0);
    out.half(0);
    out.half(entry_octets);
    out.half(sections.size());
    out.half(sections.size() - 1);
    for (const Section& section : sections) out.text(section.content);
    std::uint64_t offset = header_octets;
    for (std::size_t i = 0; i < sections.size(); ++i) {
        const Section& section = sections[i];
        out.word(names[i]);
        out.word(section.type);
        out.address(section.flags);
        out.address(section.address);
        out.address(i == 0 ? 0 : offset);
        out.address(section.content.size());
        out.word(0);
        out.word(0);
        out.address(1);  // alignment
        out.address(0);
        offset += section.content.size();
    }
    return out.take();
}

}  // namespace harness
