#include "harness/cli/bench_measure.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>

#include "harness/base/files.h"
#include "harness/cli/run_jobs.h"
#include "harness/cli/workbench.h"
#include "harness/target/machine_image.h"

namespace harness {
namespace asio = boost::asio;
using std::chrono::nanoseconds;
using Clock = std::chrono::steady_clock;

namespace {

/// Enough that a machine's boot is small beside them; a process is slower and steadier.
constexpr std::size_t kEmptyTestsOnMachine = 200;
constexpr std::size_t kEmptyTestsOfProcess = 40;

class SilentTerminal : public Terminal {
  public:
    void write(std::string_view) override {}
    [[nodiscard]] Result<void> status() const override { return {}; }
    [[nodiscard]] bool is_interactive() const override { return false; }
    [[nodiscard]] bool has_colour() const override { return false; }
    [[nodiscard]] std::size_t width() const override { return StandardOutput::kPipeWidth; }
};

nanoseconds time_of(const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

/// User and system time of this process, or of all its children that are reaped.
nanoseconds processor_time(int who) {
    rusage usage{};
    ::getrusage(who, &usage);
    return time_of(usage.ru_utime) + time_of(usage.ru_stime);
}

RunOptions run_options(const BenchWishes& wishes, const std::filesystem::path& cache, unsigned jobs) {
    RunOptions options;
    options.via_mpy = true;
    options.emitters = {Emitter::Native};
    options.targets = {wishes.target};
    options.tests = wishes.tests;
    options.jobs = jobs;
    options.results_cache = cache.string();
    return options;
}

asio::awaitable<Result<BenchRun>> whole_run(const BenchWishes& wishes, const std::filesystem::path& cache,
                                            unsigned jobs, bool cold, std::string arch) {
    BenchRun run;
    run.name = fmt::format("{} -j{}", cold ? "cold" : "warm", jobs);
    run.jobs = jobs;
    run.cold = cold;
    RunOptions options = run_options(wishes, cache, jobs);
    if (!arch.empty()) options.archs = {std::move(arch)};
    const nanoseconds self = processor_time(RUSAGE_SELF);
    const nanoseconds children = processor_time(RUSAGE_CHILDREN);
    const auto started = Clock::now();
    {
        MPY_CO_TRY(const auto bench, co_await make_workbench(options, [](const std::string&) {}));
        if (bench->plan.jobs.empty())
            co_return usage_error(fmt::format(
                "no test of {} can run on {}: {} combinations were left out, as `run --list` tells",
                fmt::join(wishes.tests, " "), wishes.target, bench->plan.dropped.size()));
        run.start = Clock::now() - started;
        SilentTerminal terminal;
        Reports reports(std::make_unique<Console>(terminal));
        const std::string command_line = "mpyconform bench";
        const std::vector<std::string> no_notes;
        JobsRun jobs_run(options, *bench, reports, command_line, no_notes);
        MPY_CO_TRY(const std::vector<Error> troubles, co_await jobs_run.run());
        if (!troubles.empty()) co_return troubles.front();
        const RunRecord& record = reports.record();
        run.tests = record.results.size();
        run.failed = record.totals[Standing::Failed];
        run.errors = record.totals[Standing::Error];
        run.wall = record.facts.wall;
        run.compiler = jobs_run.compiler_cpu();
        if (const auto machine = record.facts.machines.find(wishes.target);
            machine != record.facts.machines.end()) {
            run.machine = machine->second;
            run.emulator = machine->second.emulator_cpu;
        } else {
            for (const RecordedResult& result : record.results) run.emulator += result.result.timings.run_cpu;
        }
    }
    // The workbench is gone and with it every child: all of them are reaped and counted.
    run.harness = processor_time(RUSAGE_SELF) - self;
    run.others =
        std::max(nanoseconds{0}, processor_time(RUSAGE_CHILDREN) - children - run.emulator - run.compiler);
    co_return run;
}

asio::awaitable<Result<void>> boot(BenchFigures& figures, MachineTarget& machine, unsigned times) {
    MPY_CO_TRY(const std::filesystem::path elf, co_await machine.firmware());
    for (unsigned i = 0; i < times; ++i) {
        MPY_CO_TRY(const auto session, co_await monitor::Session::start(machine.start_options(elf, {}, {})));
        figures.boots.push_back(session->boot_time());
    }
    std::sort(figures.boots.begin(), figures.boots.end());
    co_return Result<void>{};
}

asio::awaitable<Result<void>> empty_tests(BenchFigures& figures, Workbench& bench, Target& target,
                                          const std::filesystem::path& folder) {
    const auto test = std::make_shared<Test>();
    test->id = test->source_name = "empty.py";
    test->suite = "bench";
    test->working_directory = folder / "empty";
    test->path = test->working_directory / test->id;
    MPY_CO_CHECK_OK(write_file_atomically(test->path, "\n"));
    const TargetDescription& description = bench.asked.front().planned.description;
    JobArtifacts::Setup setup;
    Job job;
    job.test = test;
    job.emitter = Emitter::Native;
    job.arch = description.arch;
    job.target = description.name;
    for (const auto& compiler : bench.compilers) {
        setup.compilers[compiler->identity().name] = compiler.get();
        if (compiler->identity().release.text() == description.compiler_release)
            job.compiler = compiler->identity().name;
    }
    JobArtifacts artifacts(std::move(setup));
    const ArtifactReply reply = co_await artifacts.artifact_for(job);
    if (!reply.octets)
        co_return internal_error("the empty program could not be compiled: " +
                                 (reply.verdict ? reply.verdict->reason : std::string("no reason")));
    const bool boots = target.machine_costs() != nullptr;
    RunRequest request;
    request.job = &job;
    request.artifact = reply.octets;
    const std::vector<RunRequest> requests(boots ? kEmptyTestsOnMachine : kEmptyTestsOfProcess, request);
    const MachineCosts before = boots ? *target.machine_costs() : MachineCosts{};
    std::string trouble;
    const auto started = Clock::now();
    co_await target.run(requests, [&](std::size_t, Outcome outcome) {
        if (outcome.ending != Ending::Exited || outcome.exit_code != 0)
            trouble = fmt::format("the empty program ended as {}: {}", word(outcome.ending), outcome.trouble);
    });
    nanoseconds wall = Clock::now() - started;
    if (!trouble.empty()) co_return io_error(trouble);
    const auto count = static_cast<long>(requests.size());
    figures.empty_tests = requests.size();
    if (boots) {
        const MachineCosts& after = *target.machine_costs();
        wall -= after.booting - before.booting;
        figures.empty_run = (after.running - before.running) / count;
        figures.empty_restart = (after.restarting - before.restarting) / count;
    }
    figures.empty_test = wall / count;
    co_return Result<void>{};
}

}  // namespace

double BenchRun::tests_per_second() const {
    const double seconds = std::chrono::duration<double>(wall).count();
    return seconds > 0 ? static_cast<double>(tests) / seconds : 0.0;
}

asio::awaitable<Result<BenchFigures>> measure_harness(BenchWishes wishes,
                                                      std::function<void(const std::string&)> say) {
    MPY_CO_TRY(const TemporaryDirectory folder, TemporaryDirectory::create("mpyconform-bench-"));
    const std::filesystem::path cache = folder.path() / "cache";
    BenchFigures figures;
    {
        say(fmt::format("{}: firmware, boots, empty tests", wishes.target));
        const RunOptions options = run_options(wishes, cache, 1);
        MPY_CO_TRY(const auto bench, co_await make_workbench(options, say));
        const AskedTarget& asked = bench->asked.front();
        if (!asked.trouble.empty()) co_return missing_tool(asked.trouble);
        figures.target = wishes.target;
        figures.arch = asked.planned.description.arch;
        figures.machine = asked.planned.description.machine;
        if (!bench->target_set.machines.empty())
            MPY_CO_CHECK_OK(co_await boot(figures, *bench->target_set.machines.front(), wishes.boots));
        MPY_CO_CHECK_OK(co_await empty_tests(figures, *bench, *asked.target, folder.path()));
    }
    struct Step {
        unsigned jobs;
        bool cold;
    };
    for (const Step step : {Step{2, true}, Step{2, false}, Step{1, false}}) {
        say(fmt::format("{}: {} with {} caches, {} at the same time", wishes.target,
                        fmt::join(wishes.tests, " "), step.cold ? "cold" : "warm", step.jobs));
        MPY_CO_TRY(BenchRun run, co_await whole_run(wishes, cache, step.jobs, step.cold, figures.arch));
        figures.runs.push_back(std::move(run));
    }
    co_return figures;
}

}  // namespace harness
