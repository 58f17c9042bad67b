#include "mpy/native_call.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "mpy/facts/container.h"
#include "mpy/facts/native_functions.h"
#include "mpy/facts/operators.h"
#include "mpy/printable.h"

namespace mpy {
namespace {

using Kind = NativeValue::Kind;

constexpr std::uint32_t kUnaryOp = 17;
/// Most items of an argument array that are shown.
constexpr std::size_t kMaxShownItems = 8;

/// The parameters of a signature such as `Obj (Obj base, qstr, Obj dest[2])`.
std::vector<std::string_view> parameters_of(std::string_view signature) {
    std::vector<std::string_view> parameters;
    const std::size_t open = signature.find('(');
    if (open == std::string_view::npos || signature.back() != ')') return parameters;
    std::string_view rest = signature.substr(open + 1, signature.size() - open - 2);
    while (!rest.empty()) {
        const std::size_t comma = rest.find(',');
        std::string_view one = rest.substr(0, comma);
        while (!one.empty() && one.front() == ' ') one.remove_prefix(1);
        if (one != "void") parameters.push_back(one);
        rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
    return parameters;
}

std::string native_type(const NativeValue& value) {
    if (!value.is(Kind::Constant)) return "?";
    const auto type = static_cast<std::uint64_t>(value.number) & 0xF;
    return type < kNativeTypes.size() ? std::string(kNativeTypes[type].name) : std::to_string(type);
}

std::string operator_text(std::uint32_t slot, const NativeValue& value) {
    if (!value.is(Kind::Constant) || value.number < 0) return "?";
    const auto number = static_cast<std::uint64_t>(value.number);
    const OperatorInfo* row = slot == kUnaryOp ? unary_operator(number) : binary_operator(number);
    return row == nullptr ? std::to_string(number) : std::string(row->symbol);
}

std::string count_text(const NativeValue& value) {
    if (value.is(Kind::Constant)) return std::to_string(value.number);
    if (value.is(Kind::ArgumentCount)) return "n_args";
    if (value.is(Kind::KeywordCount)) return "n_kw";
    return "?";
}

/// Positional count in bits 0..7, keyword pairs in bits 8..15.
std::string packed_count_text(const NativeValue& value) {
    if (!value.is(Kind::Constant)) return "?";
    const auto number = static_cast<std::uint64_t>(value.number);
    std::string text = std::to_string(number & 0xFF);
    if ((number >> 8 & 0xFF) != 0) text += " + " + std::to_string(number >> 8 & 0xFF) + " keyword";
    return text;
}

/// Number of object words in an argument array, when the call says so in a constant.
std::size_t array_length(std::uint32_t slot, const ArgumentReader& argument) {
    const auto constant = [&argument](std::size_t n) -> std::size_t {
        const NativeValue value = argument(n);
        return value.is(Kind::Constant) && value.number > 0 ? static_cast<std::size_t>(value.number) : 0;
    };
    switch (slot) {
        case 19:  // new_tuple
        case 20:  // new_list
        case 22:
            return constant(0);  // new_set
        case 27:
            return (constant(1) & 0xFF) + 2 * (constant(1) >> 8 & 0xFF);  // call_function_n_kw
        case 28:
            return 2 + constant(0) + 2 * constant(1);  // call_method_n_kw
        default:
            return 0;
    }
}

class CallWriter {
  public:
    CallWriter(std::uint32_t slot, const NativeValueWriter& writer, const ArgumentReader& argument,
               const WordReader& word, const StackNamer& stack_name)
        : slot_(slot), writer_(writer), argument_(argument), word_(word), stack_name_(stack_name) {}

    std::string one(std::size_t number, std::string_view parameter) const {
        const NativeValue value = argument_(number);
        if (parameter.find("qstr") != std::string_view::npos) {
            const std::string text = writer_.describe(value);
            return value.is(Kind::Qstr) ? text.substr(text.find(' ') + 1) : "?";
        }
        if (parameter == "int op") return operator_text(slot_, value);
        if (parameter == "W type") return native_type(value);
        if (parameter.starts_with("u32 sig")) {
            // n << 17 | n << 1. Source: the native ABI text, section 3.9.
            return value.is(Kind::Constant) ? "exactly " + std::to_string(value.number >> 17) : "?";
        }
        if (parameter.find("n_pos_kw") != std::string_view::npos) return packed_count_text(value);
        if (parameter.find("RawCode") != std::string_view::npos) {
            return value.is(Kind::Child) ? writer_.describe(value) : "?";
        }
        if (parameter.starts_with("size") || parameter.starts_with("bool") || parameter.starts_with("W ") ||
            parameter.starts_with("I ")) {
            return count_text(value);
        }
        const bool pointer = parameter.find_first_of("*[") != std::string_view::npos;
        if (!pointer) return writer_.as_object(value);
        if (value.is(Kind::StackAddress)) {
            if (const std::string items = array(value); !items.empty()) return items;
            const std::string name = stack_name_(value);
            return name.empty() ? "stack" : '&' + name;
        }
        if (value.is(Kind::Constant) && value.number == 0) return "NULL";
        if (value.is(Kind::Arguments)) return "args";
        return writer_.as_object(value);
    }

  private:
    /// `[1, ?, 'x']`, or nothing when not one item is known.
    std::string array(const NativeValue& address) const {
        const std::size_t length = array_length(slot_, argument_);
        if (length == 0) return {};
        std::string text = "[";
        bool any = false;
        for (std::size_t i = 0; i < std::min(length, kMaxShownItems); ++i) {
            const std::string item = writer_.as_object(word_(address, i));
            any = any || item != "?";
            if (i > 0) text += ", ";
            text += item;
        }
        if (length > kMaxShownItems) text += ", ..";
        return any ? text + ']' : std::string();
    }

    std::uint32_t slot_;
    const NativeValueWriter& writer_;
    const ArgumentReader& argument_;
    const WordReader& word_;
    const StackNamer& stack_name_;
};

}  // namespace

std::string call_text(FunctionSlot slot, const NativeValueWriter& writer, const ArgumentReader& argument,
                      const WordReader& word, const StackNamer& stack_name) {
    const NativeFunctionInfo* row = native_function(slot, writer.sub_version());
    if (row == nullptr) return "table slot " + std::to_string(slot.value) + " (no such slot)";
    std::string text(row->name);
    if (row->kind == NativeEntryKind::Data) return text + " (data, not code)";
    text += '(';
    const CallWriter calls(slot.value, writer, argument, word, stack_name);
    std::size_t number = 0;
    for (const std::string_view parameter : parameters_of(row->signature)) {
        if (number > 0) text += ", ";
        text += calls.one(number++, parameter);
    }
    text += ')';
    return text;
}

}  // namespace mpy
