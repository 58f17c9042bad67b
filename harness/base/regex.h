// Regular expressions with the meaning that Python gives them on octets: `.` is everything but LF, `\d` is
// ASCII, `$` is the end or just before a final LF. PCRE2 (newline = LF, no UTF mode) has exactly that; the
// standard library and ECMAScript engines do not (`.` excludes CR there, `$` is the very end).
#pragma once

#include <memory>
#include <string_view>

#include "harness/base/result.h"

namespace harness {

class Regex {
  public:
    /// The error's message quotes the expression and the place of the mistake in it.
    [[nodiscard]] static Result<Regex> compile(std::string_view expression);

    /// Found anywhere in the text. An expression whose search exceeds PCRE2's own step limit is an error:
    /// neither yes nor no is known.
    [[nodiscard]] Result<bool> search(std::string_view text) const;
    /// Matches from the first octet on, not necessarily to the end.
    [[nodiscard]] Result<bool> matches_start(std::string_view text) const;

  private:
    explicit Regex(std::shared_ptr<const void> code) : code_(std::move(code)) {}
    [[nodiscard]] Result<bool> run(std::string_view text, unsigned options) const;
    std::shared_ptr<const void> code_;
};

}  // namespace harness
