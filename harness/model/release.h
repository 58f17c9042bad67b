// MicroPython releases and ranges of them: "1.25.0", "1.29.0-preview", ">=1.25, <1.28".
//
// A preview counts as the release that it leads to: 1.29.0-preview has what 1.29 has. That is what rule
// tables want; whoever must tell a preview apart reads `preview`.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace harness {

struct Release {
    int major = 0;
    int minor = 0;
    int micro = 0;
    bool preview = false;

    /// Reads "1.25", "v1.25.0", "1.29.0-preview", "v1.29.0-preview.731.g1c3c201149", and builds of changed
    /// sources: "1.25.0+ds-1", "v1.25.0-dirty", "v1.25.0-3.gc0ffee". Anything else: an error that quotes it.
    [[nodiscard]] static Result<Release> parse(std::string_view text);

    /// "1.25.0", "1.29.0-preview".
    [[nodiscard]] std::string text() const;

    /// By number alone: previews equal their release.
    [[nodiscard]] std::strong_ordering operator<=>(const Release& other) const;
    [[nodiscard]] bool operator==(const Release& other) const { return (*this <=> other) == 0; }
};

/// A set of releases. Empty text: every release.
class ReleaseRange {
  public:
    /// Conditions joined by commas, all of which must hold: `>=1.25`, `>1.25.0`, `<1.29`, `<=1.28.0`,
    /// `==1.25.0`, or a bare `1.25`, which means every 1.25.x (and a bare `1.25.0` that one).
    [[nodiscard]] static Result<ReleaseRange> parse(std::string_view text);

    [[nodiscard]] bool contains(const Release& release) const;
    [[nodiscard]] bool is_everything() const { return conditions_.empty(); }
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    enum class Operator { Less, LessOrEqual, Equal, GreaterOrEqual, Greater, Within };
    struct Condition {
        Operator op = Operator::Equal;
        Release release;
    };
    std::vector<Condition> conditions_;
    std::string text_;
};

}  // namespace harness
