// Counting results: what a single result means for the run, and the sums that the reports print.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>
#include <vector>

#include "harness/model/job.h"

namespace harness {

/// What a result means for the run. Every result has exactly one standing; Passed, Failed and Skipped are the
/// three numbers of the closing line, the others are printed beside it.
enum class Standing {
    Passed,
    Failed,       ///< fails the run: fail, crash, timeout, and a known failure that changed or went away
    Skipped,      ///< skip and unsupported, also of combinations that the plan left out
    Checked,      ///< compiled and checked, not run
    Error,        ///< the harness's own trouble
    Known,        ///< failed as a known failure says
    Flaky,        ///< failed, and MicroPython's list says that this may happen, or passed when repeated
    Quarantined,  ///< failed, and the quarantine file says that somebody is looking into it
};
inline constexpr std::array kStandings{Standing::Passed,  Standing::Failed,     Standing::Skipped,
                                       Standing::Checked, Standing::Error,      Standing::Known,
                                       Standing::Flaky,   Standing::Quarantined};
[[nodiscard]] std::string_view word(Standing standing);
[[nodiscard]] Standing standing_of(const JobResult& result);

struct Totals {
    std::array<std::size_t, kStandings.size()> by_standing{};
    /// Verdicts of results and of dropped jobs, in the order of kVerdicts; known and flaky failures included.
    std::array<std::size_t, kVerdicts.size()> by_verdict{};
    std::size_t planned = 0;   ///< jobs that the plan wanted to run
    std::size_t finished = 0;  ///< of these, how many have a verdict
    std::size_t dropped = 0;   ///< combinations that the plan left out
    std::size_t cases = 0;     ///< test cases inside the tests that ran
    std::size_t known_changed = 0;
    std::size_t known_gone = 0;

    [[nodiscard]] std::size_t operator[](Standing standing) const {
        return by_standing[static_cast<std::size_t>(standing)];
    }
    [[nodiscard]] std::size_t operator[](Verdict verdict) const {
        return by_verdict[static_cast<std::size_t>(verdict)];
    }
    void add(const JobResult& result);
    void add(const DroppedJob& dropped);
};

}  // namespace harness
