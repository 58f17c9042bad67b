#include "harness/target/image_size.h"

#include <elf.h>
#include <fmt/format.h>

#include <cstring>

#include "harness/base/files.h"

namespace harness {

namespace {

/// `Header` at `offset`; false when the file ends before it does.
template <class Header>
bool read_at(std::string_view octets, std::uint64_t offset, Header& header) {
    if (offset > octets.size() || octets.size() - offset < sizeof header) return false;
    std::memcpy(&header, octets.data() + offset, sizeof header);
    return true;
}

template <class FileHeader, class SectionHeader>
Result<ProgramSize> sum_sections(std::string_view octets) {
    const Error cut = io_error("the ELF file is cut off");
    FileHeader file;
    if (!read_at(octets, 0, file)) return cut;
    if (file.e_shnum == 0 || file.e_shentsize != sizeof(SectionHeader))
        return io_error("the ELF file has no sections");
    ProgramSize size;
    for (unsigned i = 0; i < file.e_shnum; ++i) {
        SectionHeader section;
        if (!read_at(octets, file.e_shoff + std::uint64_t{i} * sizeof section, section)) return cut;
        if ((section.sh_flags & SHF_ALLOC) == 0) continue;
        if (section.sh_type == SHT_NOBITS)
            size.bss += section.sh_size;
        else if ((section.sh_flags & SHF_WRITE) != 0)
            size.data += section.sh_size;
        else
            size.text += section.sh_size;
    }
    return size;
}

}  // namespace

Result<ProgramSize> program_size_of(std::string_view octets) {
    if (octets.size() < EI_NIDENT || octets.substr(0, SELFMAG) != ELFMAG) return io_error("no ELF file");
    // All targets are little-endian, as this host is.
    if (octets[EI_DATA] != ELFDATA2LSB) return io_error("a big-endian ELF file");
    if (octets[EI_CLASS] == ELFCLASS32) return sum_sections<Elf32_Ehdr, Elf32_Shdr>(octets);
    return sum_sections<Elf64_Ehdr, Elf64_Shdr>(octets);
}

Result<ProgramSize> program_size(const std::filesystem::path& file) {
    MPY_TRY(const std::string octets, read_file(file));
    auto size = program_size_of(octets);
    if (!size) return io_error(fmt::format("{}: {}", file.string(), size.error().message));
    return size;
}

}  // namespace harness
