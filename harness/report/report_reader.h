// Reads a JSON report back into the record that it was written from, so that reports of several runs can be
// put together. What a report does not hold (the program's whole output, time limits, known durations) is
// empty.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/report/report.h"

namespace harness {

/// `file` is what messages name. json_report() of the record gives the same text again. Error: it is no
/// report, one of another schema, or one that contradicts itself (cut off, edited).
[[nodiscard]] Result<RunRecord> read_report(std::string_view text, const std::string& file);

}  // namespace harness
