#include "harness/suite/own_template.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <utility>

#include "harness/suite/own_text.h"

namespace harness::own {

namespace {

constexpr std::size_t kMostRungs = 4096;
constexpr std::size_t kLargestExpansion = std::size_t{8} << 20;
constexpr int kDeepestBlocks = 16;

std::optional<std::int64_t> whole_number(std::string_view text) {
    std::int64_t number = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || result.ec != std::errc() || result.ptr != text.data() + text.size())
        return std::nullopt;
    return number;
}

bool is_name(std::string_view text) {
    return !text.empty() && std::isdigit(static_cast<unsigned char>(text.front())) == 0 &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; });
}

// A rung's name is part of a test's id: it has to be safe in a shell and in a file name.
bool is_rung_name(std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '-' || c == '.';
    });
}

// One word, or name="text with blanks"; `rest` moves behind it.
std::string take_item(std::string_view& rest) {
    rest = trim(rest);
    std::string item;
    char quote = 0;
    std::size_t i = 0;
    for (; i < rest.size() && (quote != 0 || rest[i] != ' '); ++i) {
        if (quote == 0 && rest[i] == '"') {
            quote = '"';
        } else if (quote != 0 && rest[i] == quote) {
            quote = 0;
        } else {
            item += rest[i];
        }
    }
    rest.remove_prefix(i);
    return item;
}

}  // namespace

int ExpandedText::origin(int line) const {
    if (lines.empty()) return line;
    const auto index =
        std::clamp<std::size_t>(static_cast<std::size_t>(std::max(line, 1)), 1, lines.size()) - 1;
    return lines[index];
}

Result<Template> Template::parse(std::string_view text, std::string file) {
    Template result;
    result.file_ = std::move(file);
    int number = 0;
    bool in_header = true;
    for (const std::string_view line : split_lines(text)) {
        ++number;
        in_header = in_header && !line.empty() && line.front() == '#';
        const auto pair = in_header ? metadata_pair(line) : std::nullopt;
        if (pair && pair->first == "each") {
            MPY_CHECK_OK(result.read_each(pair->second, number));
        } else if (pair && pair->first == "let") {
            MPY_CHECK_OK(result.read_let(pair->second, number));
        } else if (pair && pair->first == "template") {
            result.is_template_ = true;
        } else if (pair && pair->first == "only") {
            auto condition = Expression::parse(pair->second);
            if (!condition) return configuration_error(condition.error(), result.file_, number);
            result.only_.emplace_back(*std::move(condition), number);
        } else {
            result.lines_.push_back({std::string(line), number});
        }
    }
    result.is_template_ = result.is_template_ || !result.each_.empty();
    if (!result.is_template_ && (!result.lets_.empty() || !result.only_.empty())) {
        return configuration_error(
            "'let' and 'only' belong to a template, which has an 'each' or a 'template' line", result.file_,
            result.lets_.empty() ? result.only_[0].second : result.lets_[0].number);
    }
    MPY_CHECK_OK(result.make_rungs());
    return result;
}

Result<void> Template::read_each(std::string_view value, int line) {
    const auto in = value.find(" in ");
    const std::string name(trim(value.substr(0, in)));
    if (in == std::string_view::npos || !is_name(name)) {
        return configuration_error(fmt::format("expected '# each: NAME in VALUE …', found '{}'", value),
                                   file_, line);
    }
    std::vector<Value> values;
    std::string_view rest = value.substr(in + 4);
    for (std::string item = take_item(rest); !item.empty(); item = take_item(rest)) {
        const auto dots = item.find("..");
        if (const auto number = whole_number(item)) {
            values.push_back(Value::of(*number));
        } else if (const auto first = whole_number(item.substr(0, dots));
                   dots != std::string::npos && first) {
            const auto last = whole_number(item.substr(dots + 2));
            if (!last || *last < *first || static_cast<std::size_t>(*last - *first) >= kMostRungs) {
                return configuration_error(
                    fmt::format("'{}' is not a range FIRST..LAST of at most {} numbers", item, kMostRungs),
                    file_, line);
            }
            for (std::int64_t i = *first; i <= *last; ++i) values.push_back(Value::of(i));
        } else {
            const auto equals = item.find('=');
            std::string word = item.substr(0, equals);
            if (!is_rung_name(word)) {
                return configuration_error(
                    fmt::format(
                        "'{}' cannot be part of a test's name: use letters, digits, '_', '-' and '.', "
                        "and write NAME=TEXT for anything else",
                        word),
                    file_, line);
            }
            std::string inserted = equals == std::string::npos ? word : item.substr(equals + 1);
            values.push_back(Value::named(std::move(word), std::move(inserted)));
        }
    }
    if (values.empty()) return configuration_error(fmt::format("'{}' has no values", name), file_, line);
    for (const auto& [other, unused] : each_) {
        if (other == name) return configuration_error(fmt::format("'{}' is listed twice", name), file_, line);
    }
    each_.emplace_back(name, std::move(values));
    return {};
}

