#include "harness/cli/run_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/awaitable.hpp>

#include "harness/cli/changed_since.h"
#include "harness/cli/compare_command.h"
#include "harness/cli/exit_status.h"
#include "harness/cli/failure_files.h"
#include "harness/cli/last_run.h"
#include "harness/cli/main_loop.h"
#include "harness/cli/narrow_plan.h"
#include "harness/cli/result_files.h"
#include "harness/cli/run_jobs.h"
#include "harness/cli/run_status.h"
#include "harness/cli/workbench.h"
#include "harness/process/process.h"
#include "harness/process/spawn.h"
#include "harness/report/file_report.h"
#include "harness/report/markdown.h"

namespace harness {
namespace asio = boost::asio;

namespace {

class Run {
  public:
    Run(const RunOptions& options, std::string command_line)
        : options_(options), command_line_(std::move(command_line)) {}

    asio::awaitable<int> main();
    void interrupt();

  private:
    [[nodiscard]] std::unique_ptr<Reports> make_reports();
    [[nodiscard]] asio::awaitable<int> work();
    [[nodiscard]] asio::awaitable<int> run_jobs();
    [[nodiscard]] asio::awaitable<Result<std::optional<ChangedFiles>>> find_changes() const;
    [[nodiscard]] std::optional<int> narrow(const std::optional<ChangedFiles>& changed);
    void print_plan() const;

