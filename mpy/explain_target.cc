// What a loader does with a header, test by test in the loader's order.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "mpy/explain.h"
#include "mpy/facts/versions.h"

namespace mpy {
namespace {

// The texts that a person sees. Source: the .mpy format text, section 9.
constexpr const char* kIncompatibleFile = "incompatible .mpy file";
constexpr const char* kIncompatibleArch = "incompatible .mpy arch";
constexpr const char* kNativeUnsupported = "native code in .mpy unsupported";

struct Release {
    unsigned major = 0;
    unsigned minor = 0;
    friend constexpr auto operator<=>(Release, Release) = default;
};

/// The two numbers that decide a version: `1.25` of `1.25.0`.
std::optional<Release> release_in(std::string_view text) {
    Release release;
    const char* end = text.data() + text.size();
    const auto [dot, bad_major] = std::from_chars(text.data(), end, release.major);
    if (bad_major != std::errc{} || dot == end || *dot != '.') return std::nullopt;
    const auto [rest, bad_minor] = std::from_chars(dot + 1, end, release.minor);
    if (bad_minor != std::errc{}) return std::nullopt;
    return release;
}

/// The version that a release takes: the last one that it or an older release brought.
const VersionInfo& version_of(const std::optional<Release>& release) {
    const VersionInfo* found = &kVersions.front();
    for (const VersionInfo& row : kVersions) {
        const auto first = release_in(row.first_release);
        if (!release || (first && *first <= *release)) found = &row;
    }
    return *found;
}

std::string releases_of(const VersionInfo& row) {
    if (row.last_release.empty()) return fmt::format("release {} and later", row.first_release);
    if (row.first_release == row.last_release) return fmt::format("release {}", row.first_release);
    return fmt::format("releases {} to {}", row.first_release, row.last_release);
}

/// Arch-flags are not known to the loader of 1.25, and are to that of 1.29.
/// Source: the loaders of those two releases; when in between they came is not known here.
constexpr Release kLastWithoutArchFlags{1, 25};

class Loader {
  public:
    Loader(const Header& header, std::optional<std::uint64_t> arch_flags, bool has_native_blocks, bool linked,
           const KnownTarget& target)
        : header_(header),
          arch_flags_(arch_flags),
          has_native_blocks_(has_native_blocks),
          linked_(linked),
          target_(target),
          release_(release_in(target.release)),
          own_(version_of(release_)) {
        answer_.target = target.name;
    }

    TargetAnswer ask() {
        if (version() && architecture() && flags() && blocks()) {
            answer_.loads = true;
            answer_.why = "it loads";
        }
        return std::move(answer_);
    }

  private:
    bool refuse(std::string text, std::string why, std::string what_to_do) {
        answer_.error_text = std::move(text);
        answer_.why = std::move(why);
        answer_.what_to_do = std::move(what_to_do);
        return false;
    }

    std::string release_name() const {
        return target_.release.empty() ? "a current release" : target_.release;
    }
    std::string compiler() const {
        return target_.release.empty() ? "a current mpy-cross" : "mpy-cross of release " + target_.release;
    }
    int small_int_bits() const {
        if (target_.small_int_bits > 0) return target_.small_int_bits;
        return arch_info(target_.arch).word_octets == 8 ? 63 : 31;
    }
    bool knows_arch_flags() const { return !release_ || *release_ > kLastWithoutArchFlags; }
    /// Older loaders take bit 6 of the feature octet as part of the architecture's number.
    unsigned arch_number() const {
        return knows_arch_flags() ? header_.arch_number() : static_cast<unsigned>(header_.feature) >> 2;
    }

    std::string recompile() const {
        if (linked_) {
            if (target_.arch == Arch::None) {
                return "this runtime has no machine code at all: a native module cannot be used on it";
            }
            return fmt::format("build the native module for ARCH={}, with the MicroPython tree of {}",
                               arch_info(target_.arch).name, release_name());
        }
        if (target_.arch == Arch::None) {
            return fmt::format(
                "compile it to bytecode with {}: no -X emit=native, no native, viper or assembler functions",
                compiler());
        }
        return fmt::format("compile the source with `-march={}`, by {}", arch_info(target_.arch).name,
                           compiler());
    }

