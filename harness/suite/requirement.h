// Requirement expressions: what a test needs of a job and its target, as a boolean expression over facts.
//
//   float and arch in (x64, x86) and not unicode
//   float_bits >= 64 or release >= 1.26
//   platform not in (linux, darwin) and emitter == native
//
//   expression  = conjunction ("or" conjunction)*
//   conjunction = negation ("and" negation)*
//   negation    = "not" negation | term
//   term        = "(" expression ")" | name | name operator value | name ["not"] "in" "(" value ("," value)*
//   ")" operator    = "==" | "!=" | "<" | "<=" | ">" | ">=" value       = word | number | release | "text in
//   double quotes"
//
// A name is a feature (harness/model/features.h), a capability of the inline assembler (thumb2, vfp,
// windowed, zba, zcmp), or one of the facts in kFacts. A name alone holds when the feature is there, the
// number is not zero, the word is not empty. Names that nobody knows, and words that a fact with a closed
// list can never have, are refused when the text is parsed, with the column.
//
// Not here: which tests have which requirement (stock_rules.toml, the metadata of suites/,
// known-failures.toml).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/release.h"
#include "harness/model/target.h"
#include "harness/model/words.h"

namespace harness {

/// The facts that are not features. Words marked closed may only be compared with the listed words.
enum class FactKind { Word, Number, Release, Flag };
struct Fact {
    std::string_view name;
    FactKind kind;
    std::string_view about;
    /// Closed list of words, separated by one space; empty = any word.
    std::string_view words;
};
/// Every fact, in the order in which docs and messages list them.
[[nodiscard]] const std::vector<Fact>& facts();

/// What an expression is evaluated against. All of it is borrowed: it must outlive the call.
struct RequirementScope {
    const Capabilities& target;
    Mode mode = Mode::Mpy;
    Emitter emitter = Emitter::Bytecode;
    /// Arch that the artifact is compiled for; empty: `arch` is the target's own.
    std::string_view arch = {};
    /// Release of the compiler that makes the artifact; empty in source mode: then the target's own.
    std::string_view compiler_release = {};
    /// Environment variables that rules may look at, by name (`env_GITHUB_ACTIONS`); null = none are set.
    const std::map<std::string, std::string>* environment = nullptr;
};

/// A parsed expression; immutable and cheap to copy. A default-made one has no need and always holds.
class Requirement {
  public:
    Requirement() = default;

    /// Parses all of `text`; blank text holds always. An error's message starts with "column N: " (1-based)
    /// and carries no place: the caller knows file and line.
    [[nodiscard]] static Result<Requirement> parse(std::string_view text);

    [[nodiscard]] bool holds(const RequirementScope& scope) const;

    /// Nothing when it holds; else the smallest part that does not, with what was found:
    /// "float", "arch in (x64, x86), which is armv6 here", "not unicode". Completes "needs ".
    [[nodiscard]] std::optional<std::string> unmet(const RequirementScope& scope) const;

    [[nodiscard]] bool is_empty() const { return root_ == nullptr; }
    [[nodiscard]] const std::string& text() const { return text_; }

    struct Node;

  private:
    std::shared_ptr<const Node> root_;
    std::string text_;
};

/// The value of a fact in words, for messages: "armv6", "32", "none" for an empty word. `name` must be one of
/// facts().
[[nodiscard]] std::string fact_text(std::string_view name, const RequirementScope& scope);

}  // namespace harness
