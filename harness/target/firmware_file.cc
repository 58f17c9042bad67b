#include "harness/target/firmware_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

namespace harness {
namespace fs = std::filesystem;

namespace {

// Source: System V ABI, ELF header: e_ident, e_type at 0x10, e_machine at 0x12.
constexpr std::size_t kHead = 0x14;
constexpr int kExecutable = 2;
constexpr int kPositionIndependent = 3;

struct Processor {
    int elf_machine;
    std::string_view name;
};
constexpr Processor kProcessors[] = {
    {2, "SPARC"},    {3, "x86"},       {8, "MIPS"},     {20, "32-bit PowerPC"},
    {21, "PowerPC"}, {22, "S390"},     {40, "Arm"},     {62, "x86-64"},
    {94, "Xtensa"},  {183, "AArch64"}, {243, "RISC-V"}, {258, "LoongArch"}};

/// What an emulator runs: the processor and the size of its words; 0 = either.
struct Emulated {
    std::string_view qemu;
    int elf_machine;
    int word_bits;
};
// The x86-64 emulator boots 32-bit files too: a PC starts in 32-bit code (firmware/machines/pc).
constexpr Emulated kEmulated[] = {{"qemu-system-arm", 40, 32},      {"qemu-system-riscv32", 243, 32},
                                  {"qemu-system-riscv64", 243, 64}, {"qemu-system-i386", 3, 32},
                                  {"qemu-system-x86_64", 3, 32},    {"qemu-system-x86_64", 62, 64},
                                  {"qemu-system-xtensa", 94, 32},   {"qemu-system-ppc64", 21, 64}};

std::string processor_text(int elf_machine, int word_bits) {
    const auto* found = std::find_if(std::begin(kProcessors), std::end(kProcessors),
                                     [&](const Processor& p) { return p.elf_machine == elf_machine; });
    if (found == std::end(kProcessors))
        return fmt::format("{}-bit machine number {}", word_bits, elf_machine);
    return fmt::format("{}-bit {}", word_bits, found->name);
}

}  // namespace

Result<std::pair<std::string, fs::path>> parse_firmware_wish(std::string_view wish) {
    const std::size_t equals = wish.find('=');
    if (equals == std::string_view::npos || equals == 0 || equals + 1 == wish.size())
        return usage_error(
            fmt::format("--firmware {}: expected NAME=FILE, a target of qemu-configs/ and the firmware that "
                        "it shall boot",
                        wish));
    return std::pair(std::string(wish.substr(0, equals)), fs::path(wish.substr(equals + 1)));
}

Result<void> check_firmware_file(const fs::path& file, const MachineFile& machine) {
    const auto refuse = [&](const std::string& found, const std::string& expected) {
        return usage_error(fmt::format("--firmware {}={}: expected {}, found {}", machine.name, file.string(),
                                       expected, found));
    };
    std::error_code error;
    if (!fs::is_regular_file(file, error))
        return refuse(fs::exists(file, error) ? "something that is no file" : "nothing", "a firmware file");
    // A file that is handed to a loader device may be raw octets or hex text.
    if (std::find(machine.firmware_arguments.begin(), machine.firmware_arguments.end(), "-kernel") ==
        machine.firmware_arguments.end())
        return {};
    std::array<unsigned char, kHead> head{};
    std::ifstream stream(file, std::ios::binary);
    stream.read(reinterpret_cast<char*>(head.data()), kHead);
    if (stream.gcount() < static_cast<std::streamsize>(kHead) || head[0] != 0x7f || head[1] != 'E' ||
        head[2] != 'L' || head[3] != 'F')
        return refuse("a file that does not begin as one", "an ELF executable");
    const bool big_endian = head[5] == 2;
    const auto half = [&](std::size_t at) {
        return big_endian ? head[at] << 8 | head[at + 1] : head[at + 1] << 8 | head[at];
    };
    const int word_bits = head[4] == 2 ? 64 : 32;
    if (half(0x10) != kExecutable && half(0x10) != kPositionIndependent)
        return refuse("an ELF file that is not linked (an object file, a core dump)", "an ELF executable");
    std::string expected;
    for (const Emulated& emulated : kEmulated) {
        if (emulated.qemu != fs::path(machine.qemu).filename().string()) continue;
        if (emulated.elf_machine == half(0x12) && emulated.word_bits == word_bits) return {};
        if (!expected.empty()) expected += " or ";
        expected += processor_text(emulated.elf_machine, emulated.word_bits);
    }
    if (expected.empty()) return {};  // an emulator that is not in the list: it has to tell by itself
    return refuse(fmt::format("one for {}", processor_text(half(0x12), word_bits)),
                  fmt::format("an ELF executable for {}, which {} runs", expected, machine.qemu));
}

}  // namespace harness
