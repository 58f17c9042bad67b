// Known failures: defects of MicroPython (never of ours) that are pinned exactly, so that the run fails when
// one of them changes or goes away. A layer above the judge: it reads a finished JobResult and never changes
// a verdict.
//
// The file, TOML (suites/known-failures.toml; several may be given). A [[known-failure]] table has these
// keys:
//
// clang-format off
//   suite            = "micropython"            # or "conformance"
//   test             = "basics/try_return.py"   # id, glob (* and ?), or an array of them
//                                               # which jobs, all optional:
//   when             = "arch in (armv6, armv6m)"  # requirement expression (requirement.h)
//   target           = "unix-*"                 # id or glob, or an array of them; so are the next three
//   mode             = "mpy"                    # source, mpy
//   emitter          = ["native", "viper"]      # bytecode, native, viper
//   arch             = "armv6"                  # arch of the artifact
//   compiler_release = ">=1.25, <1.29"          # releases of the compiler (source mode: of the runtime)
//   runtime_release  = "1.25"                   # releases of the runtime
//                                               # the symptom:
//   verdict          = "fail"                   # fail, crash or timeout
//   stage            = "run"                    # optional: compile, check, load, run
//   output           = """..."""                # the whole output as compared, exactly
//   output_contains  = "TypeError: "            # or a text (array: all of them) inside it
//   reason_contains  = "differs at line 3"      # or inside the judge's reason
//   signal           = "SIGSEGV"                # crash only
//   exit_code        = 1                        # fail only
//   sometimes        = true                     # optional: chance decides (an address, a race), or something that no key
//                                               # here names; a pass says nothing then
//                                               # why:
//   reason           = "what is wrong, in one sentence"
//   program          = "suites/regression/x.py" # optional: the smallest program that shows it
// clang-format on
//
// A fail has to be pinned by at least one of output, output_contains, reason_contains, exit_code; a crash by
// one of those or by signal. Unknown keys, words and expressions are refused with file and line.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/job.h"
#include "harness/model/release.h"
#include "harness/suite/requirement.h"

namespace harness {

/// One entry of the file. Empty lists and ranges mean "any".
struct KnownFailure {
    std::string suite;
    std::vector<std::string> tests;
    Requirement when;
    std::vector<std::string> targets;
    std::vector<Mode> modes;
    std::vector<Emitter> emitters;
    std::vector<std::string> archs;
    ReleaseRange compiler_release;
    ReleaseRange runtime_release;

    Verdict verdict = Verdict::Fail;
    std::optional<Stage> stage;
    std::optional<std::string> output;
    std::vector<std::string> output_contains;
    std::optional<std::string> reason_contains;
    std::optional<int> signal_number;
    std::optional<int> exit_code;
    bool sometimes = false;

    std::string reason;
    std::string program;
    std::string place;  ///< file:line

    /// Is this job one that the entry speaks of?
    [[nodiscard]] bool concerns(const Job& job, const RequirementScope& scope) const;
    /// Did it fail in the way that the entry says?
    [[nodiscard]] bool has_symptom(const JobResult& result) const;
};

/// What the entries say of one result.
struct KnownFailureMatch {
    KnownFailureNote note;
    std::size_t entry = 0;  ///< index into KnownFailures::entries()
};

class KnownFailures {
  public:
    /// Adds the entries of one file. `file` is what messages name.
    [[nodiscard]] Result<void> add_text(std::string_view text, std::string file);
    [[nodiscard]] Result<void> add_file(const std::filesystem::path& path);

    /// Nothing when no entry concerns the job, or when the job did not run (skip, unsupported, checked,
    /// error). Of several entries that concern it one that matches wins.
    [[nodiscard]] std::optional<KnownFailureMatch> look_up(const JobResult& result,
                                                           const RequirementScope& scope) const;

    /// Entries whose test is not among `tests` at all: one message each, with its place. For a full run;
    /// `tests` holds every test of the suites that were read.
    [[nodiscard]] std::vector<Error> without_test(std::span<const std::shared_ptr<const Test>> tests) const;

    [[nodiscard]] const std::vector<KnownFailure>& entries() const { return entries_; }

  private:
    std::vector<KnownFailure> entries_;
};

}  // namespace harness
