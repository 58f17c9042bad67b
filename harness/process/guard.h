// The guard: a tiny process that outlives the harness for a moment. It waits for the end of a pipe that only
// the harness holds open; when the harness is gone, for whatever reason, it kills every process that carries
// the run's token in its environment, and ends. It does nothing while the harness lives.
#pragma once

#include <sys/types.h>

#include <string_view>

#include "harness/base/result.h"

namespace harness {

/// Forks the guard; `marker` is the whole "NAME=value" that its victims carry. Called once per process.
[[nodiscard]] Result<pid_t> start_guard(std::string_view marker);

}  // namespace harness
