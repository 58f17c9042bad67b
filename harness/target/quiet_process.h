// Whether a process of this host has anything left to do.
#pragma once

#include <sys/types.h>

namespace harness {

/// Every thread of it sleeps: an emulator whose machine waits for input. A thread that waits for a core does
/// not sleep. False as well when it cannot be told. Source: Linux, Documentation/filesystems/proc.rst,
/// /proc/PID/task/TID/stat, third field.
[[nodiscard]] bool sleeps(pid_t pid);

}  // namespace harness
