// Operator numbers by symbol. Not here: what the operators do.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mpy {

/// One row of operators.def.
struct OperatorInfo {
    std::uint8_t number;
    std::string_view symbol;
    std::string_view method;
    bool in_bytecode;
};

inline constexpr std::array kUnaryOperators = {
#define MPY_UNARY_OPERATOR(number, symbol, method, in_bytecode) \
    OperatorInfo{number, symbol, method, (in_bytecode) != 0},
#include "mpy/facts/operators.def"
};

inline constexpr std::array kBinaryOperators = {
#define MPY_BINARY_OPERATOR(number, symbol, method, in_bytecode) \
    OperatorInfo{number, symbol, method, (in_bytecode) != 0},
#include "mpy/facts/operators.def"
};

/// The operator of that number, or nullptr.
constexpr const OperatorInfo* unary_operator(std::uint64_t number) {
    return number < kUnaryOperators.size() ? &kUnaryOperators[static_cast<std::size_t>(number)] : nullptr;
}
constexpr const OperatorInfo* binary_operator(std::uint64_t number) {
    return number < kBinaryOperators.size() ? &kBinaryOperators[static_cast<std::size_t>(number)] : nullptr;
}

namespace detail {
template <std::size_t N>
constexpr bool operators_are_dense(const std::array<OperatorInfo, N>& rows, std::size_t in_bytecode) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < N; ++i) {
        if (rows[i].number != i || rows[i].symbol.empty()) return false;
        if (rows[i].in_bytecode != (i < in_bytecode)) return false;
        ++count;
    }
    return count == N;
}
}  // namespace detail
static_assert(kUnaryOperators.size() == 12 && detail::operators_are_dense(kUnaryOperators, 4));
static_assert(kBinaryOperators.size() == 52 && detail::operators_are_dense(kBinaryOperators, 35));

}  // namespace mpy
