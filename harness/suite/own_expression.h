// The arithmetic of templates: what stands in {{…}} and behind `#% if`. Requirements are another language,
// over facts of a target (requirement.h).
//
// Not Python: whole numbers, texts and truth values only, no side effects, no loops but `join` over a range.
//
//   expression  a if c else b   or   and   not   == != < <= > >= in (…)   + -   * // %   **   - (sign)
//   atoms       12   1.26   "text"   name   (e)   min(a, b) max(a, b) len(t) chr(n) hex(n)
//               name(v): the name of a value that inserts another text
//   join        "separator".join("item {i} of {n}" for i in range(a, b))
//
// A bare word on the right of a comparison that no scope binds stands for itself: `arch == x64`. Anywhere
// else an unknown name is an error. Texts made of digits and dots compare as versions: 1.9 < 1.26.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

namespace harness::own {

/// A whole number or a text. A text may carry a name of its own (`add=+`: name "add", text "+"); comparisons
/// use the name, substitution uses the text.
struct Value {
    enum class Kind { Number, Text };

    Kind kind = Kind::Number;
    std::int64_t number = 0;
    std::string text;
    std::string name;

    static Value of(std::int64_t number);
    static Value of(bool truth) { return of(std::int64_t{truth ? 1 : 0}); }
    static Value of(std::string text);
    static Value of(const char* text) { return of(std::string(text)); }
    static Value named(std::string name, std::string text);

    /// False: 0, an empty text and the word "none".
    bool truth() const;
    /// What substitution inserts.
    std::string to_text() const;
};

/// Finds the value of a name, or nothing when the name is not bound.
using Lookup = std::function<std::optional<Value>(std::string_view)>;

struct ExpressionNode;

/// A parsed expression; cheap to copy, immutable.
class Expression {
  public:
    /// Parses all of `text`. Errors carry no file or line: the caller knows where the text stands.
    static boost::system::result<Expression, std::string> parse(std::string_view text);

    /// Evaluates; the error is a sentence without a place.
    boost::system::result<Value, std::string> evaluate(const Lookup& lookup) const;

    /// Names that have to be bound by the scope (join variables and words that may stand for themselves left
    /// out).
    std::vector<std::string> names() const;

    const std::string& text() const { return text_; }

  private:
    std::string text_;
    std::shared_ptr<const ExpressionNode> root_;
};

}  // namespace harness::own
