#include "harness/suite/own_artifact_edit.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "harness/suite/own_text.h"

namespace harness::own {

namespace {

constexpr std::size_t kHeaderSize = 4;
constexpr std::size_t kFeatureOffset = 2;

// Source: .mpy format, section 3.2. Index = number.
constexpr std::array<std::string_view, 13> kArchs = {
    "none",      "x86",       "x64",    "armv6",     "armv6m",  "armv7m", "armv7em",
    "armv7emsp", "armv7emdp", "xtensa", "xtensawin", "rv32imc", "rv64imc"};

std::optional<std::int64_t> number_of(std::string_view word) {
    const bool negative = word.substr(0, 1) == "-";
    if (negative) word.remove_prefix(1);
    const bool hex = word.substr(0, 2) == "0x";
    if (hex) word.remove_prefix(2);
    std::int64_t value = 0;
    const auto result = std::from_chars(word.data(), word.data() + word.size(), value, hex ? 16 : 10);
    if (word.empty() || result.ec != std::errc() || result.ptr != word.data() + word.size())
        return std::nullopt;
    return negative ? -value : value;
}

// "4d 06" or "4d06".
std::optional<std::string> octets_of(const std::vector<std::string_view>& words, std::size_t from,
                                     std::size_t to) {
    std::string octets;
    for (std::size_t i = from; i < to; ++i) {
        if (words[i].size() % 2 != 0) return std::nullopt;
        for (std::size_t at = 0; at < words[i].size(); at += 2) {
            unsigned value = 0;
            const char* first = words[i].data() + at;
            const auto result = std::from_chars(first, first + 2, value, 16);
            if (result.ec != std::errc() || result.ptr != first + 2) return std::nullopt;
            octets += static_cast<char>(value);
        }
    }
    if (octets.empty()) return std::nullopt;
    return octets;
}

// Source: .mpy format, section 1.2: seven bits an octet, the highest first, bit 7 set on all but the last.
std::string vuint(std::uint64_t value) {
    std::string octets(1, static_cast<char>(value & 0x7f));
    for (value >>= 7; value != 0; value >>= 7)
        octets.insert(octets.begin(), static_cast<char>(0x80 | (value & 0x7f)));
    return octets;
}

// The end of the vuint at `from`, or nothing when it does not end inside the octets.
std::optional<std::size_t> vuint_end(std::string_view octets, std::size_t from) {
    while (from < octets.size() && (static_cast<unsigned char>(octets[from]) & 0x80) != 0) ++from;
    if (from >= octets.size()) return std::nullopt;
    return from + 1;
}

}  // namespace

Result<ArtifactEdit> ArtifactEdit::parse(std::string_view text) {
    struct Form {
        std::string_view word;
        Kind kind;
        std::string_view arguments;  // n: number, h: octets to the end, a: arch, r: octets 'with' octets
    };
    static constexpr std::array kForms = {
        Form{"truncate", Kind::Truncate, "n"},
        Form{"set", Kind::Set, "nh"},
        Form{"xor", Kind::Xor, "nh"},
        Form{"insert", Kind::Insert, "nh"},
        Form{"delete", Kind::Delete, "nn"},
        Form{"append", Kind::Append, "h"},
        Form{"replace", Kind::Replace, "r"},
        Form{"version", Kind::Version, "n"},
        Form{"sub-version", Kind::SubVersion, "n"},
        Form{"arch", Kind::Arch, "a"},
        Form{"feature-bit", Kind::FeatureBit, "nn"},
        Form{"arch-flags", Kind::ArchFlags, "n"},
        Form{"small-int-bits", Kind::SmallIntBits, "n"},
        Form{"qstr-count", Kind::QstrCount, "n"},
        Form{"object-count", Kind::ObjectCount, "n"},
    };
    const auto words = split_words(text);
    for (const auto& form : kForms) {
        if (words.empty() || words[0] != form.word) continue;
        ArtifactEdit edit;
        edit.kind_ = form.kind;
        edit.text_ = std::string(trim(text));
        bool good = true;
        std::size_t at = 1;
        for (std::size_t i = 0; i < form.arguments.size() && good; ++i) {
            const char kind = form.arguments[i];
            if (kind == 'h') {
                auto octets = octets_of(words, std::min(at, words.size()), words.size());
                good = octets.has_value();
                if (good) edit.octets_ = *std::move(octets);
                at = words.size();
            } else if (kind == 'r') {
                std::size_t with = at;
                while (with < words.size() && words[with] != "with") ++with;
                auto before = octets_of(words, at, with);
                auto after = octets_of(words, std::min(with + 1, words.size()), words.size());
                good = before && after;
                if (good) std::tie(edit.octets_, edit.replacement_) = std::pair{*before, *after};
                at = words.size();
            } else if (at >= words.size()) {
                good = false;
            } else {
                auto number = number_of(words[at]);
                for (std::size_t arch = 0; kind == 'a' && arch < kArchs.size(); ++arch) {
                    if (words[at] == kArchs[arch]) number = static_cast<std::int64_t>(arch);
                }
                good = number.has_value();
                if (good) (i == 0 ? edit.number_ : edit.second_) = *number;
                ++at;
            }
        }
        if (!good || at != words.size()) {
            return configuration_error(fmt::format(
                "'{}' is not a complete '{}' edit; see harness/suite/own_artifact_edit.h", text, form.word));
        }
        return edit;
    }
    return configuration_error(
        fmt::format("unknown artifact edit '{}'; see harness/suite/own_artifact_edit.h", text));
}

Error ArtifactEdit::misfit(const std::string& why) const {
    return configuration_error(fmt::format("the artifact edit '{}' does not fit: {}", text_, why));
}

// An offset that leaves room for `extent` octets.
Result<std::size_t> ArtifactEdit::place(std::size_t size, std::size_t extent) const {
    const std::int64_t at = number_ < 0 ? static_cast<std::int64_t>(size) + number_ : number_;
    if (at < 0 || static_cast<std::size_t>(at) + extent > size) {
        return misfit(fmt::format("the artifact has {} octets", size));
    }
    return static_cast<std::size_t>(at);
}

Result<std::string> ArtifactEdit::apply(std::string octets) const {
    switch (kind_) {
        case Kind::Truncate: {
            MPY_TRY(const std::size_t keep, place(octets.size(), 1));
            octets.resize(keep);
            return octets;
        }
        case Kind::Set: {
            MPY_TRY(const std::size_t at, place(octets.size(), octets_.size()));
            if (octets.compare(at, octets_.size(), octets_) == 0) return misfit("it changes nothing");
            return octets.replace(at, octets_.size(), octets_);
        }
        case Kind::Xor: {
            MPY_TRY(const std::size_t at, place(octets.size(), 1));
            octets[at] = static_cast<char>(octets[at] ^ octets_[0]);
            return octets;
        }
        case Kind::Insert: {
            MPY_TRY(const std::size_t at, place(octets.size(), 0));
            return octets.insert(at, octets_);
        }
        case Kind::Delete: {
            if (second_ < 1) return misfit("nothing to delete");
            MPY_TRY(const std::size_t at, place(octets.size(), static_cast<std::size_t>(second_)));
            return octets.erase(at, static_cast<std::size_t>(second_));
        }
        case Kind::Append:
            return octets + octets_;
        case Kind::Replace: {
            const auto at = octets.find(octets_);
            if (at == std::string::npos) return misfit("the artifact does not hold these octets");
            if (octets.find(octets_, at + 1) != std::string::npos)
                return misfit("the artifact holds these octets more than once");
            return octets.replace(at, octets_.size(), replacement_);
        }
        case Kind::QstrCount:
        case Kind::ObjectCount:
            return apply_count(std::move(octets));
        default:
            return apply_header(std::move(octets));
    }
}

Result<std::string> ArtifactEdit::apply_header(std::string octets) const {
    if (octets.size() < kHeaderSize) return misfit("the artifact has no whole header");
    const auto bits = static_cast<unsigned char>(octets[kFeatureOffset]);
    const auto set_feature = [&](unsigned value) { octets[kFeatureOffset] = static_cast<char>(value); };
    const auto in = [&](std::int64_t low, std::int64_t high) { return number_ >= low && number_ <= high; };
    switch (kind_) {
        case Kind::Version:
            if (!in(0, 255)) break;
            octets[1] = static_cast<char>(number_);
            return octets;
        case Kind::SubVersion:
            if (!in(0, 3)) break;
            set_feature((bits & ~0x03U) | static_cast<unsigned>(number_));
            return octets;
        case Kind::Arch:
            if (!in(0, 15)) break;
            set_feature((bits & ~0x3cU) | static_cast<unsigned>(number_) << 2U);
            return octets;
        case Kind::FeatureBit: {
            if (!in(6, 7) || second_ < 0 || second_ > 1) break;
            const unsigned mask = 1U << static_cast<unsigned>(number_);
            set_feature((bits & ~mask) | (second_ == 1 ? mask : 0U));
            return octets;
        }
        case Kind::ArchFlags:
            if (number_ < 0) break;
            set_feature(bits | 0x40U);
            return octets.insert(kHeaderSize, vuint(static_cast<std::uint64_t>(number_)));
        case Kind::SmallIntBits:
            if (!in(0, 255)) break;
            octets[3] = static_cast<char>(number_);
            return octets;
        default:
            break;
    }
    return misfit(fmt::format("{} is outside the field", number_));
}

// The two counts follow the header, names first.
Result<std::string> ArtifactEdit::apply_count(std::string octets) const {
    std::size_t from = kHeaderSize;
    const auto names_end = vuint_end(octets, from);
    if (!names_end || number_ < 0) return misfit("there is no count to replace");
    std::size_t end = *names_end;
    if (kind_ == Kind::ObjectCount) {
        from = *names_end;
        const auto objects_end = vuint_end(octets, from);
        if (!objects_end) return misfit("there is no count to replace");
        end = *objects_end;
    }
    return octets.replace(from, end - from, vuint(static_cast<std::uint64_t>(number_)));
}

Result<std::string> apply_edits(std::string octets, const std::vector<std::string>& edits) {
    for (const auto& text : edits) {
        MPY_TRY(const ArtifactEdit edit, ArtifactEdit::parse(text));
        MPY_TRY(octets, edit.apply(std::move(octets)));
    }
    return octets;
}

}  // namespace harness::own
