// The one object that the run feeds: keeps the record and passes every event on to the reports.
#pragma once

#include <memory>
#include <unordered_set>
#include <vector>

#include "harness/report/console.h"
#include "harness/report/report.h"

namespace harness {

class Reports {
  public:
    /// `console` prints last, so that the end of its output is the end of the run's.
    explicit Reports(std::unique_ptr<Console> console);

    /// Reports that are written at the end: JSON, JUnit.
    void add(std::unique_ptr<Report> report);

    void run_started(PlanSummary plan);
    void job_started(const Job& job);
    /// Each job of the plan at most once.
    void job_finished(JobResult result);
    /// Call it a few times a second, also when nothing happens.
    void tick();
    /// A line for the person in the middle of a run.
    void note(const std::string& line);

    /// Writes every report, also when one of them fails, then the console's end. Returns the troubles in the
    /// order in which they came; the console names them too. With trouble and no failure the run's exit
    /// status is 3.
    [[nodiscard]] std::vector<Error> run_finished(RunFacts facts);

    /// Up to date at any time; sorted only after run_finished().
    [[nodiscard]] const RunRecord& record() const { return record_; }

  private:
    std::unique_ptr<Console> console_;
    std::vector<std::unique_ptr<Report>> others_;
    RunRecord record_;
};

/// Sorts results, jobs and dropped jobs by Job::key().
void sort_record(RunRecord& record);

/// The sums over a plan and its results.
[[nodiscard]] Totals totals_of(const PlanSummary& plan, const std::vector<RecordedResult>& results);

/// Makes the difference and cuts what is kept to kKeptOctets; a plain pass keeps no output.
[[nodiscard]] RecordedResult recorded(JobResult result);

}  // namespace harness
