// What a run has to say about its quarantine: what failed in it, what passed all through, what has expired.
#pragma once

#include <string>

#include "harness/report/report.h"

namespace harness {

/// Lines for a person, a title in front of each part; empty when there is nothing to say. `heading` makes a
/// title of its text.
[[nodiscard]] std::string quarantine_text(const RunRecord& record, std::string (*heading)(std::string_view));

}  // namespace harness
