// Indices and numbers of a .mpy file that must not be mixed: each is a type of its own.
#pragma once

#include <compare>
#include <cstdint>

namespace mpy {

/// A number that counts things of one sort. Comparable with its own sort only; `.value` is the plain number.
template <class Tag>
struct Index {
    std::uint32_t value = 0;

    friend constexpr auto operator<=>(Index, Index) = default;
};

/// Index into the qstr table of the file.
using QstrIndex = Index<struct QstrTag>;
/// Index into the object table of the file.
using ObjectIndex = Index<struct ObjectTag>;
/// Index into the children of one raw code.
using ChildIndex = Index<struct ChildTag>;
/// Number of a raw code in the file, counted in file order; 0 is the body of the module.
using RawCodeIndex = Index<struct RawCodeTag>;
/// Number of a local variable of a function.
using LocalIndex = Index<struct LocalTag>;
/// Slot of the runtime function table.
using FunctionSlot = Index<struct FunctionSlotTag>;

/// A run of octets of the file: where it starts and how long it is.
struct Extent {
    std::uint64_t offset = 0;
    std::uint64_t size = 0;

    constexpr std::uint64_t end() const { return offset + size; }
    friend constexpr bool operator==(Extent, Extent) = default;
};

}  // namespace mpy
