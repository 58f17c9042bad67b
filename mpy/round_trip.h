// One call that holds a file to everything this library knows: it reads, it keeps every rule, and it is
// written back octet by octet as it was. For suites and tools that make many artifacts: microseconds for a
// small file.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "mpy/checker.h"
#include "mpy/finding.h"

namespace mpy {

/// Reads, writes and compares. Fails with the reader's finding, with the writer's (W1), or with W2 and the
/// offset of the first octet that differs.
Result<void> check_round_trip(std::span<const std::byte> file);

/// The same for a module that has already been read from `file`.
Result<void> check_round_trip(std::span<const std::byte> file, const Module& module);

/// Reads once, checks, and checks the round trip: what a runner calls for every artifact. A broken round trip
/// is a finding of the report like any other.
CheckReport check_artifact(std::span<const std::byte> file, const CheckOptions& options = {});

}  // namespace mpy
