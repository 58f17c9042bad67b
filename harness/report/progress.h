// How far a run is: counts, what runs now and how long it may still take, as text.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/report/report.h"

namespace harness {

class Progress {
  public:
    using Time = std::chrono::steady_clock::time_point;

    void run_started(const PlanSummary& plan, Time now);
    void job_started(const Job& job, Time now);
    void job_finished(const JobResult& result);

    /// "[  512/8000] 498 passed, 2 failed, 12 skipped | 0:42 left | 4 running: basics/int1.py native
    /// unix-x64, …". The jobs that have been running longest come first.
    [[nodiscard]] std::string live_line(Time now) const;
    /// The same without the jobs: for a log.
    [[nodiscard]] std::string plain_line(Time now) const;

    /// From the durations of earlier runs and the pace of this one; nothing when it cannot be told yet.
    [[nodiscard]] std::optional<std::chrono::seconds> time_left(Time now) const;

    [[nodiscard]] bool is_complete() const { return totals_.finished >= planned_; }

  private:
    struct Running {
        std::string key;
        std::string name;
        Time since;
    };
    [[nodiscard]] double weight_of(const std::string& key) const;

    Time started_{};
    std::size_t planned_ = 0;
    Totals totals_;
    /// Seconds by job key; jobs without a known duration are not in it.
    std::unordered_map<std::string, double> expected_;
    double usual_seconds_ = 1;  ///< taken for a job whose duration is not known
    double weight_left_ = 0;
    double weight_done_ = 0;
    std::vector<Running> running_;  ///< oldest first
};

/// "0:42", "12:05", "1:02:03".
[[nodiscard]] std::string clock_text(std::chrono::seconds time);

}  // namespace harness
