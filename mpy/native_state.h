// What registers and stack slots hold while compiled code is followed, and what loads through known pointers
// give. Not here: reading instructions (native_effect.h), what is said about them (native_trace.h).
//
// Source: the native ABI text, sections 1.1, 3.2 to 3.6, 4.2.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>

#include "mpy/module.h"
#include "mpy/native_effect.h"
#include "mpy/native_value.h"

namespace mpy {

/// The contents at one place of a function. Keeps references: module and raw code outlive it.
///
/// A few pointers stay where they are for the length of a function: the function table, the qstr table, the
/// state of a generator and the arguments in their registers, the function object in its stack slot. They are
/// remembered when they are first seen, and are all that is left after `join`.
class NativeState {
  public:
    NativeState(const Module& module, const RawCode& code, InstructionSet set);

    /// The start of the function, with what its caller promises.
    void enter();
    /// Control may come from elsewhere: only what the function keeps is still known.
    void join();

    NativeValue get(RegisterNumber reg) const;
    void set(RegisterNumber reg, NativeValue value);
    /// Machine word at `base` + `offset`.
    NativeValue load_word(const NativeValue& base, std::int64_t offset) const;
    /// Word of the text: what a relocation puts there, or the constant that stands there.
    NativeValue literal(std::int64_t address) const;
    void store_word(const NativeValue& base, std::int64_t offset, const NativeValue& value);
    void push(const NativeValue& value);
    NativeValue pop();
    /// Argument `number` of a call that is about to be made.
    NativeValue argument(std::size_t number) const;
    /// A call through the table has come back: it may have changed registers, and what lies behind the stack
    /// addresses that were its arguments.
    void forget_call(std::span<const NativeValue> arguments);

    /// The stack pointer of the body is what it is now, unless that has been settled before.
    void settle_frame();

    /// Sums of constants and of pointers with constants; unknown for everything else.
    NativeValue sum(const NativeValue& left, const NativeValue& right) const;
    /// A constant of the width of a machine word.
    NativeValue constant(std::int64_t number) const;

    /// Octets of a machine word; at least 1.
    std::int64_t word() const { return word_; }
    const RegisterRoles& roles() const { return roles_; }
    InstructionSet instruction_set() const { return set_; }
    /// Made by the linker of C modules: registers promise nothing, but relocations tell words of the text.
    bool linked() const { return linked_; }
    /// The stack slot that keeps the function object, as an offset from the stack pointer at entry. In native
    /// functions the code state starts there.
    std::optional<std::int64_t> function_object_slot() const;

  private:
    const Module& module_;
    const RawCode& code_;
    InstructionSet set_;
    const RegisterRoles& roles_;
    std::int64_t word_;
    bool linked_;
    std::map<std::uint32_t, NativeValue> relocated_;

    std::array<NativeValue, kMaxRegisters> registers_{};
    std::map<std::int64_t, NativeValue> slots_;
    /// What stays: by register, and the slot of the function object.
    std::array<NativeValue, kMaxRegisters> kept_{};
    std::optional<std::int64_t> object_slot_;
    NativeValue frame_;
};

}  // namespace mpy
