#include "harness/compile/refusals.h"

#include <array>
#include <charconv>

#include "mpy/facts/archs.h"

namespace harness {
namespace {

/// Archs that a row holds for.
enum class Archs {
    All,
    Armv6m,
    Xtensa,      ///< both of its calling conventions
    Thumb,       ///< armv6m to armv7emdp
    WithoutAsm,  ///< those that have no inline assembler
};

/// What the program must have for the row to hold; looked for as text, since a program that was refused
/// cannot be asked.
enum class Program {
    Any,
    HasViper,          ///< the emitter is viper, or the source names the viper decorator
    AsksForAssembler,  ///< the line that the message names, or the decorator on it, is an inline assembler
                       ///< one
};

struct RefusalRow {
    std::string_view last_line;  ///< one '*' stands for any text
    std::string_view releases;   ///< ReleaseRange text; empty = every release that was looked at
    Archs archs;
    Program program;
};

// Source: the native ABI text, section 7, and mpy-cross 1.25.0, 1.26.1, 1.27.0, 1.28.0 and 1.29.0 themselves.
constexpr std::array kRows{
    // A bare `raise` and `raise X from Y`. Up to 1.28 mpy-cross ends in a failed assertion instead, which is
    // a crash. Section 7.1; the change was measured.
    RefusalRow{"NotImplementedError: native raise", ">=1.29", Archs::All, Program::Any},
    // More than 255 words of frame; only Thumb's loads and stores are checked. Section 7.1; measured: armv6m
    // and armv7em refuse 300 locals, armv6, x86, x64, rv32imc and xtensawin do not.
    RefusalRow{"NotImplementedError: too many locals for native method", "", Archs::Thumb, Program::Any},
    // A branch over more code than the instruction reaches. Section 7.1; measured: 1.25 prints the line
    // without the word RuntimeError, ends with status 0 and writes an artifact that cannot work.
    RefusalRow{"ERROR: xtensa * out of range", "<1.26", Archs::Xtensa, Program::Any},
    RefusalRow{"RuntimeError: ERROR: xtensa * out of range", ">=1.26", Archs::Xtensa, Program::Any},
    // The same on Thumb-1. Measured: 1.25 refuses, 1.26 and later do not.
    RefusalRow{"NotImplementedError: native method too big", "<1.26", Archs::Armv6m, Program::Any},
    // Generators in viper. Section 7.2.
    RefusalRow{"NotImplementedError: native yield", "", Archs::All, Program::HasViper},
    // A literal pointer given to Python code, and int(int) in viper. Section 7.2.
    RefusalRow{"NotImplementedError: conversion to object", "", Archs::All, Program::HasViper},
    RefusalRow{"NotImplementedError: casting", "", Archs::All, Program::HasViper},
    // An inline assembler decorator on an arch without assembler. Section 7.3.
    RefusalRow{"SyntaxError: invalid arch", "", Archs::WithoutAsm, Program::AsksForAssembler},
};

std::string_view last_line(std::string_view message) {
    while (message.ends_with('\n')) message.remove_suffix(1);
    const std::size_t end = message.rfind('\n');
    return end == std::string_view::npos ? message : message.substr(end + 1);
}

/// The number behind the last `, line ` of a traceback; 0 when there is none.
std::size_t line_named(std::string_view message) {
    constexpr std::string_view kMark = ", line ";
    const std::size_t mark = message.rfind(kMark);
    if (mark == std::string_view::npos) return 0;
    std::size_t number = 0;
    const std::string_view digits = message.substr(mark + kMark.size());
    std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return number;
}

std::string_view line_of(std::string_view source, std::size_t number) {
    for (; number > 1; --number) {
        const std::size_t end = source.find('\n');
        if (end == std::string_view::npos) return {};
        source.remove_prefix(end + 1);
    }
    return source.substr(0, source.find('\n'));
}

bool matches(std::string_view pattern, std::string_view text) {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos) return pattern == text;
    return text.size() + 1 >= pattern.size() && text.starts_with(pattern.substr(0, star)) &&
           text.ends_with(pattern.substr(star + 1));
}

bool holds(Archs archs, std::string_view name) {
    const mpy::ArchInfo* arch = mpy::find_arch(name);
    switch (archs) {
        case Archs::All:
            return true;
        case Archs::Armv6m:
            return arch != nullptr && arch->arch == mpy::Arch::Armv6m;
        case Archs::Xtensa:
            return arch != nullptr && arch->inline_asm == mpy::InlineAsm::Xtensa;
        case Archs::Thumb:
            return arch != nullptr && arch->accepts == mpy::ArchAccepts::Thumb;
        case Archs::WithoutAsm:
            break;
    }
    return arch == nullptr || arch->inline_asm == mpy::InlineAsm::None;
}

bool holds(Program program, const RefusalCase& found) {
    switch (program) {
        case Program::Any:
            return true;
        case Program::HasViper:
            return found.emitter == Emitter::Viper ||
                   found.source.find("micropython.viper") != std::string_view::npos;
        case Program::AsksForAssembler:
            break;
    }
    return line_of(found.source, line_named(found.message)).find("micropython.asm_") !=
           std::string_view::npos;
}

}  // namespace

bool is_documented_refusal(const RefusalCase& found) {
    const std::string_view last = last_line(found.message);
    for (const RefusalRow& row : kRows) {
        if (!matches(row.last_line, last)) continue;
        const auto range = ReleaseRange::parse(row.releases);
        if (range && range->contains(found.release) && holds(row.archs, found.arch) &&
            holds(row.program, found))
            return true;
    }
    return false;
}

}  // namespace harness
