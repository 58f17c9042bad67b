// What a register or stack slot of compiled code is known to hold, and how that is written in words.
// Not here: how it got there (native_trace.h).
#pragma once

#include <cstdint>
#include <string>

#include "mpy/module.h"

namespace mpy {

/// A value of compiled code. `number` is an octet offset for pointers, an index for the rest.
struct NativeValue {
    enum class Kind : std::uint8_t {
        Unknown,
        Constant,
        /// Offset from the stack pointer at entry.
        StackAddress,
        /// Offset in fun_data.
        CodeAddress,
        FunctionObject,
        /// State of a generator.
        CodeState,
        Context,
        Globals,
        QstrTable,
        ObjectTable,
        FunctionTable,
        ChildTable,
        Arguments,
        // What the tables hold, by index.
        Slot,
        Qstr,
        Object,
        Child,
        Argument,
        ArgumentCount,
        KeywordCount,
    };
    Kind kind = Kind::Unknown;
    std::int64_t number = 0;

    bool is(Kind which) const { return kind == which; }
    bool known() const { return kind != Kind::Unknown; }
    friend bool operator==(const NativeValue&, const NativeValue&) = default;
};

/// Writes values of one function. Keeps references: module and raw code outlive it.
class NativeValueWriter {
  public:
    NativeValueWriter(const Module& module, const RawCode& code) : module_(module), code_(code) {}

    /// Which runtime function table the code was made for.
    unsigned sub_version() const { return module_.header.sub_version(); }
    /// A value as what it is: `qstr 'foo'`, `object 2.5`, `function table`; empty for what needs no words.
    std::string describe(const NativeValue& value) const;
    /// A value used as an object: constants are small ints, NULL or the sentinel. `?` when unknown.
    std::string as_object(const NativeValue& value) const;
    /// Name of a local variable: that of the parameter, or `local 3`.
    std::string local_name(std::uint64_t local) const;
    /// Name of a child function, in quotes; `viper code` for one that has none.
    std::string child_name(std::int64_t index) const;

  private:
    const Module& module_;
    const RawCode& code_;
};

}  // namespace mpy
