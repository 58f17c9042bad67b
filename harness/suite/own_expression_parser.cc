// Recursive descent over the grammar at the top of own_expression.h.
#include <fmt/format.h>

#include <array>
#include <cctype>
#include <charconv>
#include <optional>
#include <utility>

#include "harness/suite/own_expression_node.h"

namespace harness::own {

namespace {

using NodeResult = boost::system::result<NodePointer, std::string>;

// Deep enough for any expression a person writes; bounds the recursion for hostile input.
constexpr int kDeepestNesting = 64;

NodePointer make(NodeKind kind, std::string text, std::vector<NodePointer> children) {
    auto node = std::make_shared<ExpressionNode>();
    node->kind = kind;
    node->text = std::move(text);
    node->children = std::move(children);
    return node;
}

NodePointer make_literal(Value value) {
    auto node = std::make_shared<ExpressionNode>();
    node->value = std::move(value);
    return node;
}

bool is_word_start(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
}
bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

class Parser {
  public:
    explicit Parser(std::string_view text) : text_(text) {}

    NodeResult all() {
        auto node = expression(false);
        if (!node) {
            return node;
        }
        skip_blanks();
        if (at_ != text_.size()) {
            return fmt::format("unexpected '{}' in '{}'", text_.substr(at_), text_);
        }
        return node;
    }

  private:
    void skip_blanks() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) {
            ++at_;
        }
    }

    std::string_view peek_word() {
        skip_blanks();
        if (at_ >= text_.size() || !is_word_start(text_[at_])) {
            return {};
        }
        std::size_t end = at_;
        while (end < text_.size() && is_word(text_[end])) {
            ++end;
        }
        return text_.substr(at_, end - at_);
    }

    bool take_word(std::string_view word) {
        if (peek_word() != word) {
            return false;
        }
        at_ += word.size();
        return true;
    }

    bool take(std::string_view symbol) {
        skip_blanks();
        if (text_.substr(at_, symbol.size()) != symbol) {
            return false;
        }
        at_ += symbol.size();
        return true;
    }

    std::string expected(std::string_view what) {
        skip_blanks();
        const auto rest = text_.substr(at_);
        return fmt::format("expected {} {} in '{}'", what,
                           rest.empty() ? std::string("at the end") : fmt::format("before '{}'", rest),
                           text_);
    }

    std::string not_closed() { return fmt::format("the text {} is not closed", text_.substr(at_)); }

    NodeResult expression(bool right_side) {
        if (++depth_ > kDeepestNesting) {
            return std::string("the expression is nested too deeply");
        }
        auto result = conditional(right_side);
        --depth_;
        return result;
    }

    NodeResult conditional(bool right_side) {
        auto value = either(right_side);
        if (!value || !take_word("if")) {
            return value;
        }
        auto condition = either(false);
        if (!condition) {
            return condition;
        }
        if (!take_word("else")) {
            return expected("'else'");
        }
        auto otherwise = expression(right_side);
        if (!otherwise) {
            return otherwise;
        }
        return make(NodeKind::Conditional, "", {*condition, *value, *otherwise});
    }

    NodeResult either(bool right_side) {
        auto left = both(right_side);
        while (left && take_word("or")) {
            auto right = both(false);
            if (!right) {
                return right;
            }
            left = make(NodeKind::Or, "", {*left, *right});
        }
        return left;
    }

    NodeResult both(bool right_side) {
        auto left = negation(right_side);
        while (left && take_word("and")) {
            auto right = negation(false);
            if (!right) {
                return right;
            }
            left = make(NodeKind::And, "", {*left, *right});
        }
        return left;
    }

    NodeResult negation(bool right_side) {
        if (take_word("not")) {
            if (++depth_ > kDeepestNesting) {
                return std::string("the expression is nested too deeply");
            }
            auto operand = negation(false);
            --depth_;
            return operand ? NodeResult(make(NodeKind::Not, "", {*operand})) : operand;
        }
        return comparison(right_side);
    }

    NodeResult comparison(bool right_side) {
        auto left = sum(right_side);
        if (!left) {
            return left;
        }
        for (const std::string_view op : {"==", "!=", "<=", ">=", "<", ">"}) {
            if (take(op)) {
                auto right = sum(true);
                return right ? NodeResult(make(NodeKind::Compare, std::string(op), {*left, *right})) : right;
            }
        }
        const bool inverted = take_word("not");
        if (take_word("in")) {
            return membership(*left, inverted ? NodeKind::NotIn : NodeKind::In);
        }
        return inverted ? NodeResult(expected("'in' after 'not'")) : left;
    }

