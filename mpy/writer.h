// Writes a Module back as a file, octet by octet as it was read. Not here: making modules from scratch; who
// changes a Module has to keep its counts and flags consistent, and the checker tells.
//
// What a Module keeps of a file is everything but one thing: how many octets a vuint of the container took.
// Producers always take the shortest form, so that is what the writer writes. A file with longer forms (rule
// P1) is refused with W1, unless the caller asks for the shortest form of everything. Vuints inside code and
// preludes are kept as they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "mpy/finding.h"
#include "mpy/module.h"

namespace mpy {

enum class RedundantVuints : std::uint8_t {
    /// A module with longer forms is refused: what would be written is not what was read.
    Refuse,
    /// Longer forms are written in their shortest form.
    Shorten
};

struct WriteOptions {
    RedundantVuints redundant_vuints = RedundantVuints::Refuse;
};

/// The octets of the file, trailing ones included.
Result<std::vector<std::byte>> write_module(const Module& module, const WriteOptions& options = {});

}  // namespace mpy
