// The features of a target that have a name: what Capabilities::features may hold and what a requirement
// expression may ask for (harness/suite/requirement.h). One table; a name that is not in it is refused
// wherever it is written.
//
// Facts with a value (arch, float_bits, thread model, …) are fields of Capabilities, not rows here.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace harness {

struct Feature {
    std::string_view name;
    std::string_view about;  ///< completes "the target …" in messages
};

/// Sorted by name. How each is found out: harness/target/probe_scripts.
inline constexpr std::array kFeatures{
    Feature{"async", "compiles async and await"},
    Feature{"bytearray", "has bytearray"},
    Feature{"compiler", "compiles Python source itself"},
    Feature{"complex", "has complex numbers"},
    Feature{"const", "compiles const(…) without an import"},
    Feature{"coverage", "is MicroPython's coverage build"},
    Feature{"eval", "has eval"},
    Feature{"exec", "has exec"},
    Feature{"frozenset", "has frozenset"},
    Feature{"fstring", "compiles f-strings"},
    Feature{"heap_lock", "can lock its heap (micropython.heap_lock)"},
    Feature{"int_64", "has integers of 64 bits"},
    Feature{"int_big", "has integers of any size"},
    Feature{"load_mpy", "loads .mpy files"},
    Feature{"memoryview", "has memoryview"},
    Feature{"module_array", "has the module array"},
    Feature{"module_asyncio", "has the module asyncio"},
    Feature{"module_cmath", "has the module cmath"},
    Feature{"module_collections", "has the module collections"},
    Feature{"module_errno", "has the module errno"},
    Feature{"module_gc", "has the module gc"},
    Feature{"module_io", "has the module io"},
    Feature{"module_json", "has the module json"},
    Feature{"module_machine", "has the module machine"},
    Feature{"module_math", "has the module math"},
    Feature{"module_micropython", "has the module micropython"},
    Feature{"module_os", "has the module os"},
    Feature{"module_re", "has the module re"},
    Feature{"module_struct", "has the module struct"},
    Feature{"module_thread", "has the module _thread"},
    Feature{"module_time", "has the module time"},
    Feature{"module_uctypes", "has the module uctypes"},
    Feature{"module_vfs", "has the module vfs"},
    Feature{"mount", "mounts file systems written in Python"},
    Feature{"native_emitter", "compiles native code itself (@micropython.native)"},
    Feature{"property", "has property"},
    Feature{"registers_changed",
            "tells which registers a call does not keep (machine.registers_changed, our firmware)"},
    Feature{"repl_emacs_keys", "has a prompt with the keys of Emacs"},
    Feature{"repl_words_move", "has a prompt with keys that move and erase by words"},
    Feature{"reverse_ops", "calls reverse operators (__radd__)"},
    Feature{"schedule", "has micropython.schedule"},
    Feature{"set", "has sets"},
    Feature{"settrace", "has sys.settrace"},
    Feature{"slice", "has slice objects"},
    Feature{"stack_misaligned",
            "tells how its stack stands at a call (machine.stack_misaligned, our firmware)"},
    Feature{"tstring", "compiles t-strings"},
    Feature{"unittest", "can import unittest"},
    Feature{"viper_emitter", "compiles viper code itself (@micropython.viper)"},
};

[[nodiscard]] constexpr const Feature* find_feature(std::string_view name) {
    const auto at = std::lower_bound(kFeatures.begin(), kFeatures.end(), name,
                                     [](const Feature& row, std::string_view key) { return row.name < key; });
    return at != kFeatures.end() && at->name == name ? &*at : nullptr;
}
static_assert(std::is_sorted(kFeatures.begin(), kFeatures.end(),
                             [](const Feature& a, const Feature& b) { return a.name < b.name; }));

}  // namespace harness