    NodeResult membership(NodePointer left, NodeKind kind) {
        if (!take("(")) {
            return expected("'('");
        }
        std::vector<NodePointer> children = {std::move(left)};
        while (!take(")")) {
            auto item = expression(true);
            if (!item) {
                return item;
            }
            children.push_back(*item);
            if (take(")")) {
                break;
            }
            if (!take(",")) {
                return expected("',' or ')'");
            }
        }
        return make(kind, "", std::move(children));
    }

    NodeResult sum(bool right_side) {
        auto left = product(right_side);
        while (left) {
            std::string op = take("+") ? "+" : (take("-") ? "-" : "");
            if (op.empty()) {
                break;
            }
            auto right = product(right_side);
            if (!right) {
                return right;
            }
            left = make(NodeKind::Arithmetic, std::move(op), {*left, *right});
        }
        return left;
    }

    NodeResult product(bool right_side) {
        auto left = power(right_side);
        while (left) {
            skip_blanks();
            if (text_.substr(at_, 2) == "**") {
                break;
            }
            std::string op = take("//") ? "//" : (take("*") ? "*" : (take("%") ? "%" : ""));
            if (op.empty()) {
                break;
            }
            auto right = power(right_side);
            if (!right) {
                return right;
            }
            left = make(NodeKind::Arithmetic, std::move(op), {*left, *right});
        }
        return left;
    }

    NodeResult power(bool right_side) {
        auto base = sign(right_side);
        if (!base || !take("**")) {
            return base;
        }
        auto exponent = sign(right_side);
        return exponent ? NodeResult(make(NodeKind::Arithmetic, "**", {*base, *exponent})) : exponent;
    }

    NodeResult sign(bool right_side) {
        if (take("-")) {
            if (++depth_ > kDeepestNesting) {
                return std::string("the expression is nested too deeply");
            }
            auto operand = sign(right_side);
            --depth_;
            return operand ? NodeResult(make(NodeKind::Negate, "", {*operand})) : operand;
        }
        return atom(right_side);
    }

    NodeResult atom(bool right_side) {
        skip_blanks();
        if (at_ >= text_.size()) {
            return expected("a value");
        }
        const char c = text_[at_];
        if (c >= '0' && c <= '9') {
            return number();
        }
        if (c == '"' || c == '\'') {
            return text();
        }
        if (take("(")) {
            auto inner = expression(right_side);
            if (inner && !take(")")) {
                return expected("')'");
            }
            return inner;
        }
        const std::string word(peek_word());
        if (word.empty()) {
            return expected("a value");
        }
        at_ += word.size();
        if (take("(")) {
            return call(word);
        }
        auto node = std::make_shared<ExpressionNode>();
        node->kind = NodeKind::Name;
        node->text = word;
        node->may_stand_for_itself = right_side;
        return NodePointer(std::move(node));
    }

    NodeResult number() {
        std::size_t end = at_;
        while (end < text_.size() && (is_word(text_[end]) || text_[end] == '.')) {
            ++end;
        }
        const std::string_view digits = text_.substr(at_, end - at_);
        at_ = end;
        if (digits.find('.') != std::string_view::npos) {
            return make_literal(Value::of(std::string(digits)));
        }
        std::int64_t value = 0;
        const bool is_hex = digits.substr(0, 2) == "0x";
        const char* first = digits.data() + (is_hex ? 2 : 0);
        const char* last = digits.data() + digits.size();
        const auto result = std::from_chars(first, last, value, is_hex ? 16 : 10);
        if (result.ec != std::errc() || result.ptr != last) {
            return fmt::format("'{}' is not a whole number of at most 63 bits", digits);
        }
        return make_literal(Value::of(value));
    }