Result<void> Template::read_let(std::string_view value, int line) {
    const auto equals = value.find('=');
    const std::string name(trim(value.substr(0, equals)));
    if (equals == std::string_view::npos || !is_name(name)) {
        return configuration_error(fmt::format("expected '# let: NAME = EXPRESSION', found '{}'", value),
                                   file_, line);
    }
    auto expression = Expression::parse(trim(value.substr(equals + 1)));
    if (!expression) return configuration_error(expression.error(), file_, line);
    lets_.push_back({name, *std::move(expression), line});
    return {};
}

// The first `each` line turns slowest, so rungs come out in the order in which a person would write them.
Result<void> Template::make_rungs() {
    std::size_t total = 1;
    for (const auto& [name, values] : each_) {
        total *= values.size();
        if (total > kMostRungs) {
            return configuration_error(fmt::format("more than {} combinations of values", kMostRungs), file_,
                                       1);
        }
    }
    for (std::size_t index = 0; index < total; ++index) {
        Rung rung;
        std::size_t left = total;
        std::size_t rest = index;
        for (const auto& [name, values] : each_) {
            left /= values.size();
            const Value& value = values[rest / left];
            rest %= left;
            rung.name += fmt::format("{}{}={}", rung.name.empty() ? "" : ",", name,
                                     value.kind == Value::Kind::Number ? value.to_text() : value.name);
            rung.values.emplace(name, value);
        }
        const Lookup lookup = [&](std::string_view name) -> std::optional<Value> {
            const auto found = rung.values.find(name);
            return found == rung.values.end() ? std::nullopt : std::optional(found->second);
        };
        for (const auto& let : lets_) {
            auto value = let.expression.evaluate(lookup);
            if (!value)
                return configuration_error(fmt::format("{} (rung {})", value.error(), rung.name), file_,
                                           let.number);
            if (!rung.values.emplace(let.name, *std::move(value)).second) {
                return configuration_error(fmt::format("'{}' already has a value", let.name), file_,
                                           let.number);
            }
        }
        bool wanted = true;
        for (const auto& [condition, line] : only_) {
            const auto value = condition.evaluate(lookup);
            if (!value)
                return configuration_error(fmt::format("{} (rung {})", value.error(), rung.name), file_,
                                           line);
            wanted = wanted && value->truth();
        }
        if (!wanted) continue;
        if (std::any_of(rungs_.begin(), rungs_.end(),
                        [&](const Rung& other) { return other.name == rung.name; })) {
            return configuration_error(fmt::format("the rung '{}' comes out twice", rung.name), file_, 1);
        }
        rungs_.push_back(std::move(rung));
    }
    if (rungs_.empty()) return configuration_error("no combination of values is left by 'only'", file_, 1);
    return {};
}

// Walks the lines once; blocks recurse on line ranges.
class Template::Expansion {
  public:
    Expansion(const Template& owner, const Rung& rung) : owner_(owner), rung_(rung) {}

    Result<ExpandedText> run() {
        MPY_CHECK_OK(block(0, owner_.lines_.size(), 0));
        return std::move(out_);
    }

  private:
    struct Directive {
        std::string_view word;
        std::string_view rest;
    };

    static std::optional<Directive> directive(std::string_view line) {
        const std::string_view text = trim(line);
        if (text.substr(0, 2) != "#%") return std::nullopt;
        const std::string_view body = trim(text.substr(2));
        const auto blank = std::min(body.find(' '), body.size());
        return Directive{body.substr(0, blank), trim(body.substr(blank))};
    }

    [[nodiscard]] Error error(std::size_t index, const std::string& message) const {
        return configuration_error(fmt::format("{} (rung {})", message, rung_.name), owner_.file_,
                                   owner_.lines_[index].number);
    }

    Lookup lookup() const {
        return [this](std::string_view name) -> std::optional<Value> {
            for (auto bound = loop_.rbegin(); bound != loop_.rend(); ++bound) {
                if (bound->first == name) return bound->second;
            }
            const auto found = rung_.values.find(name);
            return found == rung_.values.end() ? std::nullopt : std::optional(found->second);
        };
    }

    Result<Value> evaluate(std::size_t index, std::string_view text) {
        auto expression = owner_.expressions_.find(text);
        if (expression == owner_.expressions_.end()) {
            auto parsed = Expression::parse(text);
            if (!parsed) return error(index, parsed.error());
            expression = owner_.expressions_.emplace(std::string(text), *std::move(parsed)).first;
        }
        auto value = expression->second.evaluate(lookup());
        if (!value) return error(index, value.error());
        return *std::move(value);
    }

