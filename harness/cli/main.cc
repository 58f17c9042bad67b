// mpyconform: the program behind ./run-tests.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <iostream>

#include "harness/cli/bench_command.h"
#include "harness/cli/exit_status.h"
#include "harness/cli/history_command.h"
#include "harness/cli/inspect_targets.h"
#include "harness/cli/interactive_command.h"
#include "harness/cli/merge_command.h"
#include "harness/cli/repeat_command.h"
#include "harness/cli/romfs_command.h"
#include "harness/cli/run_command.h"
#include "harness/cli/run_options.h"
#include "harness/cli/targets_command.h"
#include "harness/inspect/inspect.h"

namespace {

std::string as_typed(std::string line, int argc, char** argv) {
    for (int i = 2; i < argc; ++i) line += " " + harness::shell_word(argv[i]);
    return line;
}

int run_main(int argc, char** argv) {
    using namespace harness;
    CLI::App app("mpyconform: conformance suite and runner for MicroPython .mpy code.");
    app.require_subcommand(1);
    app.set_version_flag("--version", "mpyconform 0.1.0");

    RunOptions run_options;
    CLI::App* run = app.add_subcommand("run", "Compile, run, compare, report (what ./run-tests does)");
    add_run_options(*run, run_options);

    TargetsOptions targets_options;
    CLI::App* targets =
        app.add_subcommand("targets", "Show every target, what it can do, or why it cannot be used");
    targets->add_option("names", targets_options.names, "Only these");
    targets->add_flag("--self-test", targets_options.self_test,
                      "Boot the named machines and hold each to the machine contract, a line for each part");
    targets->add_flag("--firmware", targets_options.firmware,
                      "Build the machines' firmware where that has not happened and print NAME=ELF for each");
    targets->add_flag("--capabilities", targets_options.capabilities, "Ask each target what it can do");

    BenchOptions bench_options;
    CLI::App* bench =
        app.add_subcommand("bench", "Measure: boot time, time of an empty test, tests per second");
    add_bench_options(*bench, bench_options);

    MergeOptions merge_options;
    CLI::App* merge = app.add_subcommand("merge", "Put the JSON reports of a run's shards together");
    add_merge_options(*merge, merge_options);

    HistoryOptions history_options;
    CLI::App* history = app.add_subcommand("history", "Slow and flaky tests, and what a test did before");
    add_history_options(*history, history_options);

    RomfsOptions romfs_options;
    CLI::App* romfs = app.add_subcommand("romfs", "List a ROMFS image, or make one from a folder");
    romfs->add_option("image", romfs_options.image, "The image")->required();
    romfs->add_option("--from", romfs_options.folder, "Make the image from all files of this folder")
        ->type_name("DIR");

    InspectOptions inspect_options;
    const CLI::App* inspect = add_inspect_command(app, inspect_options);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        const int status = app.exit(error);
        return status == 0 ? kExitPassed : kExitUsage;
    }
    if (run->parsed()) {
        if (const auto complete = complete_run_options(*run, run_options); !complete) {
            fmt::print(stderr, "mpyconform: {}\n", complete.error().text());
            return exit_status_of(complete.error());
        }
        if (!run_options.interactive.empty()) return interactive_command(run_options);
        return run_command(run_options, as_typed("./run-tests", argc, argv));
    }
    if (targets->parsed()) return targets_command(targets_options);
    if (bench->parsed()) return bench_command(bench_options);
    if (merge->parsed()) return merge_command(merge_options, as_typed("mpyconform merge", argc, argv));
    if (history->parsed()) return history_command(history_options);
    if (romfs->parsed()) return romfs_command(romfs_options);
    if (inspect->parsed()) {
        InspectContext context;
        if (inspect_options.explain) {
            InspectTargets known = known_inspect_targets();
            context.targets = std::move(known.targets);
            context.about_targets = std::move(known.note);
        }
        if (inspect_options.disassemble) context.objdump = known_objdump_tools();
        return static_cast<int>(run_inspect(inspect_options, context, std::cout, std::cerr));
    }
    return kExitUsage;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const int status = run_main(argc, argv);
        // What was printed may still wait in a buffer; a disk that is full tells only now.
        if (!std::cout.flush() || std::fflush(stdout) != 0 || std::ferror(stdout) != 0) {
            fmt::print(stderr,
                       "mpyconform: standard output could not be written: what arrived is not whole\n");
            return harness::kExitTrouble;
        }
        return status;
    } catch (const std::exception& exception) {
        fmt::print(stderr, "mpyconform: stopped by a defect of its own: {}\n", exception.what());
        return harness::kExitTrouble;
    }
}