    // A text literal; as the receiver of .join it has no holes.
    NodeResult text() {
        auto literal = quoted();
        if (!literal) {
            return not_closed();
        }
        if (!take(".join(")) {
            return holes(*literal);
        }
        skip_blanks();
        if (at_ >= text_.size() || (text_[at_] != '"' && text_[at_] != '\'')) {
            return expected("a quoted item");
        }
        auto item_text = quoted();
        if (!item_text) {
            return not_closed();
        }
        auto item = holes(*item_text);
        if (!item) {
            return item;
        }
        if (!take_word("for")) {
            return expected("'for'");
        }
        auto node = std::make_shared<ExpressionNode>();
        node->kind = NodeKind::Join;
        node->text = unescape(*literal);
        node->name = std::string(peek_word());
        at_ += node->name.size();
        node->children.push_back(*item);
        if (node->name.empty() || !take_word("in") || !take_word("range") || !take("(")) {
            return expected("'NAME in range('");
        }
        auto arguments = call_arguments(1, 3);
        if (!arguments) {
            return arguments.error();
        }
        node->children.insert(node->children.end(), arguments->begin(), arguments->end());
        if (!take(")")) {
            return expected("')' after the range");
        }
        return NodePointer(std::move(node));
    }

    // The raw characters between the quotes, escapes untouched; nothing when the closing quote is missing.
    std::optional<std::string> quoted() {
        const char quote = text_[at_];
        std::size_t end = at_ + 1;
        while (end < text_.size() && text_[end] != quote) {
            end += text_[end] == '\\' ? 2 : 1;
        }
        if (end >= text_.size()) {
            return std::nullopt;
        }
        std::string raw(text_.substr(at_ + 1, end - at_ - 1));
        at_ = end + 1;
        return raw;
    }

    static std::string unescape(std::string_view raw) {
        std::string text;
        for (std::size_t i = 0; i < raw.size(); ++i) {
            if (raw[i] == '\\' && i + 1 < raw.size()) {
                ++i;
                text += raw[i] == 'n' ? '\n' : raw[i];
            } else {
                text += raw[i];
            }
        }
        return text;
    }

    NodeResult holes(const std::string& raw) {
        std::vector<NodePointer> parts;
        std::string plain;
        for (std::size_t i = 0; i < raw.size(); ++i) {
            if (raw[i] == '\\' && i + 1 < raw.size()) {
                plain += raw[i];
                plain += raw[++i];
                continue;
            }
            if (raw[i] != '{') {
                plain += raw[i];
                continue;
            }
            const std::size_t end = raw.find('}', i);
            if (end == std::string::npos) {
                return fmt::format("'{{' without '}}' in \"{}\"; write \\{{ for the character itself", raw);
            }
            auto hole = Parser(std::string_view(raw).substr(i + 1, end - i - 1)).all();
            if (!hole) {
                return hole;
            }
            parts.push_back(make_literal(Value::of(unescape(plain))));
            plain.clear();
            parts.push_back(*hole);
            i = end;
        }
        if (parts.empty()) {
            return make_literal(Value::of(unescape(plain)));
        }
        parts.push_back(make_literal(Value::of(unescape(plain))));
        return make(NodeKind::Format, "", std::move(parts));
    }

    boost::system::result<std::vector<NodePointer>, std::string> call_arguments(std::size_t least,
                                                                                std::size_t most) {
        std::vector<NodePointer> arguments;
        while (!take(")")) {
            auto argument = expression(false);
            if (!argument) {
                return argument.error();
            }
            arguments.push_back(*argument);
            if (take(")")) {
                break;
            }
            if (!take(",")) {
                return expected("',' or ')'");
            }
        }
        if (arguments.size() < least || arguments.size() > most) {
            return fmt::format("wrong number of arguments in '{}'", text_);
        }
        return arguments;
    }

    NodeResult call(const std::string& function) {
        struct Known {
            std::string_view name;
            std::size_t arguments;
        };
        constexpr std::array kKnown = {Known{"name", 1}, Known{"min", 2}, Known{"max", 2},
                                       Known{"len", 1},  Known{"chr", 1}, Known{"hex", 1}};
        for (const auto& known : kKnown) {
            if (known.name == function) {
                auto arguments = call_arguments(known.arguments, known.arguments);
                if (!arguments) {
                    return arguments.error();
                }
                return make(NodeKind::Call, function, *std::move(arguments));
            }
        }
        return fmt::format("unknown function '{}'; there are min, max, len, chr, hex and name", function);
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
};

}  // namespace

boost::system::result<NodePointer, std::string> parse_expression(std::string_view text) {
    return Parser(text).all();
}

}  // namespace harness::own
