// Reports that are a file written once, when the run is over. The text is a pure function of the record.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "harness/report/report.h"

namespace harness {

/// JSON, one object; its shape is docs/report-json.md and docs/report.schema.json. Results and dropped jobs
/// stand one on a line, sorted by key, so that two reports can be compared with line tools.
[[nodiscard]] std::string json_report(const RunRecord& record);
/// The same with what `--base` compared it with: `comparison` is a JSON value (comparison.h).
[[nodiscard]] std::string compared_json_report(const RunRecord& record, std::string_view comparison);

/// JUnit XML as CI servers read it: a testsuite per target, mode, emitter, arch and compiler, a testcase per
/// job. fail, crash, timeout -> failure; error -> error; skip, unsupported, checked, known, flaky and
/// quarantined
/// -> skipped. A quarantine that has expired is a failure of the suite "quarantine". Characters that XML
/// forbids are written as \xNN.
[[nodiscard]] std::string junit_report(const RunRecord& record);

/// Writes one of them atomically: a reader sees the whole new file or the old one.
class FileReport : public Report {
  public:
    using Writer = std::string (*)(const RunRecord&);
    FileReport(std::filesystem::path path, Writer writer) : path_(std::move(path)), writer_(writer) {}

    void run_started(const PlanSummary& plan) override;
    void job_started(const Job& job) override;
    void job_finished(const RecordedResult& result) override;
    void tick() override;
    [[nodiscard]] Result<void> run_finished(const RunRecord& record) override;

  private:
    std::filesystem::path path_;
    Writer writer_;
};

/// Finds out before the run whether a report can be written there: the folder exists or can be made, and a
/// file in it can be created. An Error now is better than one after an hour.
[[nodiscard]] Result<void> check_report_path(const std::filesystem::path& path);

}  // namespace harness
