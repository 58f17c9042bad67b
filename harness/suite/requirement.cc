#include "harness/suite/requirement.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "harness/model/features.h"
#include "harness/suite/requirement_facts.h"

namespace harness {

enum class Comparison { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual, In, NotIn };

struct Requirement::Node {
    enum class Kind { And, Or, Not, Name, Compare };
    Kind kind = Kind::Name;
    std::vector<std::shared_ptr<const Node>> children;  ///< And, Or, Not
    std::string name;                                   ///< Name, Compare
    Comparison comparison = Comparison::Equal;
    std::vector<FactValue> values;  ///< Compare: one, or the list of In and NotIn
    std::string text;               ///< as the person wrote it
};

namespace {

using Node = Requirement::Node;
using NodePointer = std::shared_ptr<const Node>;

/// Nesting that no person writes; keeps a hostile text from exhausting the stack.
constexpr int kDeepestNesting = 100;

struct Token {
    enum class Kind { Word, Text, Sign, End };
    Kind kind = Kind::End;
    std::string_view text;  ///< without quotes
    std::size_t begin = 0;
    std::size_t end = 0;
};

bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}

class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text) {}

    Result<NodePointer> parse() {
        MPY_CHECK_OK(advance());
        if (token_.kind == Token::Kind::End) return NodePointer();
        MPY_TRY(NodePointer root, expression(0));
        if (token_.kind != Token::Kind::End)
            return wrong(fmt::format("found '{}', expected 'and', 'or' or the end", shown(token_)));
        return root;
    }

  private:
    Result<NodePointer> expression(int depth) { return chain(Node::Kind::Or, "or", depth); }

    Result<NodePointer> chain(Node::Kind kind, std::string_view joint, int depth) {
        const std::size_t begin = token_.begin;
        std::vector<NodePointer> parts;
        while (true) {
            MPY_TRY(NodePointer part,
                    kind == Node::Kind::Or ? chain(Node::Kind::And, "and", depth) : negation(depth));
            parts.push_back(std::move(part));
            if (!at_word(joint)) break;
            MPY_CHECK_OK(advance());
        }
        if (parts.size() == 1) return std::move(parts.front());
        Node node;
        node.kind = kind;
        node.children = std::move(parts);
        node.text = written_since(begin);
        return std::make_shared<const Node>(std::move(node));
    }

    Result<NodePointer> negation(int depth) {
        if (depth > kDeepestNesting) return wrong("nested too deeply");
        if (!at_word("not")) return term(depth);
        const std::size_t begin = token_.begin;
        MPY_CHECK_OK(advance());
        MPY_TRY(NodePointer child, negation(depth + 1));
        Node node;
        node.kind = Node::Kind::Not;
        node.children = {std::move(child)};
        node.text = written_since(begin);
        return std::make_shared<const Node>(std::move(node));
    }

    Result<NodePointer> term(int depth) {
        if (at_sign("(")) {
            MPY_CHECK_OK(advance());
            MPY_TRY(NodePointer inner, expression(depth + 1));
            MPY_CHECK_OK(expect_sign(")"));
            return inner;
        }
        if (token_.kind != Token::Kind::Word || is_keyword(token_.text))
            return wrong(fmt::format("found '{}', expected a name, 'not' or '('", shown(token_)));
        Node node;
        node.kind = Node::Kind::Name;
        node.name = token_.text;
        const std::size_t begin = token_.begin;
        const Fact* fact = find_fact(node.name);
        const bool feature = find_feature(node.name) != nullptr || is_inline_asm_feature(node.name);
        if (!fact && !feature) return wrong(unknown_name(node.name));
        MPY_CHECK_OK(advance());
        MPY_CHECK_OK(comparison(node, fact));
        node.text = written_since(begin);
        return std::make_shared<const Node>(std::move(node));
    }

    /// The operator and the values after a name, if there are any.
    Result<void> comparison(Node& node, const Fact* fact) {
        static constexpr std::array<std::pair<std::string_view, Comparison>, 6> kSigns{{
            {"==", Comparison::Equal},
            {"!=", Comparison::NotEqual},
            {"<", Comparison::Less},
            {"<=", Comparison::LessOrEqual},
            {">", Comparison::Greater},
            {">=", Comparison::GreaterOrEqual},
        }};
        const auto sign = std::ranges::find_if(kSigns, [&](const auto& row) { return at_sign(row.first); });
        const bool negated = at_word("not");
        if (sign == kSigns.end() && !negated && !at_word("in")) return {};
        if (!fact || fact->kind == FactKind::Flag)
            return wrong(fmt::format("'{}' is there or not, it has no value to compare", node.name));
        node.kind = Node::Kind::Compare;
        if (sign != kSigns.end()) {
            node.comparison = sign->second;
            const bool orders =
                node.comparison != Comparison::Equal && node.comparison != Comparison::NotEqual;
            if (orders && fact->kind == FactKind::Word)
                return wrong(
                    fmt::format("'{}' is a word, which has no order: use ==, != or in (…)", node.name));
            MPY_CHECK_OK(advance());
            return value(node, *fact);
        }
        node.comparison = negated ? Comparison::NotIn : Comparison::In;
        if (negated) MPY_CHECK_OK(advance());
        if (!at_word("in")) return wrong(fmt::format("found '{}', expected 'in' after 'not'", shown(token_)));
        MPY_CHECK_OK(advance());
        MPY_CHECK_OK(expect_sign("("));
        while (true) {
            MPY_CHECK_OK(value(node, *fact));
            if (!at_sign(",")) return expect_sign(")");
            MPY_CHECK_OK(advance());
        }
    }

    Result<void> value(Node& node, const Fact& fact) {
        if (token_.kind != Token::Kind::Word && token_.kind != Token::Kind::Text)
            return wrong(fmt::format("found '{}', expected a value", shown(token_)));
        const std::string_view text = token_.text;
        if (fact.kind == FactKind::Number) {
            long number = 0;
            const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
            if (error != std::errc{} || end != text.data() + text.size())
                return wrong(fmt::format("'{}' is compared with a number, found '{}'", node.name, text));
            node.values.emplace_back(number);
        } else if (fact.kind == FactKind::Release) {
            const auto release = Release::parse(text);
            if (!release)
                return wrong(
                    fmt::format("'{}' is compared with a release such as 1.26, found '{}'", node.name, text));
            node.values.emplace_back(*release);
        } else {
            if (!fact.words.empty() && !listed(fact.words, text))
                return wrong(fmt::format("'{}' is never '{}': it is one of {}", node.name, text, fact.words));
            node.values.emplace_back(std::string(text));
        }
        return advance();
    }

    Result<void> advance() {
        last_end_ = token_.end;
        std::size_t at = last_end_;
        while (at < text_.size() &&
               (text_[at] == ' ' || text_[at] == '\t' || text_[at] == '\n' || text_[at] == '\r'))
            ++at;
        token_ = {Token::Kind::End, {}, at, at};
        if (at == text_.size()) return {};
        const char c = text_[at];
        std::size_t end = at + 1;
        if (c == '"') {
            const auto closing = text_.find('"', end);
            if (closing == std::string_view::npos)
                return wrong("the text that starts here has no closing quote");
            token_ = {Token::Kind::Text, text_.substr(end, closing - end), at, closing + 1};
            return {};
        }
        if (is_word_character(c)) {
            while (end < text_.size() && is_word_character(text_[end])) ++end;
            token_ = {Token::Kind::Word, text_.substr(at, end - at), at, end};
            return {};
        }
        if (std::string_view("=!<>").find(c) != std::string_view::npos) {
            if (end < text_.size() && text_[end] == '=') ++end;
        } else if (std::string_view("(),").find(c) == std::string_view::npos) {
            return wrong(fmt::format("found '{}', which has no meaning here", c));
        }
        token_ = {Token::Kind::Sign, text_.substr(at, end - at), at, end};
        if (token_.text == "=" || token_.text == "!")
            return wrong(fmt::format("found '{}', write '{}='", c, c));
        return {};
    }

    Result<void> expect_sign(std::string_view sign) {
        if (!at_sign(sign)) return wrong(fmt::format("found '{}', expected '{}'", shown(token_), sign));
        return advance();
    }

    [[nodiscard]] bool at_word(std::string_view text) const {
        return token_.kind == Token::Kind::Word && token_.text == text;
    }
    [[nodiscard]] bool at_sign(std::string_view text) const {
        return token_.kind == Token::Kind::Sign && token_.text == text;
    }
    static bool is_keyword(std::string_view text) {
        return text == "and" || text == "or" || text == "not" || text == "in";
    }
    static std::string_view shown(const Token& token) {
        return token.kind == Token::Kind::End ? "the end" : token.text;
    }
    static bool listed(std::string_view words, std::string_view text) {
        while (!words.empty()) {
            const auto space = words.find(' ');
            if (words.substr(0, space) == text) return true;
            if (space == std::string_view::npos) return false;
            words.remove_prefix(space + 1);
        }
        return false;
    }
    [[nodiscard]] std::string written_since(std::size_t begin) const {
        return std::string(text_.substr(begin, last_end_ - begin));
    }
    static std::string unknown_name(std::string_view name) {
        std::vector<std::string_view> known;
        for (const Fact& row : facts()) known.push_back(row.name);
        for (const Feature& row : kFeatures) known.push_back(row.name);
        for (const auto* row : {"thumb2", "vfp", "windowed", "zba", "zcmp"}) known.emplace_back(row);
        std::ranges::sort(known);
        return fmt::format("'{}' is no feature or fact that is known. Known are: {}", name,
                           fmt::join(known, ", "));
    }
    [[nodiscard]] Error wrong(std::string message) const {
        return configuration_error(fmt::format("column {}: {}", token_.begin + 1, message));
    }

    std::string_view text_;
    Token token_;
    std::size_t last_end_ = 0;
};