    const RunOptions& options_;
    std::string command_line_;
    std::unique_ptr<Workbench> bench_;
    std::unique_ptr<StandardOutput> terminal_;
    std::unique_ptr<Reports> reports_;
    std::vector<std::string> notes_;
    std::unique_ptr<JobsRun> jobs_;
    bool interrupted_ = false;
};

void Run::interrupt() {
    interrupted_ = true;
    if (jobs_) {
        jobs_->interrupt();
    } else {
        // What is being built or asked would go on with the next process.
        refuse_new_children();
        kill_all_families();
    }
}

void Run::print_plan() const {
    for (const Job& job : bench_->plan.jobs) fmt::print("run   {}\n", job.key());
    for (const DroppedJob& dropped : bench_->plan.dropped)
        fmt::print("{:5} {}: {}\n", dropped.verdict == Verdict::Skip ? "skip" : word(dropped.verdict),
                   dropped.job.key(), dropped.reason);
    fmt::print("{} jobs, {} combinations left out\n", bench_->plan.jobs.size(), bench_->plan.dropped.size());
}

std::unique_ptr<Reports> Run::make_reports() {
    terminal_ = std::make_unique<StandardOutput>();
    ConsoleOptions console;
    console.verbose = options_.verbose;
    console.differences = options_.differences;
    auto reports = std::make_unique<Reports>(std::make_unique<Console>(*terminal_, console));
    if (!options_.json.empty()) reports->add(std::make_unique<FileReport>(options_.json, json_report));
    if (!options_.junit.empty()) reports->add(std::make_unique<FileReport>(options_.junit, junit_report));
    reports->add(make_result_files(options_, bench_->project));
    if (!options_.markdown.empty())
        reports->add(std::make_unique<FileReport>(options_.markdown, markdown_report));
    return reports;
}

asio::awaitable<int> Run::run_jobs() {
    reports_ = make_reports();
    jobs_ = std::make_unique<JobsRun>(options_, *bench_, *reports_, command_line_, std::move(notes_));
    const auto troubles = co_await jobs_->run();
    if (!troubles) {
        fmt::print(stderr, "mpyconform: {}\n", troubles.error().text());
        co_return exit_status_of(troubles.error());
    }
    const RunRecord& record = reports_->record();
    if (const auto saved = save_last_run(result_folder(options_, bench_->project), record, options_); !saved)
        fmt::print(stderr, "mpyconform: {}\n", saved.error().text());
    co_return run_status(record, troubles->empty() ? ReportsWritten::All : ReportsWritten::NotAll);
}

/// What git says, before anything is built or asked.
asio::awaitable<Result<std::optional<ChangedFiles>>> Run::find_changes() const {
    std::optional<ChangedFiles> changed;
    if (options_.changed_since.empty()) co_return changed;
    MPY_CO_TRY(const Project project, find_project());
    MPY_CO_TRY(changed,
               co_await changed_files(folder_for_changes(options_, project), options_.changed_since));
    co_return changed;
}

/// Nothing when there is something to run; else the exit status, and it was said why.
std::optional<int> Run::narrow(const std::optional<ChangedFiles>& changed) {
    const auto lines = narrow_plan(options_, *bench_, changed);
    if (!lines) {
        fmt::print(stderr, "mpyconform: {}\n", lines.error().text());
        return exit_status_of(lines.error());
    }
    for (const std::string& line : *lines) fmt::print(stderr, "mpyconform: {}\n", line);
    if (!changed || !bench_->plan.jobs.empty() || (bench_->whole && bench_->whole->jobs != 0))
        return std::nullopt;
    if (bench_->plan.dropped.empty())
        fmt::print(stderr, "mpyconform: nothing was run: no test is touched (status {})\n",
                   static_cast<int>(kExitNothing));
    else
        fmt::print(
            stderr,
            "mpyconform: nothing was run: all {} combinations are left out, the first ({}) because: {} "
            "(status {})\n",
            bench_->plan.dropped.size(), bench_->plan.dropped.front().job.key(),
            bench_->plan.dropped.front().reason, static_cast<int>(kExitNothing));
    return kExitNothing;
}

/// Streams to boards must not outlive the event loop, which ends with this coroutine.
asio::awaitable<int> Run::main() {
    struct LetGo {
        Run& run;
        ~LetGo() {
            run.jobs_.reset();
            run.bench_.reset();
        }
    };
    const LetGo at_the_end{*this};
    const int status = co_await work();
    if (bench_ && !interrupted_)
        for (const auto& target : bench_->target_set.targets) co_await target->finish();
    co_return status;
}

asio::awaitable<int> Run::work() {
    const std::string results =
        options_.result_dir.empty()
            ? ""
            : (std::filesystem::path(options_.result_dir) / kStockResultsFile).string();
    for (const std::string& path : {options_.json, options_.junit, options_.markdown, results}) {
        if (path.empty()) continue;
        if (const auto writable = check_report_path(path); !writable) {
            fmt::print(stderr, "mpyconform: {}\n", writable.error().text());
            co_return kExitUsage;
        }
    }
    if (options_.only_jobs && options_.only_jobs->empty()) {
        fmt::print("nothing to repeat: no job of the last run failed\n");
        co_return kExitPassed;
    }
    const auto changed = co_await find_changes();
    if (!changed) {
        fmt::print(stderr, "mpyconform: {}\n", changed.error().text());
        co_return exit_status_of(changed.error());
    }
    auto bench = co_await make_workbench(options_, [this](const std::string& line) {
        if (interrupted_) return;
        notes_.push_back(line);
        fmt::print(stderr, "mpyconform: {}\n", line);
    });
    if (interrupted_) {
        fmt::print(stderr,
                   "mpyconform: stopped before the first test ran: there are no results, and no report\n");
        co_return kExitStopped;
    }
    if (!bench) {
        fmt::print(stderr, "mpyconform: {}\n", bench.error().text());
        co_return exit_status_of(bench.error());
    }
    bench_ = std::move(*bench);
    if (const auto status = narrow(*changed)) co_return *status;
    if (options_.list) {
        print_plan();
        co_return kExitPassed;
    }
    co_return co_await run_jobs();
}

}  // namespace

int run_command(const RunOptions& options, const std::string& command_line) {
    if (options.print_failures || options.clean_failures) return failure_files_command(options);
    if (!options.base.empty()) return compare_command(options, command_line);
    Run run(options, command_line);
    return run_main_loop([&run] { return run.main(); },
                         [&run](int) {
                             run.interrupt();
                             return AfterInterrupt::GoOn;
                         });
}

}  // namespace harness
