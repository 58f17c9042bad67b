// Recognises common files by their first octets, so that a mistaken file name gets a useful answer.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "mpy/explain.h"
#include "mpy/printable.h"

namespace mpy {
namespace {

using namespace std::string_view_literals;

struct Magic {
    std::size_t offset;
    std::string_view octets;
    std::string_view name;
};

// Source: the file formats' own documents; a longer or rarer magic stands before a shorter one.
constexpr std::array kMagics = {
    Magic{0, "UF2\n"sv, "a UF2 firmware image: something to flash, not to import"},
    Magic{0, "\x1F\x8B"sv, "gzip-compressed data: unpack it first"},
    Magic{0, "PK\x03\x04"sv, "a zip archive (a Python wheel is one too): unpack it first"},
    Magic{0,
          "\xFD"
          "7zXZ\0"sv,
          "xz-compressed data: unpack it first"},
    Magic{0, "BZh"sv, "bzip2-compressed data: unpack it first"},
    Magic{0, "\x28\xB5\x2F\xFD"sv, "zstd-compressed data: unpack it first"},
    Magic{257, "ustar"sv, "a tar archive: unpack it first"},
    Magic{0, "!<arch>\n"sv, "an ar archive (a static library or a Debian package)"},
    Magic{0, "\xD2\xCD\x31"sv, "a ROMFS image: the .mpy files are inside it"},
    Magic{0, "DfuSe"sv, "a DFU firmware image: something to flash, not to import"},
    Magic{0,
          "\x7F"
          "ELF"sv,
          "an ELF file: an object or a program for a linker or an operating system"},
    Magic{0, "MZ"sv, "a Windows program"},
    Magic{0, "\x89PNG"sv, "a PNG picture"},
    Magic{0, "%PDF"sv, "a PDF document"},
    Magic{0, "version https://git-lfs"sv, "a Git LFS pointer: the real file was not downloaded"},
    Magic{0, "\xFF\xFE"sv, "text in UTF-16, or no text at all"},
    Magic{0, "\xFE\xFF"sv, "text in UTF-16, or no text at all"},
};

/// e_machine of an ELF file by name of our architectures, where it is one of them.
std::string elf_machine(std::string_view octets) {
    if (octets.size() < 20) return {};
    const bool little = octets[5] == 1;
    const auto at = [octets](std::size_t i) {
        return static_cast<unsigned>(static_cast<std::uint8_t>(octets[i]));
    };
    const unsigned machine = little ? at(18) | at(19) << 8 : at(19) | at(18) << 8;
    const unsigned type = little ? at(16) | at(17) << 8 : at(17) | at(16) << 8;
    std::string text = type == 1 ? " (an object file" : " (a program or shared library";
    for (const ArchInfo& row : kArchs) {
        if (row.elf_machine != machine) continue;
        constexpr std::array<std::string_view, 4> kFamilies = {"x86", "x86-64", "Arm", "Xtensa"};
        constexpr std::array<unsigned, 4> kMachines = {3, 62, 40, 94};
        const auto found = std::find(kMachines.begin(), kMachines.end(), machine);
        const std::string_view family = found == kMachines.end()
                                            ? std::string_view("RISC-V")
                                            : kFamilies[static_cast<std::size_t>(found - kMachines.begin())];
        text += fmt::format(" for {}", family);
        break;
    }
    text += ')';
    if (type == 1) text += "; native modules are made from such files by MicroPython's mpy_ld.py";
    return text;
}

bool is_cpython_cache(std::string_view octets) {
    // Two octets of version, then CR LF.
    return octets.size() >= 16 && octets.substr(2, 2) == "\r\n"sv;
}

bool looks_like_text(std::string_view octets) {
    const std::string_view sample = octets.substr(0, 4096);
    std::size_t strange = 0;
    for (const char c : sample) {
        const auto octet = static_cast<std::uint8_t>(c);
        if (octet == 0) return false;
        if (octet < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f') ++strange;
    }
    return strange * 50 < sample.size() + 1;
}

bool looks_like_python(std::string_view text) {
    constexpr std::array kSigns = {"import "sv, "def "sv,    "class "sv, "print("sv, "from "sv,
                                   "if "sv,     "for "sv,    "try:"sv,   "while "sv, "return "sv,
                                   "async "sv,  "lambda "sv, "\"\"\""sv};
    std::size_t found = 0;
    for (const std::string_view sign : kSigns) found += text.find(sign) != std::string_view::npos ? 1U : 0U;
    // Prose has "for" and "from" too; source has its punctuation as well.
    const bool punctuation = text.find('(') != std::string_view::npos ||
                             text.find(" = ") != std::string_view::npos ||
                             text.find(":\n") != std::string_view::npos;
    return found >= 1 && punctuation;
}

std::string describe_text(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::string_view start = text;
    while (!start.empty() && (start.front() == ' ' || start.front() == '\n' || start.front() == '\r')) {
        start.remove_prefix(1);
    }
    const auto starts = [start](std::string_view with) {
        if (start.size() < with.size()) return false;
        return std::equal(with.begin(), with.end(), start.begin(), [](char a, char b) {
            return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
        });
    };
    if (starts("<!doctype html") || starts("<html")) {
        return "an HTML page: probably the page about the file was saved, not the file";
    }
    if (starts("#!") && start.substr(0, 80).find("python") == std::string_view::npos) return "a script";
    if (starts(":10") || starts(":02"))
        return "an Intel HEX firmware image: something to flash, not to import";
    if (looks_like_python(text.substr(0, 65536))) {
        return "Python source text: import it as a .py file, or compile it with mpy-cross";
    }
    if (starts("{") || starts("[")) return "text, probably JSON";
    return "text";
}

bool is_only(std::string_view octets, char octet) {
    return octets.find_first_not_of(octet) == std::string_view::npos;
}

}  // namespace

bool has_lost_its_content(std::span<const std::byte> file) {
    const std::string_view octets(reinterpret_cast<const char*>(file.data()), file.size());
    return is_only(octets, '\0') || is_only(octets, '\xFF');
}

std::string describe_foreign(std::span<const std::byte> file) {
    const std::string_view octets(reinterpret_cast<const char*>(file.data()), file.size());
    if (octets.empty()) return "an empty file";
    for (const Magic& magic : kMagics) {
        if (octets.size() < magic.offset || !octets.substr(magic.offset).starts_with(magic.octets)) continue;
        std::string text(magic.name);
        if (magic.octets.ends_with("ELF")) text += elf_machine(octets);
        return text;
    }
    if (is_only(octets, '\0'))
        return "nothing but zero octets: the file's content was lost, for example in an interrupted copy";
    if (is_only(octets, '\xFF'))
        return "nothing but FF octets, as in erased flash: the file's content was lost";
    if (is_cpython_cache(octets)) return "CPython's own compiled code (.pyc): MicroPython needs mpy-cross's";
    if (looks_like_text(octets)) return describe_text(octets);
    return fmt::format("unknown data that starts with {}", hex_octets(file, 8));
}

}  // namespace mpy