bool equal(const FactValue& found, const FactValue& value) {
    return found == value;
}

/// Numbers and releases only; a release that is not known is in no order with any.
template <class Order>
bool ordered(const FactValue& found, const FactValue& value, Order order) {
    if (found.index() != value.index()) return false;
    if (const auto* number = std::get_if<long>(&found)) return order(*number <=> std::get<long>(value));
    if (const auto* release = std::get_if<Release>(&found))
        return order(*release <=> std::get<Release>(value));
    return false;
}

bool compare(const Node& node, const RequirementScope& scope) {
    const FactValue found = fact_value(node.name, scope);
    const FactValue& first = node.values.front();
    const auto is_found = [&](const FactValue& value) { return equal(found, value); };
    switch (node.comparison) {
        case Comparison::Equal:
            return equal(found, first);
        case Comparison::NotEqual:
            return !equal(found, first);
        case Comparison::Less:
            return ordered(found, first, [](auto order) { return order < 0; });
        case Comparison::LessOrEqual:
            return ordered(found, first, [](auto order) { return order <= 0; });
        case Comparison::Greater:
            return ordered(found, first, [](auto order) { return order > 0; });
        case Comparison::GreaterOrEqual:
            return ordered(found, first, [](auto order) { return order >= 0; });
        case Comparison::In:
            return std::ranges::any_of(node.values, is_found);
        case Comparison::NotIn:
            return std::ranges::none_of(node.values, is_found);
    }
    return false;
}

