// Quarantine: tests that fail now and then and that somebody is looking into. Unlike a known failure
// (known_failures.h), which is an exact symptom, an entry covers any failure of its jobs, and in exchange it
// ends by itself: behind its date it fails the run. A layer above the judge: it never changes a verdict.
//
// The file, TOML. A [[quarantine]] table has these keys:
//
// clang-format off
//   test    = "extmod/asyncio_*.py"   # id, glob (* and ?), or an array of them
//   suite   = "micropython"           # optional: or "conformance"
//   target  = "unix-*"                # optional: id or glob, or an array of them
//   emitter = ["native", "viper"]     # optional: bytecode, native, viper
//   reason  = "who looks into what"
//   expires = 2026-12-31              # the last day (UTC) on which it holds
// clang-format on
//
// Unknown keys and words are refused with file and line.
#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/job.h"

namespace harness {

/// One entry of the file. Empty lists mean "any".
struct QuarantineEntry {
    std::string suite;
    std::vector<std::string> tests;
    std::vector<std::string> targets;
    std::vector<Emitter> emitters;
    std::string reason;
    std::chrono::year_month_day expires;
    std::string place;  ///< file:line

    [[nodiscard]] bool concerns(const Job& job) const;
};

class Quarantine {
  public:
    /// `today` decides which entries have expired; it stays the same for the whole run.
    explicit Quarantine(std::chrono::year_month_day today) : today_(today) {}

    /// Adds the entries of one file. `file` is what messages name.
    [[nodiscard]] Result<void> add_text(std::string_view text, std::string file);
    [[nodiscard]] Result<void> add_file(const std::filesystem::path& path);

    /// The first entry that holds and concerns the job. Nothing when the job did not run (skip, unsupported,
    /// checked) or has no verdict (error): that is no failure of the test's.
    [[nodiscard]] std::optional<QuarantineNote> look_up(const JobResult& result) const;

    /// One line for each entry that holds no more; each fails the run.
    [[nodiscard]] std::vector<std::string> expired() const;

    [[nodiscard]] const std::vector<QuarantineEntry>& entries() const { return entries_; }

  private:
    [[nodiscard]] bool holds(const QuarantineEntry& entry) const { return today_ <= entry.expires; }

    std::chrono::year_month_day today_;
    std::vector<QuarantineEntry> entries_;
};

/// Today's date in UTC, so that all machines of a run agree.
[[nodiscard]] std::chrono::year_month_day today_utc();

}  // namespace harness
