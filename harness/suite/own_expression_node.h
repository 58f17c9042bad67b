// The syntax tree behind own_expression.h; private to the parser and the evaluator.
#pragma once

#include <boost/system/result.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/suite/own_expression.h"

namespace harness::own {

enum class NodeKind {
    Literal,      // value
    Name,         // text
    Not,          // child
    Negate,       // child
    And,          // left, right
    Or,           // left, right
    Conditional,  // condition, then, else
    Compare,      // left, right; text: the operator
    In,           // left, items…
    NotIn,        // left, items…
    Arithmetic,   // left, right; text: the operator
    Call,         // arguments; text: the function
    Join,         // item, range arguments…; text: separator, name: variable
    Format,       // parts of a text with {holes}
};

using NodePointer = std::shared_ptr<const ExpressionNode>;

struct ExpressionNode {
    NodeKind kind = NodeKind::Literal;
    std::string text;
    std::string name;
    Value value;
    bool may_stand_for_itself = false;
    std::vector<NodePointer> children;
};

boost::system::result<NodePointer, std::string> parse_expression(std::string_view text);

}  // namespace harness::own