bool node_holds(const Node& node, const RequirementScope& scope) {
    const auto holds = [&](const NodePointer& child) { return node_holds(*child, scope); };
    switch (node.kind) {
        case Node::Kind::And:
            return std::ranges::all_of(node.children, holds);
        case Node::Kind::Or:
            return std::ranges::any_of(node.children, holds);
        case Node::Kind::Not:
            return !node_holds(*node.children.front(), scope);
        case Node::Kind::Name:
            return name_holds(node.name, scope);
        case Node::Kind::Compare:
            return compare(node, scope);
    }
    return false;
}

std::string unmet_text(const Node& node, const RequirementScope& scope) {
    if (node.kind == Node::Kind::And)
        for (const NodePointer& child : node.children)
            if (!node_holds(*child, scope)) return unmet_text(*child, scope);
    if (node.kind == Node::Kind::Compare)
        return fmt::format("{}, which is {} here", node.text, fact_text(node.name, scope));
    return node.text;
}

}  // namespace

Result<Requirement> Requirement::parse(std::string_view text) {
    Requirement requirement;
    requirement.text_ = text;
    MPY_TRY(requirement.root_, Parser(requirement.text_).parse());
    return requirement;
}

bool Requirement::holds(const RequirementScope& scope) const {
    return !root_ || node_holds(*root_, scope);
}

std::optional<std::string> Requirement::unmet(const RequirementScope& scope) const {
    if (holds(scope)) return std::nullopt;
    return unmet_text(*root_, scope);
}

}  // namespace harness
