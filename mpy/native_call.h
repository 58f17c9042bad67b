// A call through the runtime function table in words: `load_method(?, 'append', state 3)`.
#pragma once

#include <functional>
#include <string>

#include "mpy/indices.h"
#include "mpy/native_value.h"

namespace mpy {

/// Gives the value of argument n of the call at hand.
using ArgumentReader = std::function<NativeValue(std::size_t argument)>;
/// Gives the word that stands `index` words behind a stack address.
using WordReader = std::function<NativeValue(const NativeValue& address, std::size_t index)>;
/// Names a stack address, e.g. `state 3`; empty when it has no name.
using StackNamer = std::function<std::string(const NativeValue& address)>;

/// The name of the slot, then its arguments by the types of its signature. What is not known is `?`.
/// A slot beyond the table gives `table slot 99 (no such slot)`.
std::string call_text(FunctionSlot slot, const NativeValueWriter& writer, const ArgumentReader& argument,
                      const WordReader& word, const StackNamer& stack_name);

}  // namespace mpy
