#include "harness/cli/run_status.h"

#include <algorithm>

namespace harness {

ExitStatus run_status(const RunRecord& record, ReportsWritten written) {
    const Totals& totals = record.totals;
    if (record.facts.interrupted) return kExitStopped;
    if (totals[Standing::Failed] > 0 || !record.plan.expired_quarantine.empty()) return kExitFailed;
    const bool lost_target = std::ranges::any_of(record.plan.environment.targets, &TargetSummary::lost);
    if (written == ReportsWritten::NotAll || totals[Standing::Error] > 0 || lost_target ||
        totals.finished != totals.planned)
        return kExitTrouble;
    return kExitPassed;
}

}  // namespace harness
