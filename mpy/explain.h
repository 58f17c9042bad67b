// What a file is and who will load it, in plain words: the answer to "incompatible .mpy file".
//
// Works on any octets. What is no .mpy file is named by what it looks like; .mpy files of other versions are
// placed with the releases that wrote them; damaged ones are explained as far as their header goes.
// Everything returned is safe to print.
//
// Not here: whether the file keeps the rules of the format (checker.h).
// Source: the .mpy format text, sections 3, 9 and 12.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "mpy/facts/archs.h"
#include "mpy/module.h"

namespace mpy {

/// A runtime that might load the file: what its loader looks at.
struct KnownTarget {
    std::string name;
    /// `1.25.0`, `1.29.0-preview`; decides which version it takes. Empty: a current one.
    std::string release;
    /// Its own native architecture; Arch::None: it was built without machine code.
    Arch arch = Arch::None;
    /// Which architectures it loads, when it said so itself; empty: what `host_accepts` says of `arch`.
    std::vector<Arch> accepts;
    /// Extensions of an rv32imc host, as bits of the arch-flags number.
    std::uint32_t arch_flags = 0;
    /// Sign included; 0: what is usual for the word size of `arch`.
    int small_int_bits = 0;
};

/// What one target makes of the file.
struct TargetAnswer {
    std::string target;
    bool loads = false;
    /// The exception's text that a person sees; empty when it loads, and when the refusal has none.
    std::string error_text;
    /// Why, in one sentence.
    std::string why;
    /// What to do about it, in one sentence; empty when it loads.
    std::string what_to_do;
};

/// Numbers of raw code of one kind.
struct KindCount {
    RawCodeKind kind = RawCodeKind::Bytecode;
    std::size_t count = 0;
    std::uint64_t octets = 0;
};

struct Explanation {
    enum class Sort : std::uint8_t {
        /// A version that this library reads.
        Mpy,
        /// A .mpy file of a version that it does not read.
        OtherVersion,
        /// No .mpy file.
        Foreign,
    };
    Sort sort = Sort::Foreign;
    /// One sentence that says what it is.
    std::string summary;
    std::size_t file_size = 0;
    /// What is wrong with a .mpy file so that it cannot be read to its end; empty when it can.
    std::string damage;
    /// A file that can be read, but breaks rules of the format: how many, and the first of them. Empty when
    /// it breaks none. Loaders look at the header only, so that it may load all the same.
    std::string broken;
    /// For files that nobody here can load or that should not be loaded: what to do. Empty for all others.
    std::string advice;

    // Sort::Mpy and OtherVersion only.
    std::string version;
    std::string first_release;
    /// Empty: still current.
    std::string last_release;
    std::uint8_t small_int_bits = 0;

    // Sort::Mpy only.
    Arch arch = Arch::None;
    /// Number in the header, also when it is not assigned.
    std::uint32_t arch_number = 0;
    std::optional<std::uint64_t> arch_flags;
    std::string source_name;
    /// `mpy-cross` or what else made it, in words.
    std::string made_by;
    std::vector<KindCount> kinds;
    std::size_t n_qstrs = 0;
    std::size_t n_objects = 0;
    /// Which releases load it, in words.
    std::string releases;
    /// Host architectures that load it; empty together with `any_host`.
    std::vector<Arch> hosts;
    /// Bytecode only: every host takes it.
    bool any_host = false;
    std::vector<TargetAnswer> targets;
};

Explanation explain(std::span<const std::byte> file, std::span<const KnownTarget> targets = {});

/// What the loader of `target` does with a file of this header. `has_native_blocks`: it has raw code that is
/// not bytecode.
TargetAnswer ask_target(const Header& header, std::optional<std::uint64_t> arch_flags, bool has_native_blocks,
                        bool linked, const KnownTarget& target);

/// What octets that are no .mpy file look like: `Python source text`, `an ELF file`. Never empty.
std::string describe_foreign(std::span<const std::byte> file);

/// Nothing is in it, or nothing but zero octets or FF: what an interrupted copy or erased flash leaves.
bool has_lost_its_content(std::span<const std::byte> file);

/// Text for people, lines of at most about 100 columns.
std::string render(const Explanation& explanation, std::string_view file_name);

/// `text` in lines of at most `width` columns, each after the first indented by `indent` spaces.
std::string wrap(std::string_view text, std::size_t width, std::size_t indent);

}  // namespace mpy
