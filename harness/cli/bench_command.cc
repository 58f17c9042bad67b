#include "harness/cli/bench_command.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/base/files.h"
#include "harness/cli/exit_status.h"
#include "harness/cli/main_loop.h"
#include "harness/report/file_report.h"

namespace harness {
namespace asio = boost::asio;

namespace {

using Json = nlohmann::ordered_json;
using std::chrono::nanoseconds;

double seconds(nanoseconds time) {
    return std::round(std::chrono::duration<double, std::micro>(time).count()) / 1e6;
}

double milliseconds(nanoseconds time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

double share(nanoseconds part, nanoseconds whole) {
    return whole.count() == 0
               ? 0.0
               : std::round(static_cast<double>(part.count()) / static_cast<double>(whole.count()) * 1000) /
                     10;
}

nanoseconds median(const std::vector<nanoseconds>& sorted) {
    return sorted[sorted.size() / 2];
}

Json run_json(const BenchRun& run) {
    const auto part = [&](nanoseconds time) {
        return Json{{"seconds", seconds(time)}, {"percent", share(time, run.processor())}};
    };
    Json json{{"name", run.name},
              {"jobs", run.jobs},
              {"caches", run.cold ? "cold" : "warm"},
              {"tests", run.tests},
              {"failed", run.failed},
              {"errors", run.errors},
              {"start_seconds", seconds(run.start)},
              {"wall_seconds", seconds(run.wall)},
              {"tests_per_second", std::round(run.tests_per_second() * 10) / 10},
              {"processor",
               {{"harness", part(run.harness)},
                {"emulator", part(run.emulator)},
                {"compiler", part(run.compiler)},
                {"others", part(run.others)}}}};
    if (run.machine)
        json["machines"] = {{"boots", run.machine->boots},
                            {"boot_seconds", seconds(run.machine->booting)},
                            {"runs", run.machine->runs},
                            {"run_seconds", seconds(run.machine->running)},
                            {"restart_seconds", seconds(run.machine->restarting)},
                            {"replaced", run.machine->replaced}};
    return json;
}

asio::awaitable<int> measure_all(const BenchOptions& options) {
    if (!options.json.empty())
        if (const auto writable = check_report_path(options.json); !writable) {
            fmt::print(stderr, "mpyconform: {}\n", writable.error().text());
            co_return kExitUsage;
        }
    std::vector<BenchFigures> all;
    int status = kExitPassed;
    for (const std::string& target : options.targets) {
        BenchWishes wishes;
        wishes.target = target;
        wishes.tests = options.tests;
        wishes.boots = options.boots;
        auto figures = co_await measure_harness(
            wishes, [](const std::string& line) { fmt::print(stderr, "mpyconform: {}\n", line); });
        if (!figures) {
            fmt::print(stderr, "mpyconform: {}\n", figures.error().text());
            status = exit_status_of(figures.error());
            continue;
        }
        fmt::print("{}", bench_text(*figures));
        std::fflush(stdout);
        for (const BenchRun& run : figures->runs)
            if (run.errors != 0) status = kExitTrouble;
        all.push_back(std::move(*figures));
    }
    if (!options.json.empty() && !all.empty())
        if (const auto written = write_file_atomically(options.json, bench_json(all)); !written) {
            fmt::print(stderr, "mpyconform: {}\n", written.error().text());
            status = kExitTrouble;
        }
    co_return status;
}

}  // namespace

std::string bench_text(const BenchFigures& figures) {
    std::string text = fmt::format("{} ({}): {}\n", figures.target, figures.arch, figures.machine);
    if (!figures.boots.empty())
        text += fmt::format("  boot        {:8.1f} ms  median of {}, {:.1f} to {:.1f}\n",
                            milliseconds(median(figures.boots)), figures.boots.size(),
                            milliseconds(figures.boots.front()), milliseconds(figures.boots.back()));
    text += fmt::format("  empty test  {:8.2f} ms  mean of {}", milliseconds(figures.empty_test),
                        figures.empty_tests);
    if (!figures.boots.empty())
        text += fmt::format("; run {:.2f}, warm restart {:.2f}", milliseconds(figures.empty_run),
                            milliseconds(figures.empty_restart));
    text += fmt::format("\n\n  {:<10}{:>7}{:>9}{:>9}{:>9} |{:>9}{:>10}{:>10}{:>8}\n", "native", "tests",
                        "start s", "wall s", "tests/s", "harness", "emulator", "compiler", "others");
    for (const BenchRun& run : figures.runs) {
        const nanoseconds all = run.processor();
        text += fmt::format("  {:<10}{:>7}{:>9.2f}{:>9.2f}{:>9.1f} |{:>8.1f}%{:>9.1f}%{:>9.1f}%{:>7.1f}%\n",
                            run.name, run.tests, std::chrono::duration<double>(run.start).count(),
                            std::chrono::duration<double>(run.wall).count(), run.tests_per_second(),
                            share(run.harness, all), share(run.emulator, all), share(run.compiler, all),
                            share(run.others, all));
        if (run.errors != 0)
            text += fmt::format("  {:<10}{} tests got no verdict: the harness had trouble\n", "", run.errors);
    }
    return text + '\n';
}

std::string bench_json(const std::vector<BenchFigures>& all) {
    Json targets = Json::array();
    for (const BenchFigures& figures : all) {
        Json target{{"target", figures.target}, {"arch", figures.arch}, {"machine", figures.machine}};
        if (!figures.boots.empty()) {
            Json boots = Json::array();
            for (const nanoseconds time : figures.boots) boots.push_back(seconds(time));
            target["boot_seconds"] = {{"median", seconds(median(figures.boots))}, {"all", std::move(boots)}};
        }
        target["empty_test"] = {{"tests", figures.empty_tests}, {"seconds", seconds(figures.empty_test)}};
        if (!figures.boots.empty()) {
            target["empty_test"]["run_seconds"] = seconds(figures.empty_run);
            target["empty_test"]["restart_seconds"] = seconds(figures.empty_restart);
        }
        target["runs"] = Json::array();
        for (const BenchRun& run : figures.runs) target["runs"].push_back(run_json(run));
        targets.push_back(std::move(target));
    }
    return Json{{"schema", 1}, {"targets", std::move(targets)}}.dump(1) + "\n";
}

void add_bench_options(CLI::App& app, BenchOptions& options) {
    app.add_flag("--harness", options.harness, "Measure the harness itself (the only kind of bench there is)")
        ->required();
    app.add_option("--target", options.targets, "Targets to measure (default: unix-x64,mps2-an385,pc-i386)")
        ->delimiter(',')
        ->allow_extra_args(false);
    app.add_option("tests", options.tests, "Tests for the runs, as `run` takes them (default: micropython)");
    app.add_option("--boots", options.boots, "How often a machine is booted")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    app.add_option("--json", options.json, "Write the figures as JSON (docs/bench.md)")->type_name("FILE");
}

int bench_command(const BenchOptions& given) {
    BenchOptions options = given;
    if (options.targets.empty()) options.targets = {"unix-x64", "mps2-an385", "pc-i386"};
    if (options.tests.empty()) options.tests = {"micropython"};
    return run_main_loop([&options] { return measure_all(options); },
                         [](int) {
                             // Figures of half a run mean nothing.
                             fmt::print(stderr, "mpyconform: stopped\n");
                             return AfterInterrupt::GiveUp;
                         });
}

}  // namespace harness
