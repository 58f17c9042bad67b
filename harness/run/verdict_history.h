// Verdicts of earlier runs, kept in SQLite beside the durations (history.h): what failed when, and what
// passed only when it was repeated.
//
// One row for each job with sums over all runs, and its newest verdicts in a ring, so that the file stops
// growing when the tests do. Jobs that nobody has run for half a year are forgotten. As the durations it is
// advice: it decides in which order jobs run and never what becomes of them.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <unordered_set>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/job.h"

namespace harness {

/// How many verdicts of a job are kept.
inline constexpr std::size_t kKeptVerdicts = 20;

/// One run of a job.
struct PastVerdict {
    std::chrono::system_clock::time_point at;  ///< start of the whole run
    Verdict verdict = Verdict::Pass;
    bool flaky =
        false;  ///< it failed, and passed when it was repeated, or its suite's list ignores the failure
    std::chrono::nanoseconds wall{0};
};

struct JobHistory {
    std::string key;
    std::string suite;
    std::string test;
    std::string target;
    std::size_t runs = 0;
    std::size_t failures = 0;  ///< fail, crash, timeout; known ones and flaky ones included
    std::size_t flakes = 0;
    PastVerdict last;
    /// Newest first, at most kKeptVerdicts; only where they were asked for.
    std::vector<PastVerdict> recent;
};

class VerdictHistory {
  public:
    /// Opens or makes the file. Error: it cannot be used; go on without.
    [[nodiscard]] static Result<VerdictHistory> open(const std::filesystem::path& file);
    /// A history without a file: knows nothing, keeps nothing.
    VerdictHistory() = default;

    /// True when the job's last verdict was a failure that nothing explained.
    [[nodiscard]] bool failed_last_time(const std::string& job_key) const {
        return failing_.contains(job_key);
    }

    /// Notes a final result; written by save(). Jobs that did not run are passed over.
    void note(const JobResult& result);
    /// Writes what was noted, in one transaction. `at` is the start of the run.
    [[nodiscard]] Result<void> save(std::chrono::system_clock::time_point at);

  private:
    struct Noted {
        std::string key;
        std::string suite;
        std::string test;
        std::string target;
        Verdict verdict;
        bool fails;
        bool flaky;
        std::chrono::nanoseconds wall;
    };

    std::filesystem::path file_;
    std::unordered_set<std::string> failing_;
    std::vector<Noted> noted_;
};

enum class Recent { Without, With };

/// Every job in the file, by key; with its newest verdicts when they are asked for. A file that does not
/// exist holds none.
[[nodiscard]] Result<std::vector<JobHistory>> read_job_histories(const std::filesystem::path& file,
                                                                 Recent recent);

}  // namespace harness
