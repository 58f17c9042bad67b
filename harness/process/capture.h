// Watching one started process to its end: reads what it writes, enforces the limits, ends its family. The
// process is NOT reaped: whoever is its parent does that afterwards (run_process with wait4; the oracle asks
// its fork server). Not for conversations: see child_stream.h.
#pragma once

#include <sys/types.h>

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "harness/base/result.h"
#include "harness/model/outcome.h"
#include "harness/process/descriptor.h"
#include "harness/process/process.h"

namespace harness {

struct Captured {
    /// Why we ended it: TimedOut, OutputFlood, MemoryExceeded, Unavailable (cancelled). Empty: it ended by
    /// itself.
    std::optional<Ending> cut;
    std::string output;
    std::string error_output;
    bool truncated = false;
    std::chrono::nanoseconds wall{0};      ///< from `started` to the end of the leader
    std::uint64_t sampled_peak_bytes = 0;  ///< 0 = it ended before the first sample
    std::string trouble;
};

/// `leader` is registered (family::add) and a child of ours or of one of our children. `output` and `error`
/// (may be empty) are the read ends of its pipes, non-blocking; whoever started it has closed the write ends.
/// Returns when the leader has ended, its family is dead, and what it wrote is drained; the leader is then a
/// zombie. Cancelled or destroyed: kills the group and waits (blocking, normally microseconds) for the
/// leader's end.
[[nodiscard]] boost::asio::awaitable<Result<Captured>> capture(pid_t leader, Descriptor output,
                                                               Descriptor error, Limits limits,
                                                               std::chrono::steady_clock::time_point started);

/// A descriptor that becomes readable when the process ends. The process must not have been reaped.
[[nodiscard]] Result<Descriptor> open_process_descriptor(pid_t pid);

/// Waits, blocking and for at most `limit`, until the process has ended (it stays unreaped). False: it has
/// not.
bool wait_for_end(int process_descriptor, std::chrono::milliseconds limit);

}  // namespace harness
