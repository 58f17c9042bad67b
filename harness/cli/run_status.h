// The exit status of a run, of one that was merged from shards as well.
#pragma once

#include "harness/cli/exit_status.h"
#include "harness/report/report.h"

namespace harness {

enum class ReportsWritten { All, NotAll };

/// In this order: stopped; a subject is broken, or the quarantine has expired; the harness or a target that
/// was asked for could not work, a job has no verdict, a report was not written; passed.
[[nodiscard]] ExitStatus run_status(const RunRecord& record, ReportsWritten written);

}  // namespace harness
