#include "mpy/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "mpy/checker.h"
#include "mpy/facts/versions.h"
#include "mpy/printable.h"

namespace mpy {
namespace {

/// A file whose first octet is the magic but whose second looks like text is text that starts with an M.
bool is_probably_text(const Header& header, std::span<const std::byte> file) {
    return header.version >= 0x20 && find_version(header.version) == nullptr && file.size() > 4;
}

std::string release_range(std::string_view first, std::string_view last) {
    if (last.empty()) return fmt::format("{} and later", first);
    if (first == last) return std::string(first);
    return fmt::format("{} to {}", first, last);
}

/// Made by the linker of C modules: one viper block with relocations and no children, no objects.
bool is_linked(const RawCode& code) {
    return code.kind == RawCodeKind::Viper && code.has_scope_flag(ScopeFlag::Relocations);
}

const RawCode* linked_part(const Module& module) {
    for (const RawCode& code : module.raw_codes) {
        if (is_linked(code)) return &code;
    }
    return nullptr;
}

/// Several modules in one file: an outer block that makes and calls each child. Its prelude is 00 02 00.
bool is_merged(const Module& module) {
    constexpr std::array kMerged = {std::byte{0x00}, std::byte{0x02}, std::byte{0x00}};
    const RawCode& root = module.root();
    return root.is_bytecode() && root.fun_data.size() > kMerged.size() &&
           std::equal(kMerged.begin(), kMerged.end(), root.fun_data.begin());
}

std::string made_by(const Module& module) {
    if (is_merged(module)) {
        return fmt::format("the merge tool of mpy-tool.py, from {} modules", module.root().children.size());
    }
    if (is_linked(module.root())) return "the linker of native modules (mpy_ld.py), from C code";
    const std::string_view name = module.qstr_text({0});
    if (name.ends_with(".py")) return "the compiler (mpy-cross), from Python source";
    return "a compiler or tool that leaves no mark of its own";
}

std::string code_summary(const Module& module) {
    const Header& header = module.header;
    const ArchInfo* arch = header.arch();
    if (header.arch_number() == 0) return "bytecode only";
    if (arch == nullptr || arch->arch == Arch::Debug) {
        return fmt::format("machine code for architecture number {}, which no runtime has",
                           header.arch_number());
    }
    const bool any = std::any_of(module.raw_codes.begin(), module.raw_codes.end(),
                                 [](const RawCode& code) { return !code.is_bytecode(); });
    return fmt::format("{} for {}", any ? "machine code" : "bytecode, marked as", arch->name);
}

std::string broken_rules(const Module& module) {
    const CheckReport report = check_module(module);
    const auto first =
        std::find_if(report.findings.begin(), report.findings.end(),
                     [](const Finding& finding) { return finding.severity == Severity::Error; });
    if (report.ok() || first == report.findings.end()) return {};
    return printable(fmt::format("{} error{}, the first {}", report.n_errors, report.n_errors == 1 ? "" : "s",
                                 to_string(*first)),
                     600);
}

void count_kinds(const Module& module, Explanation& out) {
    for (const RawCode& code : module.raw_codes) {
        auto found = std::find_if(out.kinds.begin(), out.kinds.end(),
                                  [&code](const KindCount& count) { return count.kind == code.kind; });
        if (found == out.kinds.end()) found = out.kinds.insert(out.kinds.end(), KindCount{code.kind, 0, 0});
        ++found->count;
        found->octets += code.fun_data.size();
    }
}

void explain_module(const Module& module, bool complete, std::span<const KnownTarget> targets,
                    Explanation& out) {
    const Header& header = module.header;
    out.sort = Explanation::Sort::Mpy;
    out.arch_number = header.arch_number();
    out.arch = header.arch() == nullptr ? Arch::None : header.arch()->arch;
    if (module.arch_flags) out.arch_flags = module.arch_flags->value;
    out.n_qstrs = module.qstrs.size();
    out.n_objects = module.objects.size();
    out.source_name = std::string(module.qstr_text({0}));
    count_kinds(module, out);
    const bool has_blocks = !module.raw_codes.empty();
    if (has_blocks && complete) out.made_by = made_by(module);
    out.summary =
        fmt::format("a .mpy file of version {} with {}", out.version,
                    has_blocks ? code_summary(module)
                               : std::string(header.arch_number() == 0 ? "bytecode" : "machine code"));

    const bool native = std::any_of(module.raw_codes.begin(), module.raw_codes.end(),
                                    [](const RawCode& code) { return !code.is_bytecode(); });
    if (header.arch_number() == 0) {
        // All versions 6 share their bytecode.
        out.releases = "1.19 and later";
        out.any_host = !header.has_arch_flags();
        if (header.has_arch_flags()) out.hosts.push_back(Arch::Rv32imc);
    } else {
        out.releases = release_range(out.first_release, out.last_release);
        for (const ArchInfo& host : kArchs) {
            // A build without FPU calls itself armv7em even on an armv7m core.
            if (host.arch == Arch::None || host.arch == Arch::Armv7m || header.arch() == nullptr) continue;
            if (host_accepts(host.arch, out.arch)) out.hosts.push_back(host.arch);
        }
    }
    const bool linked = linked_part(module) != nullptr;
    for (const KnownTarget& target : targets) {
        out.targets.push_back(ask_target(header, out.arch_flags, native, linked, target));
    }
}

}  // namespace

Explanation explain(std::span<const std::byte> file, std::span<const KnownTarget> targets) {
    Explanation out;
    out.file_size = file.size();
    const auto header = read_header(file);
    const bool magic = !file.empty() && static_cast<std::uint8_t>(file[0]) == kMagic;
    if (!header && magic && file.size() < kHeaderOctets) {
        out.summary = fmt::format("{} octet{} that could be the start of a .mpy file, which has at least {}",
                                  file.size(), file.size() == 1 ? "" : "s", kHeaderOctets);
        out.advice = "the file is cut off: copy or compile it again";
        return out;
    }
    if (!header || is_probably_text(*header, file)) {
        out.summary = "no .mpy file, but " + describe_foreign(file);
        out.advice = fmt::format(
            "{}; to this one, imported under a name that ends in .mpy, MicroPython answers \"incompatible "
            ".mpy "
            "file\"",
            has_lost_its_content(file)
                ? "copy or compile the file again"
                : "name the file that mpy-cross or the linker of native modules wrote");
        return out;
    }

    out.small_int_bits = header->small_int_bits;
    const VersionInfo* version = header->version_info();
    if (version != nullptr) {
        out.version = version->name;
        out.first_release = version->first_release;
        out.last_release = version->last_release;
    } else {
        out.version = std::to_string(header->version);
    }
    if (version == nullptr || !version->readable) {
        out.sort = Explanation::Sort::OtherVersion;
        if (version == nullptr) {
            const bool newer = header->version > kVersion;
            out.summary = newer ? fmt::format(
                                      "a .mpy file of version {}, which is newer than any that is known "
                                      "here",
                                      out.version)
                                : fmt::format(
                                      "a .mpy file of version {}, which is older than any that is known "
                                      "here: of a MicroPython before {}",
                                      out.version, kVersions.front().first_release);
            out.advice =
                newer ? "it needs a runtime newer than this program, or compiling the source again with an "
                        "mpy-cross of the runtime's own release"
                      : "compile the source again with the mpy-cross of the runtime's own release";
        } else {
            out.summary = fmt::format("a .mpy file of version {}, of MicroPython {}", out.version,
                                      release_range(out.first_release, out.last_release));
            out.advice = fmt::format(
                "only MicroPython {} loads it; for any other release compile the source again with the "
                "mpy-cross of "
                "that release (what version {} lacks: {})",
                release_range(out.first_release, out.last_release), out.version, version->lacks);
        }
        for (const KnownTarget& target : targets) {
            out.targets.push_back(ask_target(*header, std::nullopt, false, false, target));
        }
        return out;
    }

    Module module;
    const auto read = read_module(file, module);
    if (!read) out.damage = printable(to_string(read.error()), 600);
    if (module.raw_codes.empty()) module.header = *header;
    explain_module(module, read.has_value(), targets, out);
    if (read) out.broken = broken_rules(module);
    if (!read || !out.broken.empty()) {
        out.advice =
            "the file is damaged: copy or compile it again; a runtime may hang, crash or run something else";
    }
    return out;
}

}  // namespace mpy
