// Durations of earlier runs, kept in SQLite below the cache folder: what the schedule orders jobs by.
//
// It is advice only: a missing, locked or damaged history costs order, never a verdict, and is said once.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/job.h"

namespace harness {

/// What an earlier run knows of a job.
struct KnownDuration {
    std::chrono::nanoseconds wall{0};
    std::chrono::nanoseconds cpu{0};
};

class History {
  public:
    /// Opens or makes the file and reads all of it. Error: it cannot be used; go on without.
    [[nodiscard]] static Result<History> open(const std::filesystem::path& file);
    /// A history without a file: knows nothing, keeps nothing.
    History() = default;

    [[nodiscard]] std::optional<KnownDuration> duration(const std::string& job_key) const;
    /// Notes a job that ran; written by save().
    void note(const std::string& job_key, KnownDuration duration);
    /// Writes what was noted, in one transaction.
    [[nodiscard]] Result<void> save();

  private:
    std::filesystem::path file_;
    std::unordered_map<std::string, KnownDuration> known_;
    std::vector<std::pair<std::string, KnownDuration>> noted_;
};

}  // namespace harness
