// The block that is printed for one result that needs a person, and the lists of reasons for the others.
#pragma once

#include <cstddef>
#include <string>

#include "harness/report/report.h"

namespace harness {

/// Any result in one line: "FAIL  micropython:basics/int1.py  native  unix-x64  output differs at line 3". No
/// newline at the end.
[[nodiscard]] std::string failure_line(const JobResult& result);

/// Everything needed to act on it without running it again: what differs, how it ended, the fault report and
/// the one command that repeats the job. Ends with a newline.
[[nodiscard]] std::string failure_block(const RecordedResult& recorded);

/// "   87  needs a terminal (a later release)": skips and unsupported ones, results and dropped jobs alike,
/// counted by reason, most frequent first. Ends with a newline; empty when nothing was skipped.
[[nodiscard]] std::string skips_by_reason(const RunRecord& record, std::size_t most_lines = 25);

}  // namespace harness
