// The architecture table as types: names, sizes and which host loads which file.
// Not here: whether a given runtime was built with native support at all; that is a property of the runtime.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mpy {

/// Architecture number of a file or host; the values are those of the format.
enum class Arch : std::uint8_t {
#define MPY_ARCH(number, Id, ...) Id = number,
#include "mpy/facts/archs.def"
};

/// Which files a host loads.
enum class ArchAccepts : std::uint8_t { Nothing, Own, Thumb };
/// Family of the inline assembler that `mpy-cross` has for an architecture.
enum class InlineAsm : std::uint8_t { None, Thumb, Xtensa, Rv32 };
/// Code generator of `mpy-cross`: architectures with the same one get the same machine code, inline assembler
/// aside.
enum class CodeGenerator : std::uint8_t { None, X86, X64, Arm, Thumb1, Thumb2, Xtensa, Xtensawin, Rv32 };
/// Decoder of Capstone; None where it has none.
enum class CapstoneMode : std::uint8_t { None, X86_32, X86_64, Arm, Thumb };

/// One row of the table; archs.def explains the columns.
struct ArchInfo {
    Arch arch;
    std::string_view name;
    std::uint8_t word_octets;
    ArchAccepts accepts;
    bool emits_native;
    InlineAsm inline_asm;
    bool natmod_linker;
    std::uint16_t elf_machine;
    std::uint8_t entry_bit;
    CapstoneMode capstone;
    std::string_view objdump_tool;
    std::string_view objdump_options;
    std::string_view table_register;
    std::string_view qstr_register;
    CodeGenerator generator;
};

inline constexpr std::array kArchs = {
#define MPY_ARCH(number, Id, name, word, accepts, emits, inline_asm, natmod, elf, entry_bit, capstone, tool, \
                 options, table_register, qstr_register, generator)                                          \
    ArchInfo{Arch::Id,                                                                                       \
             name,                                                                                           \
             word,                                                                                           \
             ArchAccepts::accepts,                                                                           \
             (emits) != 0,                                                                                   \
             InlineAsm::inline_asm,                                                                          \
             (natmod) != 0,                                                                                  \
             elf,                                                                                            \
             entry_bit,                                                                                      \
             CapstoneMode::capstone,                                                                         \
             tool,                                                                                           \
             options,                                                                                        \
             table_register,                                                                                 \
             qstr_register,                                                                                  \
             CodeGenerator::generator},
#include "mpy/facts/archs.def"
};

/// The row of an architecture number as it stands in a file (0..63), or nullptr when no such number is
/// assigned.
constexpr const ArchInfo* find_arch(std::uint32_t number) {
    return number < kArchs.size() ? &kArchs[number] : nullptr;
}

/// The row whose name is `name`, or nullptr.
constexpr const ArchInfo* find_arch(std::string_view name) {
    for (const ArchInfo& row : kArchs) {
        if (row.name == name) return &row;
    }
    return nullptr;
}

constexpr const ArchInfo& arch_info(Arch arch) {
    return kArchs[static_cast<std::size_t>(arch)];
}

/// Whether a host of architecture `host` loads machine code of architecture number `file`. File number 0
/// (bytecode only) is loaded by every host, also by one without native code.
constexpr bool host_accepts(Arch host, Arch file) {
    if (file == Arch::None) return true;
    switch (arch_info(host).accepts) {
        case ArchAccepts::Nothing:
            return false;
        case ArchAccepts::Own:
            return host == file;
        case ArchAccepts::Thumb:
            return file >= Arch::Armv6m && file <= host;
    }
    return false;
}

namespace detail {
constexpr bool archs_are_dense() {
    for (std::size_t i = 0; i < kArchs.size(); ++i) {
        if (static_cast<std::size_t>(kArchs[i].arch) != i) return false;
        for (std::size_t j = 0; j < i; ++j) {
            if (kArchs[j].name == kArchs[i].name) return false;
        }
    }
    return true;
}
}  // namespace detail
static_assert(kArchs.size() == 14, "the format assigns 0..13");
static_assert(detail::archs_are_dense(), "rows stand in the order of their numbers, names are unique");

}  // namespace mpy
