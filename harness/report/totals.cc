#include "harness/report/totals.h"

namespace harness {

std::string_view word(Standing standing) {
    static constexpr std::array<std::string_view, kStandings.size()> kWords{
        "passed", "failed", "skipped", "checked", "error", "known", "flaky", "quarantined"};
    return kWords[static_cast<std::size_t>(standing)];
}

Standing standing_of(const JobResult& result) {
    if (result.fails_the_run()) return Standing::Failed;
    if (result.is_failure()) return Standing::Quarantined;
    if (result.known_failure) return Standing::Known;
    switch (result.judgement.verdict) {
        case Verdict::Pass:
            return Standing::Passed;
        case Verdict::Skip:
        case Verdict::Unsupported:
            return Standing::Skipped;
        case Verdict::Checked:
            return Standing::Checked;
        case Verdict::Error:
            return Standing::Error;
        case Verdict::Fail:
        case Verdict::Crash:
        case Verdict::Timeout:
            break;
    }
    // A failure that does not fail the run and that no known failure explains is on the flaky list.
    return Standing::Flaky;
}

void Totals::add(const JobResult& result) {
    ++finished;
    ++by_standing[static_cast<std::size_t>(standing_of(result))];
    ++by_verdict[static_cast<std::size_t>(result.judgement.verdict)];
    if (result.judgement.cases > 0) cases += static_cast<std::size_t>(result.judgement.cases);
    if (!result.known_failure || result.quarantine) return;
    if (result.known_failure->state == KnownFailureNote::State::Changed) ++known_changed;
    if (result.known_failure->state == KnownFailureNote::State::Gone) ++known_gone;
}

void Totals::add(const DroppedJob& job) {
    ++dropped;
    ++by_standing[static_cast<std::size_t>(Standing::Skipped)];
    ++by_verdict[static_cast<std::size_t>(job.verdict)];
}

}  // namespace harness
