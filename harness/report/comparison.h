// Two runs of the same matrix, with another subject each: what changed between them.
//
// Jobs are paired by key. What counts is how a job ended, not what it means for a run: a known failure that
// fails on both sides is no change, one that passes now is newly passing. A job that is flaky on a side says
// nothing, and one that the harness could not judge on a side is told as such, not as the subject's.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "harness/report/report.h"

namespace harness {

/// What a program takes, as `size` counts it, in octets.
struct ImageSize {
    std::uint64_t text = 0;  ///< code and constants
    std::uint64_t data = 0;  ///< variables with a value
    std::uint64_t bss = 0;   ///< zeroed memory
    bool operator==(const ImageSize&) const = default;
};

/// One of the two runs.
struct ComparedRun {
    std::string name;                         ///< "HEAD~1 (1a2b3c4d5e6f)"
    const RunRecord* record = nullptr;        ///< borrowed
    std::map<std::string, ImageSize> images;  ///< the runtime's program, by target
    std::chrono::nanoseconds building{0};     ///< until every target could run
};

struct JobChange {
    Job job;
    std::string before;  ///< "pass", "fail: output differs at line 3", "not in the run"
    std::string after;
    const RecordedResult* result = nullptr;  ///< the second run's; null when it has none
};

struct SizeChange {
    std::uint64_t before = 0;
    std::uint64_t after = 0;
    bool operator==(const SizeChange&) const = default;
};

struct ImageChange {
    std::string target;
    ImageSize before;
    ImageSize after;
};

/// All artifacts for an emitter and arch that both runs have.
struct ArtifactTotal {
    std::string emitter;
    std::string arch;  ///< "-" for none
    std::size_t files = 0;
    std::size_t changed = 0;  ///< of these, how many have another size
    SizeChange octets;
};

struct ArtifactChange {
    std::string test;  ///< "basics/int1.py"
    std::string emitter;
    std::string arch;
    SizeChange octets;
};

struct TargetChange {
    std::string target;
    std::string reason;
};

/// Time of the programs of one target that ran on both sides.
struct TargetTime {
    std::string target;
    std::size_t jobs = 0;
    std::chrono::nanoseconds before{0};
    std::chrono::nanoseconds after{0};
};

struct Comparison {
    std::string base;
    std::string head;
    std::vector<JobChange> newly_failing;
    std::vector<JobChange> newly_passing;
    std::vector<JobChange> other;
    std::vector<TargetChange> lost;    ///< worked with the base only
    std::vector<TargetChange> gained;  ///< works with the second only
    std::size_t unchanged = 0;         ///< jobs that ended alike
    std::size_t flaky = 0;             ///< jobs left out because they are flaky on a side
    std::size_t added = 0;             ///< jobs of the second run only that do not fail
    std::size_t removed = 0;           ///< jobs of lost targets
    std::vector<ImageChange> images;   ///< of every target that both have
    std::vector<ArtifactTotal> artifacts;
    std::vector<ArtifactChange> biggest;  ///< the largest changes, largest first
    std::vector<TargetTime> times;
    std::chrono::nanoseconds base_wall{0};
    std::chrono::nanoseconds head_wall{0};
    std::chrono::nanoseconds base_building{0};
    std::chrono::nanoseconds head_building{0};
    bool interrupted = false;

    /// Something that did not fail does now, a target included.
    [[nodiscard]] bool is_worse() const { return !newly_failing.empty() || !lost.empty(); }
};

/// Pure. Borrows the second run's results.
[[nodiscard]] Comparison compare_runs(const ComparedRun& base, const ComparedRun& head);

/// For a person; failures in full up to `most_failures`. Ends with a line of counts.
[[nodiscard]] std::string comparison_text(const Comparison& comparison, std::size_t most_failures = 20);

/// Tables that are fit for a pull request.
[[nodiscard]] std::string comparison_markdown(const Comparison& comparison);

/// The value of `comparison` in the JSON report.
[[nodiscard]] std::string comparison_json(const Comparison& comparison);

/// "3 newly failing, 1 newly passing, 0 otherwise changed, 1840 unchanged".
[[nodiscard]] std::string comparison_counts(const Comparison& comparison);

}  // namespace harness
