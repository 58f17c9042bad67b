// What the scheduler knows of a target: it takes requests and gives an outcome for each, whatever happens.
//
// A target is not responsible for verdicts, expectations or artifacts: it feeds a runtime and reads it.
// Everything that the subject does wrong is an Outcome; what the harness could not do is an Outcome with
// Ending::Unavailable and a reason.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/job.h"
#include "harness/model/outcome.h"
#include "harness/model/target.h"

namespace harness {

/// One run of one program.
struct RunRequest {
    const Job* job = nullptr;  ///< not owned; outlives the run
    /// The artifact's octets; null in source mode, where the target reads job->test->path.
    std::shared_ptr<const std::string> artifact;
    /// Artifacts of the test's helpers, "NAME.mpy" and octets, importable while the program runs.
    std::vector<std::pair<std::string, std::shared_ptr<const std::string>>> modules;
    /// Limit on the program's own time, before the target's time factor.
    std::chrono::milliseconds time_limit{30000};
};

/// Called once for each request, in the order in which they end.
using OutcomeSink = std::function<void(std::size_t request_index, Outcome outcome)>;

class Target {
  public:
    virtual ~Target() = default;

    [[nodiscard]] virtual const TargetDescription& description() const = 0;
    /// What it can do, asked from the target itself; the answer may come from a cache that is keyed by the
    /// runtime's identity. Error: it could not be asked, so nothing can run on it.
    [[nodiscard]] virtual boost::asio::awaitable<Result<Capabilities>> probe() = 0;
    /// The most requests that one call of run() should get: 1 for a process, an image full for a machine.
    [[nodiscard]] virtual std::size_t batch_limit() const { return 1; }
    /// Runs the requests in order. Never fails: each request gets its outcome. When the awaiting coroutine is
    /// cancelled everything that was started is killed and the outcomes reached so far stand.
    [[nodiscard]] virtual boost::asio::awaitable<void> run(std::span<const RunRequest> requests,
                                                           const OutcomeSink& sink) = 0;
    /// No more runs come: what is kept open between two of them is given back.
    [[nodiscard]] virtual boost::asio::awaitable<void> finish() { co_return; }
    /// What a person should know of how it worked but that is no outcome: one line each.
    [[nodiscard]] virtual std::vector<std::string> notes() const { return {}; }
    /// What its machines have cost so far; null for a target that has none.
    [[nodiscard]] virtual const MachineCosts* machine_costs() const { return nullptr; }
    /// How to do by hand what run() does, for --verbose and reports: a shell line.
    [[nodiscard]] virtual std::string command_line(const RunRequest& request) const = 0;
};

}  // namespace harness
