// Named changes to a compiled artifact: how suites/malformed/ makes damaged and mismatched files.
//
//   truncate N            keeps the first N octets; -N drops the last N
//   set OFFSET HEX…       overwrites octets: set 0 4d 06
//   xor OFFSET HEX        flips bits of one octet
//   insert OFFSET HEX…    moves the rest back
//   delete OFFSET N       removes N octets
//   append HEX…           octets behind the end
//   replace HEX with HEX  the one occurrence of an octet sequence; none or several is an error (lengths may
//   differ) version N             octet 1 sub-version N         bits 1..0 of the feature octet arch NAME|N
//   bits 5..2 of the feature octet, numbers 0..15 feature-bit N 0|1     one bit of the feature octet, 6 or 7
//   arch-flags N          sets feature bit 6 and inserts the vuint behind the header
//   small-int-bits N      octet 3
//   qstr-count N          replaces the vuint that counts the names; object-count N, the one that counts the
//   objects
//
// Offsets and counts are decimal or 0x…; a negative offset counts from the end.
// Source of the header's layout: docs of the .mpy format, section 3 (header) and 4 (tables).
// Not a writer of artifacts: mpy/ has that. Pure: octets in, octets out.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace harness::own {

/// One parsed change.
class ArtifactEdit {
  public:
    [[nodiscard]] static Result<ArtifactEdit> parse(std::string_view text);

    /// The changed octets. An edit that does not fit the artifact (an offset behind its end, a sequence that
    /// is not there) is an error, so that a test never runs with an artifact that is not damaged as it says.
    [[nodiscard]] Result<std::string> apply(std::string octets) const;

    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    enum class Kind {
        Truncate,
        Set,
        Xor,
        Insert,
        Delete,
        Append,
        Replace,
        Version,
        SubVersion,
        Arch,
        FeatureBit,
        ArchFlags,
        SmallIntBits,
        QstrCount,
        ObjectCount,
    };

    [[nodiscard]] Error misfit(const std::string& why) const;
    [[nodiscard]] Result<std::size_t> place(std::size_t size, std::size_t extent) const;
    [[nodiscard]] Result<std::string> apply_header(std::string octets) const;
    [[nodiscard]] Result<std::string> apply_count(std::string octets) const;

    Kind kind_ = Kind::Truncate;
    std::int64_t number_ = 0;
    std::int64_t second_ = 0;
    std::string octets_;
    std::string replacement_;
    std::string text_;
};

/// All edits of a helper, in order.
[[nodiscard]] Result<std::string> apply_edits(std::string octets, const std::vector<std::string>& edits);

}  // namespace harness::own
