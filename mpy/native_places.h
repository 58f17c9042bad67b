// Names of the places in the frame of a compiled function: locals, the value stack, the code state, the
// buffer for non-local returns. Source: the native ABI text, sections 3.4, 3.5 and 3.7.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "mpy/module.h"
#include "mpy/native_disassemble.h"
#include "mpy/native_value.h"

namespace mpy {

class NativePlaces {
  public:
    NativePlaces(const RawCode& code, const NativeValueWriter& writer, InstructionSet set, std::int64_t word)
        : code_(code), writer_(writer), set_(set), word_(word) {}

    /// Where the code state of a native function starts, once that is known.
    void set_code_state(std::optional<std::int64_t> slot) { code_state_ = slot; }
    /// Where the buffer is that the function gives to nlr_push, once it has done so.
    void set_nlr_buffer(std::int64_t slot) { nlr_buffer_ = slot; }

    /// Name of an address in the stack frame or in a generator's state; empty when it has none.
    std::string name(const NativeValue& address) const;

  private:
    std::string code_state_name(std::int64_t offset) const;
    std::string state_name(std::int64_t index) const;
    std::string nlr_name(std::int64_t address) const;

    const RawCode& code_;
    const NativeValueWriter& writer_;
    InstructionSet set_;
    std::int64_t word_;
    std::optional<std::int64_t> code_state_;
    std::optional<std::int64_t> nlr_buffer_;
};

}  // namespace mpy
