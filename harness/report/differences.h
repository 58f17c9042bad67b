// The difference view: each test whose outcome is not the same on all targets that ran it, with who agrees
// with the expectation. This is where a defect of one back end shows: the same program, the same emitter,
// another arch.
#pragma once

#include <string>
#include <vector>

#include "harness/report/report.h"

namespace harness {

/// One outcome and where it was seen.
struct OutcomeGroup {
    std::string what;             ///< "pass", "crash: machine fault", …
    std::vector<std::string> on;  ///< "unix-armhf armv6m mpy-cross-1.25.0", in the order of the report
};

struct Difference {
    std::string test;  ///< "conformance:limits/names_many.py@n=300 mpy native"
    /// At least two; those that agree with the expectation come first, then the largest.
    std::vector<OutcomeGroup> groups;
};

/// Only results of programs that ran or were refused count: what was left out, skipped or only checked tells
/// nothing of a difference. Source order: by test.
[[nodiscard]] std::vector<Difference> find_differences(const RunRecord& record);

/// As printed; empty when there is none.
[[nodiscard]] std::string print_differences(const std::vector<Difference>& differences);

}  // namespace harness
