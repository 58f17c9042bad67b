// The jobs of a workbench, run to their results: artifacts, expectations, targets and rules wired to the
// scheduler. It prints nothing by itself; what happens goes to the Reports that it is given.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/cli/job_artifacts.h"
#include "harness/cli/run_options.h"
#include "harness/cli/workbench.h"
#include "harness/report/reports.h"
#include "harness/run/history.h"
#include "harness/run/judge.h"
#include "harness/run/schedule.h"
#include "harness/run/verdict_history.h"

namespace harness {

class JobsRun {
  public:
    /// All are borrowed and outlive the run. `notes` are lines that already came up, for the report.
    JobsRun(const RunOptions& options, Workbench& bench, Reports& reports, std::string command_line,
            std::vector<std::string> notes);
    ~JobsRun();
    JobsRun(const JobsRun&) = delete;
    JobsRun& operator=(const JobsRun&) = delete;

    /// Runs every job of the plan once and writes all reports. Returns the troubles that reports had. Error:
    /// there is no interpreter that could say what is right; nothing was run.
    [[nodiscard]] boost::asio::awaitable<Result<std::vector<Error>>> run();
    /// Time of the compilers on a processor.
    [[nodiscard]] std::chrono::nanoseconds compiler_cpu() const;
    /// Breaks off; results reached so far are reported. The second call kills every child at once.
    void interrupt();

  private:
    [[nodiscard]] JudgeRules rules();
    void annotate(JobResult& result);
    [[nodiscard]] RequirementScope scope_of(const Job& job) const;
    [[nodiscard]] JudgeContext context_of(const Job& job) const;
    [[nodiscard]] PlanSummary plan_summary(const std::string& cpython) const;
    [[nodiscard]] ScheduleOptions schedule_options(const std::map<std::string, Target*>& targets);
    void open_histories();
    void finish(JobResult result);
    [[nodiscard]] boost::asio::awaitable<void> run_schedule(JobRunner& runner);
    [[nodiscard]] unsigned retries_of(const JobResult& result) const;
    [[nodiscard]] boost::asio::awaitable<void> repeat_failed(JobRunner& runner,
                                                             std::vector<JobResult> failed);
    [[nodiscard]] RunFacts facts(std::chrono::system_clock::time_point started_at,
                                 std::chrono::nanoseconds wall) const;

    const RunOptions& options_;
    Workbench& bench_;
    Reports& reports_;
    std::string command_line_;
    std::vector<std::string> notes_;
    std::map<std::string, Capabilities> capabilities_;
    std::map<std::string, std::string> compiler_releases_;  ///< by the compiler's name
    std::unique_ptr<JobArtifacts> artifacts_;
    History history_;
    VerdictHistory verdicts_;
    std::unique_ptr<Schedule> schedule_;
    bool interrupted_ = false;
};

}  // namespace harness
