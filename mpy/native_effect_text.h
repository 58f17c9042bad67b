// Reading of operand texts, shared by the readers of the instruction sets and by the listing of machine code.
#pragma once

#include <charconv>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "mpy/native_effect.h"

namespace mpy::effect_text {

constexpr std::string_view trim(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

/// Operands between top-level commas: `r0, [r1, #4]` gives two.
inline std::vector<std::string_view> split_operands(std::string_view text) {
    std::vector<std::string_view> operands;
    int depth = 0;
    std::size_t start = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        const char c = i < text.size() ? text[i] : ',';
        if (c == '[' || c == '{' || c == '(') ++depth;
        if (c == ']' || c == '}' || c == ')') --depth;
        if (c != ',' || (depth > 0 && i < text.size())) continue;
        const std::string_view operand = trim(text.substr(start, i - start));
        if (!operand.empty()) operands.push_back(operand);
        start = i + 1;
    }
    return operands;
}

/// `12`, `-4`, `0x1f`, `#0x1f`, `#-4`.
inline std::optional<std::int64_t> number_in(std::string_view text) {
    text = trim(text);
    if (!text.empty() && text.front() == '#') text.remove_prefix(1);
    bool negative = false;
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
        negative = text.front() == '-';
        text.remove_prefix(1);
        text = trim(text);
    }
    int base = 10;
    if (text.starts_with("0x")) {
        base = 16;
        text.remove_prefix(2);
    }
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return std::nullopt;
    return static_cast<std::int64_t>(negative ? 0 - value : value);
}

constexpr bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
    for (const std::string_view word : words) {
        if (text == word) return true;
    }
    return false;
}

/// -value without overflow: what stands in a damaged file may be the smallest number.
constexpr std::int64_t negated(std::int64_t value) {
    return static_cast<std::int64_t>(0 - static_cast<std::uint64_t>(value));
}

inline Step step(Step::Kind kind, RegisterNumber to, RegisterNumber from = kNoRegister,
                 std::int64_t number = 0, RegisterNumber second = kNoRegister) {
    return {kind, to, from, second, number};
}
inline Step forget(RegisterNumber to) {
    return step(Step::Kind::Forget, to);
}

/// The readers, one for each family.
NativeEffect x86_effect(InstructionSet set, const NativeInstruction& instruction);
NativeEffect arm_effect(InstructionSet set, const NativeInstruction& instruction);
NativeEffect riscv_effect(InstructionSet set, const NativeInstruction& instruction);
NativeEffect xtensa_effect(const NativeInstruction& instruction);

}  // namespace mpy::effect_text
