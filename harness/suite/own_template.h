// Templates of our suites: one readable file that stands for a ladder or a cross product of tests.
//
// A file with at least one `# each:` (or a `# template:`) line in its header is a template; every combination
// of values is a rung:
//
//   # each: n in 1 2 127..129            whole numbers; a..b includes both ends
//   # each: op in add=+ sub=- "is"=is    words with the text that {{op}} inserts (name=text, or name alone)
//   # only: n < 3 or op == add           leaves out the combinations for which it is false
//   # let: last = n - 1                  a name for an expression
//   # template: one                      a template of one test, whose id has no rung
//
// In the rest of the file, header included: {{expression}} inserts a value; `#% for i in range(a, b)`, `#% if
// e`,
// `#% elif e`, `#% else`, `#% end`, alone on their lines, repeat or choose lines. The language is that of
// own_expression.h. Expansion is deterministic and keeps, for each line that comes out, the line it comes
// from.
//
// Not here: what the header's other lines mean (own_program.h).
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/suite/own_expression.h"

namespace harness::own {

/// One combination of a template's values.
struct Rung {
    /// "n=128,op=add": what stands after '@' in the test's id. Empty for a file that is no template.
    std::string name;
    std::map<std::string, Value, std::less<>> values;
};

/// A text with the template line behind each of its lines (1-based).
struct ExpandedText {
    std::string text;
    std::vector<int> lines;

    /// The template line of line `line` (1-based) of `text`.
    [[nodiscard]] int origin(int line) const;
};

/// A parsed template, or an ordinary file, which has one nameless rung and comes out as it is.
class Template {
  public:
    /// `file` is only used in errors.
    [[nodiscard]] static Result<Template> parse(std::string_view text, std::string file);

    [[nodiscard]] const std::vector<Rung>& rungs() const { return rungs_; }
    [[nodiscard]] bool is_template() const { return is_template_; }
    [[nodiscard]] Result<ExpandedText> expand(const Rung& rung) const;

  private:
    struct Line {
        std::string text;
        int number = 0;
    };
    struct Let {
        std::string name;
        Expression expression;
        int number = 0;
    };
    class Expansion;

    Result<void> read_each(std::string_view value, int line);
    Result<void> read_let(std::string_view value, int line);
    Result<void> make_rungs();

    std::string file_;
    bool is_template_ = false;
    std::vector<Line> lines_;
    std::vector<std::pair<std::string, std::vector<Value>>> each_;
    std::vector<Let> lets_;
    std::vector<std::pair<Expression, int>> only_;
    std::vector<Rung> rungs_;
    // Parsed once, used by every rung; filled while expanding.
    mutable std::map<std::string, Expression, std::less<>> expressions_;
};

}  // namespace harness::own
