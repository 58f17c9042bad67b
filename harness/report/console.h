// The report that a person reads: progress, failures, matrix, totals.
//
// On a terminal one live line shows progress; in a pipe a plain line does, every ten seconds at most. Each
// failure is told in one line when it happens and in full at the end. The end of every run is, in this order:
// failures, the harness's own errors, what was skipped and why, the matrix, notes, totals, one line
// `N passed, N failed, N skipped` that stands alone, and last of all the number of known failures.
#pragma once

#include <chrono>
#include <functional>

#include "harness/report/progress.h"
#include "harness/report/report.h"
#include "harness/report/terminal.h"

namespace harness {

struct ConsoleOptions {
    /// A line for every result when it is there, not for failures alone.
    bool verbose = false;
    /// Progress and nothing else: another report tells what came of it.
    bool progress_only = false;
    /// The difference view in front of the matrix (differences.h).
    bool differences = false;
    /// Full blocks; what is more gets one line each.
    std::size_t most_failures = 100;
    std::chrono::milliseconds live_interval{100};
    std::chrono::seconds plain_interval{10};
    std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

class Console : public Report {
  public:
    /// The terminal is borrowed.
    explicit Console(Terminal& terminal, ConsoleOptions options = {});

    void run_started(const PlanSummary& plan) override;
    void job_started(const Job& job) override;
    void job_finished(const RecordedResult& result) override;
    void tick() override;
    [[nodiscard]] Result<void> run_finished(const RunRecord& record) override;

    /// A line for the person in the middle of a run; the live line stays whole.
    void note(const std::string& line);

  private:
    void show_progress();

    Terminal& terminal_;
    ConsoleOptions options_;
    LiveLine live_;
    Progress progress_;
    std::chrono::steady_clock::time_point shown_at_{};
};

/// Everything that is printed when a run is over.
[[nodiscard]] std::string console_summary(const RunRecord& record, std::size_t width, bool colour,
                                          std::size_t most_failures);

}  // namespace harness
