// A job: test × mode × emitter × arch × compiler × target; and its result. Plain data.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/model/outcome.h"
#include "harness/model/test.h"
#include "harness/model/words.h"

namespace harness {

struct Job {
    std::shared_ptr<const Test> test;
    Mode mode = Mode::Mpy;
    Emitter emitter = Emitter::Bytecode;
    /// Arch the artifact is compiled for; empty in source mode and for a target without native code.
    std::string arch;
    /// Name of the compiler ("mpy-cross-1.25.0"); empty in source mode.
    std::string compiler;
    /// Name of the target.
    std::string target;

    /// "micropython:basics/int1.py mpy native x64 mpy-cross-1.25.0 unix-x64": unique in a run, stable between
    /// runs.
    [[nodiscard]] std::string key() const;
    /// "native", "native armv6m", "source bytecode": the row of the matrix.
    [[nodiscard]] std::string row() const;
};

/// A combination that the plan left out, with the reason that names the missing thing.
struct DroppedJob {
    Job job;
    Verdict verdict = Verdict::Skip;  ///< Skip or Unsupported
    std::string reason;
};

struct Timings {
    std::chrono::nanoseconds compile{0};
    std::chrono::nanoseconds oracle{0};
    std::chrono::nanoseconds run_wall{0};
    std::chrono::nanoseconds run_cpu{0};
    bool compile_cached = false;
    bool oracle_cached = false;
};

/// A known failure that explained this result, or that this result contradicts.
struct KnownFailureNote {
    enum class State {
        Matches,  ///< fails as the entry says: does not fail the run
        Changed,  ///< fails, but with another symptom: fails the run
        Gone,     ///< passes: fails the run, the entry has to go
    };
    State state = State::Matches;
    std::string reason;
    std::string entry;  ///< file:line
};

/// The whole plan that a shard is a part of: what all shards of one run have in common, so that their reports
/// can be held against each other.
struct WholePlan {
    std::size_t tests = 0;
    std::size_t jobs = 0;
    std::size_t dropped = 0;
    /// Over every job and every combination that was left out.
    std::string fingerprint;
    bool operator==(const WholePlan&) const = default;
};

/// An entry of the quarantine file that speaks of this job (harness/suite/quarantine.h).
struct QuarantineNote {
    std::string reason;
    std::string entry;    ///< file:line
    std::string expires;  ///< "2026-12-31", the last day on which it holds
};

struct JobResult {
    Job job;
    Judgement judgement;
    Outcome outcome;
    Timings timings;
    std::optional<KnownFailureNote> known_failure;
    std::optional<QuarantineNote> quarantine;
    /// Why a failure is ignored: MicroPython's flaky list, or it passed when it was repeated.
    std::optional<std::string> flaky;
    std::size_t artifact_bytes = 0;
    /// Key of the job whose run gave the outcome, because both load the same octets on the same target; empty
    /// = it was run itself.
    std::string outcome_of;
    /// The one command that repeats this job.
    std::string repeat_command;

    /// Is this a failure that nothing explains? In quarantine it does not fail the run all the same.
    [[nodiscard]] bool is_failure() const;
    /// Does this result fail the run?
    [[nodiscard]] bool fails_the_run() const { return is_failure() && !quarantine; }
};

}  // namespace harness
