#include "harness/cli/compare_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

#include "harness/base/files.h"
#include "harness/cli/exit_status.h"
#include "harness/cli/main_loop.h"
#include "harness/cli/run_jobs.h"
#include "harness/cli/workbench.h"
#include "harness/process/process.h"
#include "harness/report/comparison.h"
#include "harness/report/file_report.h"
#include "harness/target/image_size.h"
#include "harness/target/revision.h"
#include "harness/target/source_tree.h"

namespace harness {
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

/// One of the two revisions.
struct Side {
    std::string label;  ///< "base", "head"
    std::string name;
    RunOptions options;
    std::unique_ptr<Workbench> bench;
    std::chrono::nanoseconds building{0};
    std::vector<std::string> notes;
    std::unique_ptr<Reports> reports;
    std::unique_ptr<JobsRun> jobs;
};

ComparedRun compared(const Side& side, const std::map<std::string, ImageSize>& images) {
    ComparedRun run;
    run.name = side.name;
    run.record = &side.reports->record();
    run.images = images;
    run.building = side.building;
    return run;
}

class Comparing {
  public:
    Comparing(const RunOptions& options, std::string command_line)
        : options_(options), command_line_(std::move(command_line)) {}

    asio::awaitable<int> main();
    void interrupt();

  private:
    [[nodiscard]] asio::awaitable<Result<void>> name_sides();
    [[nodiscard]] asio::awaitable<Result<void>> open(Side& side);
    [[nodiscard]] asio::awaitable<Result<void>> run(Side& side);
    [[nodiscard]] asio::awaitable<Result<Comparison>> compare();
    [[nodiscard]] Result<void> write_reports(const Comparison& comparison) const;
    [[nodiscard]] asio::awaitable<std::map<std::string, ImageSize>> images(Side& side) const;
    [[nodiscard]] int verdict(const Comparison& comparison) const;

