#include "harness/suite/requirement_facts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

#include "harness/model/features.h"
#include "mpy/facts/archs.h"

namespace harness {
namespace {

constexpr std::array<std::string_view, 5> kInlineAsmFeatures{"thumb2", "vfp", "windowed", "zba", "zcmp"};
constexpr std::string_view kEnvironmentPrefix = "env_";
constexpr Fact kEnvironmentFact{"env_NAME", FactKind::Word, "environment variable NAME", ""};

/// Every architecture that machine code can have, separated by spaces.
const std::string& arch_words() {
    static const std::string words = [] {
        std::string list;
        for (const mpy::ArchInfo& row : mpy::kArchs)
            if (row.word_octets != 0) list += fmt::format("{}{}", list.empty() ? "" : " ", row.name);
        return list;
    }();
    return words;
}

std::string_view port_of(std::string_view platform) {
    // Source: test-conventions 1.2.
    if (platform == "linux" || platform == "darwin" || platform == "win32") return "unix";
    if (platform == "pyboard") return "stm32";
    if (platform == "WiPy") return "cc3200";
    return platform;
}

std::string_view arch_of(const RequirementScope& scope) {
    return scope.arch.empty() ? std::string_view(scope.target.arch) : scope.arch;
}

long word_bits(const RequirementScope& scope) {
    if (const mpy::ArchInfo* row = mpy::find_arch(scope.target.arch); row && row->word_octets != 0)
        return row->word_octets * 8L;
    // Small integers of 47 bits belong to NaN-boxed objects, which 32-bit machines have too.
    return scope.target.small_int_bits > 47 ? 64 : 32;
}

FactValue release_value(std::string_view text) {
    if (const auto release = Release::parse(text)) return *release;
    return std::string();
}

}  // namespace

const std::vector<Fact>& facts() {
    static const std::vector<Fact> rows{
        {"arch", FactKind::Word, "arch the artifact is compiled for; in source mode the target's",
         arch_words()},
        {"target_arch", FactKind::Word, "native arch of the target", arch_words()},
        {"emitter", FactKind::Word, "emitter of the job", "bytecode native viper"},
        {"mode", FactKind::Word, "source: the target compiles; mpy: the artifact is loaded", "source mpy"},
        {"via_mpy", FactKind::Flag, "mode is mpy", ""},
        {"release", FactKind::Release, "release of the target's MicroPython", ""},
        {"compiler_release", FactKind::Release, "release of the compiler; in source mode the target's", ""},
        {"platform", FactKind::Word, "sys.platform of the target", ""},
        {"port", FactKind::Word, "name of the target's port", ""},
        {"build", FactKind::Word, "build name of the target", ""},
        {"host", FactKind::Word, "platform that the runner itself runs on", "linux darwin win32"},
        {"float", FactKind::Flag, "the target has floats", ""},
        {"float_bits", FactKind::Number, "precision of floats: 0, 30, 32, 64", ""},
        {"small_int_bits", FactKind::Number, "bits of a small integer with its sign", ""},
        {"word_bits", FactKind::Number, "bits of a machine word of the target", ""},
        {"unicode", FactKind::Flag, "strings hold Unicode", ""},
        {"thread", FactKind::Word, "thread model", "GIL unsafe"},
        {"error_reporting", FactKind::Word, "how much the target's messages say",
         "none terse normal detailed"},
        {"byte_order", FactKind::Word, "byte order of the target", "little big"},
        {"same_byte_order", FactKind::Flag, "the target has the byte order of the host's CPython", ""},
        {"inline_asm", FactKind::Word, "inline assembler of the target's compiler", "thumb xtensa rv32"},
    };
    return rows;
}

const Fact* find_fact(std::string_view name) {
    for (const Fact& row : facts())
        if (row.name == name) return &row;
    if (name.starts_with(kEnvironmentPrefix) && name.size() > kEnvironmentPrefix.size())
        return &kEnvironmentFact;
    return nullptr;
}

bool is_inline_asm_feature(std::string_view name) {
    return std::ranges::find(kInlineAsmFeatures, name) != kInlineAsmFeatures.end();
}

FactValue fact_value(std::string_view name, const RequirementScope& scope) {
    const Capabilities& target = scope.target;
    if (name == "arch") return std::string(arch_of(scope));
    if (name == "target_arch") return target.arch;
    if (name == "emitter") return std::string(word(scope.emitter));
    if (name == "mode") return std::string(word(scope.mode));
    if (name == "release") return release_value(target.release);
    if (name == "compiler_release")
        return release_value(scope.compiler_release.empty() ? std::string_view(target.release)
                                                            : scope.compiler_release);
    if (name == "platform") return target.platform;
    if (name == "port") return std::string(port_of(target.platform));
    if (name == "build") return target.build;
#if defined(__APPLE__)
    if (name == "host") return std::string("darwin");
#elif defined(_WIN32)
    if (name == "host") return std::string("win32");
#else
    if (name == "host") return std::string("linux");
#endif
    if (name == "float_bits") return long{target.float_bits};
    if (name == "small_int_bits") return long{target.small_int_bits};
    if (name == "word_bits") return word_bits(scope);
    if (name == "thread") return target.thread;
    if (name == "error_reporting") return target.error_reporting;
    if (name == "byte_order") return target.byte_order;
    if (name == "inline_asm") return target.inline_asm;
    if (name.starts_with(kEnvironmentPrefix) && scope.environment) {
        const auto at = scope.environment->find(std::string(name.substr(kEnvironmentPrefix.size())));
        if (at != scope.environment->end()) return at->second;
    }
    return std::string();
}

bool name_holds(std::string_view name, const RequirementScope& scope) {
    if (name == "float") return scope.target.float_bits > 0;
    if (name == "unicode") return scope.target.unicode;
    if (name == "via_mpy") return scope.mode == Mode::Mpy;
    if (name == "same_byte_order")
        return scope.target.byte_order == (std::endian::native == std::endian::little ? "little" : "big");
    if (is_inline_asm_feature(name)) {
        // The assembler of a cross compiler knows what the arch has that it is asked for, which may be less
        // than the target.
        const mpy::ArchInfo* arch = mpy::find_arch(scope.arch);
        if (name == "thumb2" && arch != nullptr && arch->generator == mpy::CodeGenerator::Thumb1)
            return false;
        return scope.target.inline_asm_features.contains(std::string(name));
    }
    if (find_feature(name)) return scope.target.has(std::string(name));
    const FactValue value = fact_value(name, scope);
    if (const auto* text = std::get_if<std::string>(&value)) return !text->empty();
    if (const auto* number = std::get_if<long>(&value)) return *number != 0;
    return true;
}

std::string fact_text(std::string_view name, const RequirementScope& scope) {
    const Fact* fact = find_fact(name);
    if (!fact || fact->kind == FactKind::Flag) return name_holds(name, scope) ? "there" : "missing";
    const FactValue value = fact_value(name, scope);
    if (const auto* text = std::get_if<std::string>(&value)) return text->empty() ? "none" : *text;
    if (const auto* number = std::get_if<long>(&value)) return fmt::format("{}", *number);
    return std::get<Release>(value).text();
}

}  // namespace harness
