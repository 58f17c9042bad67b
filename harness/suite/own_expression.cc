#include "harness/suite/own_expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <limits>
#include <utility>

#include "harness/base/result.h"
#include "harness/suite/own_expression_node.h"

namespace harness::own {

namespace {

using ValueResult = boost::system::result<Value, std::string>;

// A template that asks for more is a mistake, not a big test.
constexpr std::int64_t kLargestRange = 1'000'000;
constexpr std::size_t kLargestText = std::size_t{16} << 20;

bool looks_like_version(std::string_view text) {
    return !text.empty() && text.front() != '.' && text.back() != '.' &&
           std::all_of(text.begin(), text.end(), [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

int compare_versions(std::string_view left, std::string_view right) {
    while (!left.empty() || !right.empty()) {
        std::uint64_t a = 0;
        std::uint64_t b = 0;
        for (auto [text, out] : {std::pair{&left, &a}, std::pair{&right, &b}}) {
            const auto result = std::from_chars(text->data(), text->data() + text->size(), *out);
            text->remove_prefix(static_cast<std::size_t>(result.ptr - text->data()));
            if (!text->empty()) {
                text->remove_prefix(1);
            }
        }
        if (a != b) {
            return a < b ? -1 : 1;
        }
    }
    return 0;
}

// Kinds never mix silently: comparing a number with a word is an author's mistake, except that a number may
// meet a version.
boost::system::result<int, std::string> compare(const Value& left, const Value& right) {
    if (left.kind == Value::Kind::Number && right.kind == Value::Kind::Number) {
        return left.number < right.number ? -1 : (left.number > right.number ? 1 : 0);
    }
    const std::string a = left.kind == Value::Kind::Number ? std::to_string(left.number) : left.name;
    const std::string b = right.kind == Value::Kind::Number ? std::to_string(right.number) : right.name;
    if (looks_like_version(a) && looks_like_version(b)) {
        return compare_versions(a, b);
    }
    return a.compare(b) < 0 ? -1 : (a == b ? 0 : 1);
}

std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    const std::int64_t quotient = a / b;
    return (a % b != 0 && (a < 0) != (b < 0)) ? quotient - 1 : quotient;
}

class Evaluator {
  public:
    explicit Evaluator(const Lookup& lookup) : lookup_(lookup) {}

    ValueResult evaluate(const ExpressionNode& node) {
        switch (node.kind) {
            case NodeKind::Literal:
                return node.value;
            case NodeKind::Name:
                return name(node);
            case NodeKind::Not: {
                const auto operand = evaluate(*node.children[0]);
                return operand ? ValueResult(Value::of(!operand->truth())) : operand;
            }
            case NodeKind::Negate: {
                const auto operand = number(*node.children[0]);
                return operand ? ValueResult(Value::of(-*operand)) : ValueResult(operand.error());
            }
            case NodeKind::And:
            case NodeKind::Or: {
                const auto left = evaluate(*node.children[0]);
                if (!left || left->truth() == (node.kind == NodeKind::Or)) {
                    return left;
                }
                return evaluate(*node.children[1]);
            }
            case NodeKind::Conditional: {
                const auto condition = evaluate(*node.children[0]);
                if (!condition) {
                    return condition;
                }
                return evaluate(*node.children[condition->truth() ? 1 : 2]);
            }
            case NodeKind::Compare:
                return comparison(node);
            case NodeKind::In:
            case NodeKind::NotIn:
                return membership(node);
            case NodeKind::Arithmetic:
                return arithmetic(node);
            case NodeKind::Call:
                return call(node);
            case NodeKind::Join:
                return join(node);
            case NodeKind::Format:
                return format(node);
        }
        return std::string("unknown expression");
    }

  private:
    ValueResult name(const ExpressionNode& node) {
        for (auto bound = bound_.rbegin(); bound != bound_.rend(); ++bound) {
            if (bound->first == node.text) {
                return bound->second;
            }
        }
        if (auto value = lookup_(node.text)) {
            return *std::move(value);
        }
        if (node.may_stand_for_itself) {
            return Value::of(node.text);
        }
        return fmt::format("unknown name '{}'", node.text);
    }

    boost::system::result<std::int64_t, std::string> number(const ExpressionNode& node) {
        auto value = evaluate(node);
        if (!value) {
            return value.error();
        }
        if (value->kind != Value::Kind::Number) {
            return fmt::format("'{}' is a text where a whole number is needed", value->text);
        }
        return value->number;
    }

    ValueResult comparison(const ExpressionNode& node) {
        MPY_TRY(const auto left, evaluate(*node.children[0]));
        MPY_TRY(const auto right, evaluate(*node.children[1]));
        MPY_TRY(const int order, compare(left, right));
        if (node.text == "==") return Value::of(order == 0);
        if (node.text == "!=") return Value::of(order != 0);
        if (node.text == "<") return Value::of(order < 0);
        if (node.text == "<=") return Value::of(order <= 0);
        if (node.text == ">") return Value::of(order > 0);
        return Value::of(order >= 0);
    }

    ValueResult membership(const ExpressionNode& node) {
        MPY_TRY(const auto left, evaluate(*node.children[0]));
        for (std::size_t i = 1; i < node.children.size(); ++i) {
            MPY_TRY(const auto item, evaluate(*node.children[i]));
            MPY_TRY(const int order, compare(left, item));
            if (order == 0) return Value::of(node.kind == NodeKind::In);
        }
        return Value::of(node.kind == NodeKind::NotIn);
    }

    ValueResult arithmetic(const ExpressionNode& node) {
        MPY_TRY(const auto left, evaluate(*node.children[0]));
        MPY_TRY(const auto right, evaluate(*node.children[1]));
        if (node.text == "+" && left.kind == Value::Kind::Text && right.kind == Value::Kind::Text) {
            return Value::of(left.text + right.text);
        }
        if (node.text == "*" && left.kind == Value::Kind::Text && right.kind == Value::Kind::Number) {
            const auto count = std::max<std::int64_t>(right.number, 0);
            if (count > kLargestRange || left.text.size() * static_cast<std::size_t>(count) > kLargestText) {
                return std::string("the repeated text is too long");
            }
            std::string repeated;
            for (std::int64_t i = 0; i < count; ++i) {
                repeated += left.text;
            }
            return Value::of(std::move(repeated));
        }
        if (left.kind != Value::Kind::Number || right.kind != Value::Kind::Number) {
            return fmt::format("'{}' needs whole numbers on both sides", node.text);
        }
        return whole_numbers(node.text, left.number, right.number);
    }

    static ValueResult whole_numbers(const std::string& op, std::int64_t a, std::int64_t b) {
        std::int64_t result = 0;
        bool overflow = false;
        if (op == "+") {
            overflow = __builtin_add_overflow(a, b, &result);
        } else if (op == "-") {
            overflow = __builtin_sub_overflow(a, b, &result);
        } else if (op == "*") {
            overflow = __builtin_mul_overflow(a, b, &result);
        } else if (op == "**") {
            if (b < 0 || b > 63) {
                return fmt::format("the exponent {} is outside 0..63", b);
            }
            result = 1;
            for (std::int64_t i = 0; i < b && !overflow; ++i) {
                overflow = __builtin_mul_overflow(result, a, &result);
            }
        } else {
            if (b == 0) {
                return std::string("division by zero");
            }
            if (a == std::numeric_limits<std::int64_t>::min() && b == -1) {
                return std::string("the result does not fit 64 bits");
            }
            result = op == "//" ? floor_divide(a, b) : a - floor_divide(a, b) * b;
        }
        if (overflow) {
            return std::string("the result does not fit 64 bits");
        }
        return Value::of(result);
    }

    ValueResult call(const ExpressionNode& node) {
        if (node.text == "len") {
            const auto value = evaluate(*node.children[0]);
            return value ? ValueResult(Value::of(static_cast<std::int64_t>(value->to_text().size()))) : value;
        }
        if (node.text == "name") {
            const auto value = evaluate(*node.children[0]);
            return !value || value->kind == Value::Kind::Number ? value : ValueResult(Value::of(value->name));
        }
        const auto first = number(*node.children[0]);
        if (!first) {
            return first.error();
        }
        if (node.text == "hex") {
            return Value::of(*first < 0 ? fmt::format("-0x{:x}", 0 - static_cast<std::uint64_t>(*first))
                                        : fmt::format("0x{:x}", *first));
        }
        if (node.text == "chr") {
            if (*first < 0x20 || *first > 0x7e) {
                return fmt::format("chr({}) is not a printable ASCII character", *first);
            }
            return Value::of(std::string(1, static_cast<char>(*first)));
        }
        const auto second = number(*node.children[1]);
        if (!second) {
            return second.error();
        }
        return Value::of(node.text == "min" ? std::min(*first, *second) : std::max(*first, *second));
    }

    // children: item, then the one to three range arguments. text: separator. name: the loop variable.
    ValueResult join(const ExpressionNode& node) {
        std::array<std::int64_t, 3> range = {0, 0, 1};
        for (std::size_t i = 1; i < node.children.size(); ++i) {
            const auto argument = number(*node.children[i]);
            if (!argument) {
                return argument.error();
            }
            range[node.children.size() == 2 ? 1 : i - 1] = *argument;
        }
        const auto [from, to, step] = range;
        if (step == 0) {
            return std::string("range() with step 0");
        }
        const std::int64_t count = step > 0 ? (to - from + step - 1) / step : (from - to - step - 1) / -step;
        if (count > kLargestRange) {
            return fmt::format("a join over {} items is too long", count);
        }
        std::string joined;
        for (std::int64_t i = 0; i < count; ++i) {
            bound_.emplace_back(node.name, Value::of(from + i * step));
            const auto item = evaluate(*node.children[0]);
            bound_.pop_back();
            if (!item) {
                return item;
            }
            if (i != 0) {
                joined += node.text;
            }
            joined += item->to_text();
            if (joined.size() > kLargestText) {
                return std::string("the joined text is too long");
            }
        }
        return Value::of(std::move(joined));
    }

    ValueResult format(const ExpressionNode& node) {
        std::string text;
        for (const auto& child : node.children) {
            const auto part = evaluate(*child);
            if (!part) {
                return part;
            }
            text += part->to_text();
        }
        return Value::of(std::move(text));
    }

    const Lookup& lookup_;
    std::vector<std::pair<std::string, Value>> bound_;
};

void collect_names(const ExpressionNode& node, std::vector<std::string>& bound,
                   std::vector<std::string>& names) {
    if (node.kind == NodeKind::Name && !node.may_stand_for_itself &&
        std::find(bound.begin(), bound.end(), node.text) == bound.end() &&
        std::find(names.begin(), names.end(), node.text) == names.end()) {
        names.push_back(node.text);
    }
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const bool binds = node.kind == NodeKind::Join && i == 0;
        if (binds) {
            bound.push_back(node.name);
        }
        collect_names(*node.children[i], bound, names);
        if (binds) {
            bound.pop_back();
        }
    }
}

}  // namespace

Value Value::of(std::int64_t number) {
    Value value;
    value.number = number;
    return value;
}

Value Value::of(std::string text) {
    Value value;
    value.kind = Kind::Text;
    value.name = text;
    value.text = std::move(text);
    return value;
}

Value Value::named(std::string name, std::string text) {
    Value value;
    value.kind = Kind::Text;
    value.name = std::move(name);
    value.text = std::move(text);
    return value;
}

bool Value::truth() const {
    return kind == Kind::Number ? number != 0 : !text.empty() && text != "none";
}

std::string Value::to_text() const {
    return kind == Kind::Number ? std::to_string(number) : text;
}

boost::system::result<Expression, std::string> Expression::parse(std::string_view text) {
    auto root = parse_expression(text);
    if (!root) {
        return root.error();
    }
    Expression expression;
    expression.text_ = std::string(text);
    expression.root_ = *std::move(root);
    return expression;
}

boost::system::result<Value, std::string> Expression::evaluate(const Lookup& lookup) const {
    return Evaluator(lookup).evaluate(*root_);
}

std::vector<std::string> Expression::names() const {
    std::vector<std::string> bound;
    std::vector<std::string> names;
    collect_names(*root_, bound, names);
    return names;
}

}  // namespace harness::own
