// What the harness itself costs on one target: starting a machine, a program that does nothing, and a whole
// set of tests with cold and warm caches at one and two jobs.
//
// Everything is measured through the code that a run uses; artifacts and expectations are kept in a folder
// that exists only for the measurement, so that cold really is cold and nobody's cache changes.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/target.h"

namespace harness {

struct BenchWishes {
    std::string target;
    std::vector<std::string> tests;  ///< as `run` takes them
    unsigned boots = 5;
};

/// One run of all the tests.
struct BenchRun {
    std::string name;  ///< "cold -j2", "warm -j2", "warm -j1"
    unsigned jobs = 0;
    bool cold = false;
    std::size_t tests = 0;   ///< programs that got a verdict
    std::size_t failed = 0;  ///< among them those that fail a run
    std::size_t errors = 0;  ///< among them those without a verdict because the harness had trouble
    std::chrono::nanoseconds wall{0};
    /// Before the first job: options, suites, plan, probes.
    std::chrono::nanoseconds start{0};
    // Time on a processor, of all cores, the start included.
    std::chrono::nanoseconds harness{0};
    std::chrono::nanoseconds emulator{0};  ///< or the host process that runs the programs
    std::chrono::nanoseconds compiler{0};
    std::chrono::nanoseconds others{0};  ///< CPython and whatever else was started
    std::optional<MachineCosts> machine;

    [[nodiscard]] double tests_per_second() const;
    [[nodiscard]] std::chrono::nanoseconds processor() const {
        return harness + emulator + compiler + others;
    }
};

struct BenchFigures {
    std::string target;
    std::string arch;
    std::string machine;
    std::vector<std::chrono::nanoseconds> boots;  ///< sorted; empty for a target that does not boot
    std::size_t empty_tests = 0;
    /// Wall time of one empty test, one after the other, without the boot. With a machine: begin to outcome
    /// and the warm restart.
    std::chrono::nanoseconds empty_test{0};
    std::chrono::nanoseconds empty_run{0};      ///< of it: the run; machines only
    std::chrono::nanoseconds empty_restart{0};  ///< of it: the warm restart; machines only
    std::vector<BenchRun> runs;
};

/// Measures one target. `say` gets a line before each step. Error: the target cannot be used, or no test
/// fits.
[[nodiscard]] boost::asio::awaitable<Result<BenchFigures>> measure_harness(
    BenchWishes wishes, std::function<void(const std::string&)> say);

}  // namespace harness
