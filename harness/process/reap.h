// How a process ended and what it used, as its parent learns it. Shared by run_process, ChildStream and the
// oracle's fork server; not for users of this room.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>

#include "harness/process/capture.h"
#include "harness/process/process.h"

namespace harness {

struct Reaped {
    bool known = false;  ///< false: the status could not be had
    int status = 0;      ///< as wait(2) gives it
    std::chrono::nanoseconds cpu{0};
    std::uint64_t peak_memory_bytes = 0;  ///< 0 = not more than our own peak, see ProcessResult
};

/// wait4 and family::forget(), for a child of ours that has ended or was sent SIGKILL. Blocks until it has
/// ended, but no longer than seconds: one that the kernel cannot end is left to the reaping of orphans,
/// status unknown.
[[nodiscard]] Reaped reap_child(pid_t pid);

/// Puts both halves together.
[[nodiscard]] ProcessResult to_result(Captured captured, const Reaped& reaped, const Limits& limits);

}  // namespace harness