    const RunOptions& options_;
    std::string command_line_;
    StandardOutput terminal_;
    Side base_;
    Side head_;
    JobsRun* running_ = nullptr;
    bool interrupted_ = false;
    std::size_t troubles_ = 0;
};

void Comparing::interrupt() {
    const bool again = interrupted_;
    interrupted_ = true;
    if (running_ != nullptr && !again)
        running_->interrupt();
    else
        kill_all_families();
}

/// Lays the base out and says what each side is.
asio::awaitable<Result<void>> Comparing::name_sides() {
    base_.label = "base";
    head_.label = "head";
    base_.options = head_.options = options_;
    MPY_CO_TRY(const SourceTree tree, inspect_source_tree(options_.micropython_tree));
    MPY_CO_TRY(const Project project, find_project());
    MPY_CO_TRY(LaidOutRevision revision,
               co_await lay_out_revision(tree.root, options_.base, project.cache / "builds"));
    for (const std::string& note : revision.notes) fmt::print(stderr, "mpyconform: base: {}\n", note);
    base_.notes = revision.notes;
    base_.name = fmt::format("{} ({})", options_.base, revision.commit.substr(0, 12));
    base_.options.micropython_tree = revision.root.string();
    const std::string commit = co_await checked_out_commit(tree.root);
    head_.name = fmt::format("{} ({})", tree.root.string(), commit);
    // Both run the same programs: those of the checkout, which may have learnt a test for what was mended.
    if (options_.micropython_tests.empty()) {
        if (!tree.has_tests)
            co_return usage_error(
                fmt::format("--micropython-tree {}: expected tests/basics in it, found none; "
                            "--micropython-tests DIR takes the tests from elsewhere",
                            tree.root.string()));
        base_.options.micropython_tests = (tree.root / "tests").string();
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Comparing::open(Side& side) {
    const auto started = std::chrono::steady_clock::now();
    fmt::print(stderr, "mpyconform: {}: {}\n", side.label, side.name);
    auto bench = co_await make_workbench(side.options, [this, &side](const std::string& line) {
        if (interrupted_) return;
        side.notes.push_back(line);
        fmt::print(stderr, "mpyconform: {}: {}\n", side.label, line);
    });
    if (!bench) co_return bench.error();
    side.bench = std::move(*bench);
    side.building = std::chrono::steady_clock::now() - started;
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Comparing::run(Side& side) {
    terminal_.write(fmt::format("{}  {}\n", side.label, side.name));
    ConsoleOptions console;
    console.progress_only = true;
    side.reports = std::make_unique<Reports>(std::make_unique<Console>(terminal_, console));
    if (&side == &head_ && !options_.junit.empty())
        side.reports->add(std::make_unique<FileReport>(options_.junit, junit_report));
    side.jobs =
        std::make_unique<JobsRun>(side.options, *side.bench, *side.reports, command_line_, side.notes);
    running_ = side.jobs.get();
    const auto troubles = co_await side.jobs->run();
    running_ = nullptr;
    if (!troubles) co_return troubles.error();
    for (const Error& trouble : *troubles) fmt::print(stderr, "mpyconform: {}\n", trouble.text());
    troubles_ += troubles->size();
    co_return Result<void>{};
}

/// Sizes of the runtimes that can be used; one that is no ELF file has none.
asio::awaitable<std::map<std::string, ImageSize>> Comparing::images(Side& side) const {
    std::map<std::string, fs::path> files;
    for (const RuntimeTool& runtime : side.bench->toolset.runtimes)
        if (!runtime.argv.empty()) files[runtime.name] = runtime.argv.back();
    for (MachineTarget* machine : side.bench->target_set.machines) {
        const auto elf = co_await machine->firmware();
        if (elf) files[machine->description().name] = *elf;
    }
    std::map<std::string, ImageSize> sizes;
    for (const auto& [name, file] : files)
        if (const auto size = program_size(file)) sizes[name] = {size->text, size->data, size->bss};
    co_return sizes;
}

Result<void> Comparing::write_reports(const Comparison& comparison) const {
    if (!options_.json.empty())
        MPY_CHECK_OK(write_file_atomically(
            options_.json, compared_json_report(head_.reports->record(), comparison_json(comparison))));
    if (!options_.markdown.empty())
        MPY_CHECK_OK(write_file_atomically(options_.markdown, comparison_markdown(comparison)));
    return {};
}

int Comparing::verdict(const Comparison& comparison) const {
    if (interrupted_) return kExitStopped;
    if (comparison.is_worse()) return kExitFailed;
    const auto lost_target = [](const Side& side) {
        return std::any_of(side.bench->asked.begin(), side.bench->asked.end(),
                           [](const AskedTarget& asked) { return !asked.trouble.empty(); });
    };
    for (const Side* side : {&base_, &head_}) {
        const Totals& totals = side->reports->record().totals;
        if (totals[Standing::Error] > 0 || totals.finished != totals.planned || lost_target(*side))
            return kExitTrouble;
    }
    return troubles_ > 0 ? kExitTrouble : kExitPassed;
}

/// The head is built first: what is wrong with it is more likely and is told sooner.
asio::awaitable<Result<Comparison>> Comparing::compare() {
    MPY_CO_CHECK_OK(co_await name_sides());
    MPY_CO_CHECK_OK(co_await open(head_));
    if (!interrupted_) MPY_CO_CHECK_OK(co_await open(base_));
    if (!interrupted_) MPY_CO_CHECK_OK(co_await run(base_));
    if (!interrupted_) MPY_CO_CHECK_OK(co_await run(head_));
    if (interrupted_) co_return io_error("stopped before both revisions had run: nothing is compared");
    const std::map<std::string, ImageSize> base_images = co_await images(base_);
    const std::map<std::string, ImageSize> head_images = co_await images(head_);
    co_return compare_runs(compared(base_, base_images), compared(head_, head_images));
}

asio::awaitable<int> Comparing::main() {
    for (const std::string& path : {options_.json, options_.junit, options_.markdown}) {
        if (path.empty()) continue;
        if (const auto writable = check_report_path(path); !writable) {
            fmt::print(stderr, "mpyconform: {}\n", writable.error().text());
            co_return kExitUsage;
        }
    }
    const auto comparison = co_await compare();
    if (!comparison) {
        fmt::print(stderr, "mpyconform: {}\n", comparison.error().text());
        co_return interrupted_ ? kExitStopped : exit_status_of(comparison.error());
    }
    terminal_.write("\n" + comparison_text(*comparison));
    if (!terminal_.status()) ++troubles_;  // a pipe that was closed: what was read is not whole
    if (const auto written = write_reports(*comparison); !written) {
        fmt::print(stderr, "mpyconform: {}\n", written.error().text());
        co_return std::max<int>(verdict(*comparison), kExitTrouble);
    }
    co_return verdict(*comparison);
}

}  // namespace

int compare_command(const RunOptions& options, const std::string& command_line) {
    Comparing comparing(options, command_line);
    return run_main_loop([&comparing] { return comparing.main(); },
                         [&comparing](int) {
                             comparing.interrupt();
                             return AfterInterrupt::GoOn;
                         });
}

}  // namespace harness