    bool version() {
        if (header_.version != own_.version) {
            const VersionInfo* row = header_.version_info();
            const std::string made = row == nullptr ? "an unknown release" : releases_of(*row);
            return refuse(kIncompatibleFile,
                          fmt::format("it takes version {}, the file has version {} (of {})", own_.version,
                                      header_.version, made),
                          fmt::format("compile the source again with {}", compiler()));
        }
        if (header_.version >= 6 && arch_number() != 0 && header_.sub_version() != own_.sub_version) {
            return refuse(kIncompatibleFile,
                          fmt::format("its machine code has to be of version {}, the file's is of 6.{}",
                                      own_.name, header_.sub_version()),
                          recompile());
        }
        if (header_.small_int_bits > small_int_bits()) {
            return refuse(kIncompatibleFile,
                          fmt::format("its small ints have {} bits, the file counts on {}", small_int_bits(),
                                      header_.small_int_bits),
                          fmt::format("compile it with `mpy-cross -msmall-int-bits={}`", small_int_bits()));
        }
        return true;
    }

    bool accepts(Arch arch) const {
        if (target_.accepts.empty()) return host_accepts(target_.arch, arch);
        return std::find(target_.accepts.begin(), target_.accepts.end(), arch) != target_.accepts.end();
    }

    bool architecture() {
        if (arch_number() == 0) return true;
        const ArchInfo* file = find_arch(arch_number());
        if (file != nullptr && accepts(file->arch)) return true;
        const std::string name = file == nullptr
                                     ? fmt::format("architecture number {}, which nobody has", arch_number())
                                     : fmt::format("machine code for {}", file->name);
        if (target_.arch == Arch::None && target_.accepts.empty()) {
            return refuse(kNativeUnsupported,
                          fmt::format("it runs no machine code, and the file has {}", name), recompile());
        }
        return refuse(kIncompatibleArch,
                      fmt::format("it runs code for {}, and the file has {}", accepted_names(), name),
                      recompile());
    }

    std::string accepted_names() const {
        std::string names;
        for (const ArchInfo& row : kArchs) {
            if (row.arch == Arch::None || !accepts(row.arch)) continue;
            if (!names.empty()) names += ", ";
            names += row.name;
        }
        return names.empty() ? "no architecture" : names;
    }

    bool flags() {
        if (!header_.has_arch_flags() || !knows_arch_flags()) return true;
        const std::uint64_t flags = arch_flags_.value_or(0);
        if (target_.arch != Arch::Rv32imc) {
            return refuse(kIncompatibleFile, "the file has arch-flags, which only rv32imc hosts read",
                          "compile it without -march-flags");
        }
        if ((flags & ~std::uint64_t{target_.arch_flags}) == 0) return true;
        std::string missing;
        for (const NamedNumber& row : kArchFlags) {
            if ((flags & row.number) == 0 || (target_.arch_flags & row.number) != 0) continue;
            if (!missing.empty()) missing += ", ";
            missing += row.name;
        }
        if (missing.empty()) missing = fmt::format("unknown ones ({:#x})", flags);
        return refuse(kIncompatibleFile, fmt::format("the code needs extensions that it lacks: {}", missing),
                      "compile it without -march-flags, or with only those that the host has");
    }

    bool blocks() {
        if (!has_native_blocks_ || target_.arch != Arch::None || !target_.accepts.empty()) return true;
        return refuse(kIncompatibleFile,
                      "the file has machine code although its header names no architecture, and it runs none",
                      recompile());
    }

    const Header& header_;
    std::optional<std::uint64_t> arch_flags_;
    bool has_native_blocks_;
    bool linked_;
    const KnownTarget& target_;
    std::optional<Release> release_;
    const VersionInfo& own_;
    TargetAnswer answer_;
};

}  // namespace

TargetAnswer ask_target(const Header& header, std::optional<std::uint64_t> arch_flags, bool has_native_blocks,
                        bool linked, const KnownTarget& target) {
    return Loader(header, arch_flags, has_native_blocks, linked, target).ask();
}

}  // namespace mpy
