// The result files of MicroPython's own runner: `_results.json` and the pairs `X.exp`, `X.out` of failed
// tests, under the names and in the form that people's scripts know. Reading and writing; which folder is the
// caller's choice.
//
// The form is that of the newest runner described (test-conventions 7.6), whose keys include those of the
// older ones: 1.25 has only `args` and `failed_tests`.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/job.h"
#include "harness/report/report.h"

namespace harness {

inline constexpr std::string_view kStockResultsFile = "_results.json";

/// One test in `_results.json`.
struct StockResult {
    std::string test;  ///< "basics/int1.py"; tests of our own suites as "conformance:limits/locals.py[n=128]"
    std::string result;  ///< pass, fail, skip, ignored
    std::string reason;  ///< "", "too large", "flaky: …", or a reason of ours
};

/// What `_results.json` says; of `args` only what is asked for.
struct StockResults {
    std::vector<StockResult> results;

    /// Tests whose result is `fail`, in the order of the file.
    [[nodiscard]] std::vector<std::string> failed() const;
};

/// Reads a `_results.json` of ours or of any release of MicroPython's runner; one without `results` (1.25)
/// gives its failed tests. Nothing when there is no such file. Error: it is no such file, with what is wrong.
[[nodiscard]] Result<std::optional<StockResults>> read_stock_results(const std::filesystem::path& folder);

/// Name of a test's files without `.exp` and `.out`. Source: test-conventions 7.6.
[[nodiscard]] std::string stock_result_stem(std::string_view test);

/// The files of failed tests in a folder: each `X.out` without its suffix, sorted. Error: the folder cannot
/// be read; a folder that is not there has none.
[[nodiscard]] Result<std::vector<std::filesystem::path>> stock_failure_stems(
    const std::filesystem::path& folder);

/// Removes every `*.exp`, `*.out` and `_results.json` of the folder and nothing else.
[[nodiscard]] Result<void> clean_stock_results(const std::filesystem::path& folder);

/// What `args` in `_results.json` tells about the run; the names are those of the runner's options.
struct StockArguments {
    std::string test_instance;
    std::string emitter = "bytecode";
    std::string heap_size;  ///< empty = null
    std::string mpy_cross_flags;
    bool via_mpy = false;
    bool keep_path = false;
    bool run_failures = false;
    unsigned jobs = 1;
    std::vector<std::string> files;
    std::vector<std::string> test_dirs;                 ///< empty = null
    std::vector<std::pair<bool, std::string>> filters;  ///< include?, pattern
};

/// Writes the files of a run into one folder.
///
/// A run of one target, mode, emitter, arch and compiler names them exactly as MicroPython's runner does. In
/// a run of several a test has several results: the pair of a failure is then called `STEM@COMBINATION`, and
/// `results` has the worst (fail, ignored, pass, skip). A failure writes its pair at once; a pass removes it,
/// a skip leaves it.
class StockResultFiles : public Report {
  public:
    StockResultFiles(std::filesystem::path folder, StockArguments arguments)
        : folder_(std::move(folder)), arguments_(std::move(arguments)) {}

    void run_started(const PlanSummary& plan) override;
    void job_started(const Job&) override {}
    void job_judged(const JobResult& result) override;
    void job_finished(const RecordedResult&) override {}
    void tick() override {}
    /// Writes `_results.json`. Error: that or an earlier file could not be written.
    [[nodiscard]] Result<void> run_finished(const RunRecord& record) override;

  private:
    void keep_trouble(Result<void> done);
    void remove(const std::filesystem::path& file);
    /// The stem's .exp and .out.
    void remove_pair(const std::filesystem::path& stem);
    void write(const std::filesystem::path& file, const std::string& text);
    void count(const Job& job, StockResult result);

    std::filesystem::path folder_;
    StockArguments arguments_;
    std::optional<Capabilities> capabilities_;  ///< of the target, when there is one
    bool single_ = true;
    /// Names of the files in the folder: a test that passes mostly left nothing there, and to ask the system
    /// for each of four names was a hundredth of a run.
    std::set<std::string> there_;
    std::map<std::string, StockResult> results_;  ///< by test
    std::optional<Error> trouble_;
};

/// What a result is called in `_results.json`.
[[nodiscard]] StockResult stock_result_of(const JobResult& result);

}  // namespace harness
