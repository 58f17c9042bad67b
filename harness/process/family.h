// Families: a child of ours and everything that descends from it, and how nothing of it stays behind.
//
// What holds, in this order:
// 1. The child is leader of a session and of a process group of its own. One kill(-pid) ends the group. Its
//    process id cannot be taken by anybody else while we have not reaped it, so the group is killed first and
//    the leader reaped last.
// 2. We are the "child subreaper": a descendant whose parent has died becomes our own child, wherever it
// moved
//    itself. It belongs to the family whose session it is in; and when it made a session of its own, to the
//    family whose token stands in its environment (MPYCONFORM_FAMILY).
// 3. One that made a session of its own AND emptied its environment belongs to nobody that we know. It is
//    killed when the next family ends.
// 4. If the harness itself is killed, each leader gets SIGKILL from the kernel (parent-death signal), and the
//    guard process (guard.h) kills every process that carries this run's token (MPYCONFORM_RUN).
// What is not possible without privileges: stopping a descendant that forks faster than it is killed for
// ever; after a bounded number of rounds it is left alone and named in the result.
//
// One thread, as the rest of this room.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/result.h"

namespace harness::family {

/// Makes us the subreaper and starts the guard; does its work once. To be called before each start of a
/// child.
[[nodiscard]] Result<void> prepare();

/// Adds the two markers to an environment and returns the family's new token.
std::uint64_t mark(std::vector<std::string>& environment);

/// From now on `leader` is a live family with this token. Token 0: a leader that carries another family's
/// token, because it was forked from that family's leader (harness/oracle).
void add(pid_t leader, std::uint64_t token);

/// SIGKILL to the leader's group. The leader has to be alive or unreaped.
void kill_group(pid_t leader);

/// Ends a family whose leader has ended but is not reaped: kills its group and whatever of it has left the
/// group, and reaps all but the leader. Returns a sentence when something was left alive, else an empty
/// string. The leader stays registered until its parent has reaped it and calls forget().
[[nodiscard]] std::string end(pid_t leader);

/// To be called when the leader has been reaped: its number may belong to somebody else from now on.
void forget(pid_t leader);

/// Resident memory of a process and its descendants now; 0 when it cannot be told.
[[nodiscard]] std::uint64_t resident_bytes(pid_t leader);

/// Leaders that are alive or not reaped yet.
[[nodiscard]] std::vector<pid_t> living();

}  // namespace harness::family
