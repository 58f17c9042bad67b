// The plan: which jobs a run consists of, and which combinations it leaves out and why.
//
// The plan is the cross product tests × emitters × archs × compilers × targets, in a stable order. Every
// combination that is left out keeps the reason that names the missing thing. Nothing is asked or started
// here.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/job.h"
#include "harness/model/target.h"
#include "harness/suite/requirement.h"

namespace harness {

/// A compiler as the plan sees it.
struct PlannedCompiler {
    std::string name;                ///< "mpy-cross-1.25.0"
    std::string release;             ///< "1.25.0"
    std::vector<std::string> archs;  ///< what its -march takes and it can emit native code for
    /// Archs for which its machine code is known to be of no use on any target, each with the reason.
    std::map<std::string, std::string> defects = {};
    /// Of the files that it makes; 0 = not known.
    int mpy_version = 0;
    int mpy_sub_version = 0;
};

/// A target that was asked what it can do.
struct PlannedTarget {
    TargetDescription description;
    Capabilities capabilities;
};

/// One way to run a test, before it is decided whether it applies.
struct Combination {
    const PlannedTarget& target;
    Mode mode;
    Emitter emitter;
    std::string_view arch;
    const PlannedCompiler* compiler;  ///< null in source mode
};

/// Why a combination is left out.
struct LeftOut {
    Verdict verdict = Verdict::Skip;  ///< Skip, Unsupported; Error when a test's metadata is wrong
    std::string reason;
};

/// A suite as the plan sees it.
class TestSource {
  public:
    virtual ~TestSource() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;
    /// The tests that this target is asked to run, in the suite's order. The same test is the same object for
    /// every target.
    [[nodiscard]] virtual Result<std::vector<std::shared_ptr<const Test>>> tests_for(
        const PlannedTarget& target) = 0;
    /// Nothing when the test runs in this combination.
    [[nodiscard]] virtual std::optional<LeftOut> left_out(const Test& test,
                                                          const Combination& combination) const = 0;
    /// True when the suite is also compiled with the newest compiler, beside the one paired with the runtime.
    [[nodiscard]] virtual bool wants_newest_compiler() const = 0;
    /// Why a failure of the test does not fail the run (a list of the suite's own). Nothing for most tests.
    [[nodiscard]] virtual std::optional<std::string> flaky_reason(const Test&,
                                                                  const RequirementScope&) const {
        return std::nullopt;
    }
};

struct PlanOptions {
    Mode mode = Mode::Mpy;
    std::vector<Emitter> emitters;
    /// Archs to compile for; empty = each target's own and those that it accepts from other code generators.
    std::vector<std::string> archs;
    /// Only tests that one of these names: a test id, a folder of ids, a file, or "suite:id". Empty = all.
    std::vector<std::string> selection;
    /// Ordered include/exclude patterns (test-conventions 7.5), searched in the id; the last that matches
    /// wins.
    struct Filter {
        bool include;
        std::string pattern;
    };
    std::vector<Filter> filters;
};

struct Plan {
    std::vector<Job> jobs;
    std::vector<DroppedJob> dropped;
};

/// What is known before any target is asked.
struct KnownTests {
    std::vector<std::string> suites;
    std::vector<std::shared_ptr<const Test>> tests;
    /// Folders whose files are tests on some targets.
    std::vector<std::filesystem::path> trees;
};

/// What can be said of the request before any target is asked, so that a slip of the pen does not wait for
/// firmware to be built. Error: a pattern is malformed, a name is no suite, no known test and no file or
/// folder below a tree or here, an arch that no compiler can emit.
[[nodiscard]] Result<void> check_request(const PlanOptions& options, const KnownTests& known,
                                         const std::vector<PlannedCompiler>& compilers);

/// Makes the plan. What a second arch or the newest compiler adds is shown by one target for each arch: its
/// home, the first target whose own arch it is, else the first that accepts it. A target whose own compiler
/// is defective for an arch gets the newest one for it. Errors: no test is left, a selection or pattern
/// matches nothing or is malformed, an arch that no compiler can emit.
[[nodiscard]] Result<Plan> make_plan(const std::vector<TestSource*>& sources,
                                     const std::vector<PlannedTarget>& targets,
                                     const std::vector<PlannedCompiler>& compilers,
                                     const PlanOptions& options);

/// The archs that a target is given by default: its own, then of each other code generator whose files it
/// accepts the lowest arch. Archs that share a code generator get the same machine code, so they add nothing.
[[nodiscard]] std::vector<std::string> default_archs(const TargetDescription& target);

}  // namespace harness
