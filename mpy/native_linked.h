// Where the instructions of a module made by the linker of C modules end and its data begins.
//
// The linker puts read-only data and the global offset table behind the code, in one block, and leaves no
// mark between them. Control flow tells: what it reaches from the entry and from the functions that the
// module exports is code, and so is what lies between. Not here: compiled Python code, whose layout is known
// (native_layout.h). Source: the native ABI text, sections 6.1, 6.2 and 6.5.
#pragma once

#include <vector>

#include "mpy/module.h"
#include "mpy/native_trace.h"

namespace mpy {

/// Turns the instructions behind the last one that is reached into regions of data. Functions that lie behind
/// it and are reached only through a computed address become data too. Does nothing for code without
/// relocations.
void separate_linked_data(const RawCode& code, std::uint32_t word_octets,
                          std::vector<DecodedRegion>& regions);

}  // namespace mpy