    // The branches of the directive at `from`: the indices of the directive itself, of its elif and else
    // lines, and of its end.
    Result<std::vector<std::size_t>> branches(std::size_t from, std::size_t to) {
        int depth = 0;
        std::vector<std::size_t> found_at = {from};
        for (std::size_t i = from + 1; i < to; ++i) {
            const auto found = directive(owner_.lines_[i].text);
            if (!found) continue;
            if (found->word == "for" || found->word == "if") {
                ++depth;
            } else if ((found->word == "elif" || found->word == "else") && depth == 0) {
                found_at.push_back(i);
            } else if (found->word == "end" && depth-- == 0) {
                found_at.push_back(i);
                return found_at;
            }
        }
        return error(from, "'#% for' or '#% if' without '#% end'");
    }

    Result<void> choice(const std::vector<std::size_t>& at, int depth) {
        for (std::size_t i = 0; i + 1 < at.size(); ++i) {
            const auto head = *directive(owner_.lines_[at[i]].text);
            if (head.word == "else") return block(at[i] + 1, at[i + 1], depth + 1);
            MPY_TRY(const Value condition, evaluate(at[i], head.rest));
            if (condition.truth()) return block(at[i] + 1, at[i + 1], depth + 1);
        }
        return {};
    }

    Result<void> block(std::size_t from, std::size_t to, int depth) {
        if (depth > kDeepestBlocks) return error(from, "blocks are nested too deeply");
        for (std::size_t i = from; i < to; ++i) {
            const auto found = directive(owner_.lines_[i].text);
            if (!found) {
                MPY_CHECK_OK(line(i));
                continue;
            }
            if (found->word != "for" && found->word != "if") {
                return error(
                    i, fmt::format("unexpected '#% {}'; there are for, if, elif, else and end", found->word));
            }
            MPY_TRY(const auto at, branches(i, to));
            if (found->word == "if") {
                MPY_CHECK_OK(choice(at, depth));
            } else {
                if (at.size() != 2) return error(at[1], "'#% for' has no other branch");
                MPY_CHECK_OK(loop(i, at.back(), found->rest, depth));
            }
            i = at.back();
        }
        return {};
    }

    Result<void> loop(std::size_t from, std::size_t end, std::string_view head, int depth) {
        const auto in = head.find(" in range(");
        const std::string name(trim(head.substr(0, std::min(in, head.size()))));
        if (in == std::string_view::npos || head.back() != ')' || !is_name(name)) {
            return error(from, "expected '#% for NAME in range(FROM, TO)'");
        }
        // A join over the same range gives the numbers, so that there is one meaning of range().
        const std::string arguments(head.substr(in + 10, head.size() - in - 11));
        MPY_TRY(
            const Value numbers,
            evaluate(from, fmt::format("\" \".join(\"{{{0}}}\" for {0} in range({1}))", name, arguments)));
        std::string_view rest = numbers.text;
        for (std::string item = take_item(rest); !item.empty(); item = take_item(rest)) {
            loop_.emplace_back(name, Value::of(*whole_number(item)));
            auto body = block(from + 1, end, depth + 1);
            loop_.pop_back();
            MPY_CHECK_OK(std::move(body));
        }
        return {};
    }

    Result<void> line(std::size_t index) {
        std::string_view rest = owner_.lines_[index].text;
        std::string text;
        for (auto open = rest.find("{{"); open != std::string_view::npos; open = rest.find("{{")) {
            const auto close = closing(rest, open + 2);
            if (close == std::string_view::npos) return error(index, "'{{' without '}}'");
            MPY_TRY(const Value value, evaluate(index, trim(rest.substr(open + 2, close - open - 2))));
            text.append(rest.substr(0, open));
            text += value.to_text();
            rest.remove_prefix(close + 2);
        }
        text.append(rest);
        if (out_.text.size() + text.size() > kLargestExpansion)
            return error(index, "the expanded text is too long");
        // A value may bring line ends of its own: all of them come from this line.
        out_.lines.insert(out_.lines.end(),
                          static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) + 1,
                          owner_.lines_[index].number);
        out_.text += text;
        out_.text += '\n';
        return {};
    }

    // The "}}" behind `from`, quoted texts skipped.
    static std::size_t closing(std::string_view text, std::size_t from) {
        char quote = 0;
        for (std::size_t i = from; i < text.size(); ++i) {
            if (quote != 0) {
                if (text[i] == '\\') {
                    ++i;
                } else if (text[i] == quote) {
                    quote = 0;
                }
            } else if (text[i] == '"' || text[i] == '\'') {
                quote = text[i];
            } else if (text.substr(i, 2) == "}}") {
                return i;
            }
        }
        return std::string_view::npos;
    }

    const Template& owner_;
    const Rung& rung_;
    ExpandedText out_;
    std::vector<std::pair<std::string, Value>> loop_;
};

Result<ExpandedText> Template::expand(const Rung& rung) const {
    if (!is_template_) {
        ExpandedText plain;
        for (const auto& line : lines_) {
            plain.text += line.text;
            plain.text += '\n';
            plain.lines.push_back(line.number);
        }
        return plain;
    }
    return Expansion(*this, rung).run();
}

}  // namespace harness::own
