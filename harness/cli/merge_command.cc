#include "harness/cli/merge_command.h"

#include <fmt/format.h>

#include "harness/base/files.h"
#include "harness/cli/run_status.h"
#include "harness/report/console.h"
#include "harness/report/file_report.h"
#include "harness/report/report_reader.h"
#include "harness/report/shard_merge.h"

namespace harness {
namespace {

Result<RunRecord> merged_record(const MergeOptions& options, const std::string& command_line) {
    std::vector<ShardReport> shards;
    for (const std::string& file : options.reports) {
        auto text = read_file(file);
        if (!text)
            return usage_error(fmt::format("the report {} cannot be read: {}", file, text.error().text()));
        MPY_TRY(RunRecord record, read_report(*text, file));
        shards.push_back({file, std::move(record)});
    }
    return merge_shards(std::move(shards), command_line);
}

}  // namespace

void add_merge_options(CLI::App& app, MergeOptions& options) {
    app.add_option("reports", options.reports, "What `run --shard i/n --json FILE` wrote, one for each i")
        ->required()
        ->type_name("FILE");
    app.add_option("--json", options.json, "Write the whole run's report as JSON (docs/report-json.md)")
        ->type_name("FILE");
    app.add_option("--junit", options.junit, "Write a JUnit XML report")->type_name("FILE");
    app.add_flag("--differences", options.differences,
                 "List each test that did not end alike on all targets, and where it passed");
    app.footer(
        "The shards have to be all there, once each, of the same plan and with the same versions of\n"
        "everything. Exit status: as of the whole run (0, 1, 3, 130); 2 when they do not fit together.");
}

int merge_command(const MergeOptions& options, const std::string& command_line) {
    const auto refuse = [](const Error& error) {
        fmt::print(stderr, "mpyconform: {}\n", error.text());
        return static_cast<int>(exit_status_of(error));
    };
    for (const std::string& path : {options.json, options.junit})
        if (!path.empty())
            if (const auto writable = check_report_path(path); !writable) return refuse(writable.error());
    const auto record = merged_record(options, command_line);
    if (!record) return refuse(record.error());

    ReportsWritten written = ReportsWritten::All;
    const auto write = [&](const std::string& path, FileReport::Writer writer) {
        if (path.empty()) return;
        if (const auto done = FileReport(path, writer).run_finished(*record); !done) {
            fmt::print(stderr, "mpyconform: report not written: {}\n", done.error().text());
            written = ReportsWritten::NotAll;
        }
    };
    write(options.json, json_report);
    write(options.junit, junit_report);

    StandardOutput terminal;
    ConsoleOptions console;
    console.differences = options.differences;
    if (const auto printed = Console(terminal, console).run_finished(*record); !printed)
        written = ReportsWritten::NotAll;
    return run_status(*record, written);
}

}  // namespace harness
