// The runtime function table: names and signatures of the slots that machine code calls or reads.
// Not here: what the functions do.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "mpy/indices.h"

namespace mpy {

enum class NativeEntryKind : std::uint8_t { Data, Function };

/// One row of native_functions.def, which explains the columns.
struct NativeFunctionInfo {
    std::uint16_t slot;
    std::string_view name;
    NativeEntryKind kind;
    std::string_view signature;
    std::int8_t x86_words;
    std::uint8_t since_sub_version;
    std::string_view users;
};

/// The table of sub-version 3, in slot order.
inline constexpr std::array kNativeFunctions = {
#define MPY_NATIVE_FUNCTION(slot, name, kind, signature, x86_words, since, users) \
    NativeFunctionInfo{slot, #name, NativeEntryKind::kind, signature, x86_words, since, users},
#include "mpy/facts/native_functions.def"
};

/// Slots that compiled (not linked) code uses: 0 .. this - 1.
inline constexpr std::uint16_t kCompilerSlots = 50;

/// The entry at `slot` in the table of `sub_version` (0..3), or nullptr when that table has no such slot.
constexpr const NativeFunctionInfo* native_function(FunctionSlot slot, unsigned sub_version = 3) {
    std::uint32_t at = 0;
    for (const NativeFunctionInfo& row : kNativeFunctions) {
        if (row.since_sub_version > sub_version) continue;
        if (at++ == slot.value) return &row;
    }
    return nullptr;
}

/// Number of slots in the table of `sub_version`.
constexpr std::uint32_t native_function_count(unsigned sub_version = 3) {
    std::uint32_t count = 0;
    for (const NativeFunctionInfo& row : kNativeFunctions)
        count += row.since_sub_version <= sub_version ? 1 : 0;
    return count;
}

namespace detail {
constexpr bool native_functions_are_dense_and_unique() {
    for (std::size_t i = 0; i < kNativeFunctions.size(); ++i) {
        if (kNativeFunctions[i].slot != i) return false;
        for (std::size_t j = 0; j < i; ++j) {
            if (kNativeFunctions[i].name == kNativeFunctions[j].name) return false;
        }
    }
    return true;
}
}  // namespace detail
static_assert(kNativeFunctions.size() == 87, "sub-version 3 has 87 slots");
static_assert(detail::native_functions_are_dense_and_unique());

}  // namespace mpy
