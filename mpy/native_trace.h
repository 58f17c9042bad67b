// Follows the pointers of a compiled function through its registers and stack, far enough to say in words
// what an instruction loads and calls: table slots by name, qstrs by text, objects by value, locals by name.
//
// It starts from what the loader hands to the function and believes only loads that it can follow from there,
// so a wrong name would need a wrong instruction. At every place where control can arrive from elsewhere it
// forgets everything but the pointers that a function keeps for its whole length.
//
// Not here: decoding (native_disassemble.h), which octets are code (native_layout.h), layout on a page
// (disassemble.h). Source: the native ABI text, sections 1, 3.2 to 3.7, 4.2.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "mpy/module.h"
#include "mpy/native_disassemble.h"
#include "mpy/native_layout.h"

namespace mpy {

/// What is known of one instruction. Empty for the many that only compute.
struct TraceNote {
    /// It leaves the function by an address that is not in the instruction (a call, not a jump).
    bool indirect_call = false;
    /// The table slot that an indirect call goes to.
    std::optional<FunctionSlot> slot;
    /// The call makes a function from this child.
    std::optional<ChildIndex> makes_child;
    /// The call stores something under this name.
    std::optional<QstrIndex> stores_name;
    /// An address of this function that it jumps to or computes, already without a Thumb bit.
    std::optional<std::uint64_t> target;
    /// The target is where control goes; else the instruction only computes it.
    bool goes_to_target = false;
    /// In words, e.g. `binary_op(+, ?, 1)`, `qstr 'print'`, `local n`. Safe to print.
    std::string text;
    /// Something that no producer should write, in words, e.g. a code address outside the function.
    std::string warning;
};

/// A code region with its instructions.
struct DecodedRegion {
    Region region;
    DecodedChunk instructions;
};

struct Trace {
    /// One for each instruction of each code region, in order.
    std::vector<std::vector<TraceNote>> notes;
    /// Addresses that need a label: targets of jumps and computed code addresses inside the code.
    std::set<std::uint64_t> labels;
};

/// Traces `code`, whose code regions are `regions` in ascending order.
Trace trace_native(const Module& module, const RawCode& code, const std::vector<DecodedRegion>& regions);

}  // namespace mpy
