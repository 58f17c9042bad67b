#include "harness/target/image_size.h"

#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace harness {
namespace {

template <class FileHeader, class SectionHeader>
std::string elf(unsigned char kind, const std::vector<SectionHeader>& sections) {
    FileHeader file{};
    std::memcpy(file.e_ident, ELFMAG, SELFMAG);
    file.e_ident[EI_CLASS] = kind;
    file.e_ident[EI_DATA] = ELFDATA2LSB;
    file.e_shoff = sizeof file;
    file.e_shentsize = sizeof(SectionHeader);
    file.e_shnum = static_cast<decltype(file.e_shnum)>(sections.size());
    std::string octets(reinterpret_cast<const char*>(&file), sizeof file);
    for (const SectionHeader& section : sections)
        octets.append(reinterpret_cast<const char*>(&section), sizeof section);
    return octets;
}

template <class SectionHeader>
std::vector<SectionHeader> sections() {
    const auto section = [](unsigned type, unsigned flags, unsigned size) {
        SectionHeader made{};
        made.sh_type = type;
        made.sh_flags = flags;
        made.sh_size = size;
        return made;
    };
    return {section(SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, 100), section(SHT_PROGBITS, SHF_ALLOC, 20),
            section(SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, 3), section(SHT_NOBITS, SHF_ALLOC | SHF_WRITE, 4000),
            section(SHT_PROGBITS, 0, 99'999)};  // debugging information
}

TEST(ImageSize, AddsUpSectionsOfBothWidths) {
    const ProgramSize expected{120, 3, 4000};
    EXPECT_EQ(*program_size_of(elf<Elf32_Ehdr>(ELFCLASS32, sections<Elf32_Shdr>())), expected);
    EXPECT_EQ(*program_size_of(elf<Elf64_Ehdr>(ELFCLASS64, sections<Elf64_Shdr>())), expected);
}

TEST(ImageSize, RefusesWhatIsNoElfFile) {
    EXPECT_FALSE(program_size_of(""));
    EXPECT_FALSE(program_size_of("#!/bin/sh\nexit 0 # and long enough\n"));
    const std::string whole = elf<Elf64_Ehdr>(ELFCLASS64, sections<Elf64_Shdr>());
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_FALSE(program_size_of(whole.substr(0, length))) << length;
    EXPECT_FALSE(program_size("/nonexistent"));
}

}  // namespace
}  // namespace harness
