// What a target cannot be given because of the way in which programs reach it.
#pragma once

#include <optional>

#include "harness/run/plan.h"

namespace harness {

/// The reason to leave a combination out; nothing when it can be run. `compiler` is null in source mode.
[[nodiscard]] std::optional<LeftOut> left_out_by_transport(const Test& test, const PlannedTarget& target,
                                                           Mode mode, Emitter emitter,
                                                           const PlannedCompiler* compiler);

}  // namespace harness
