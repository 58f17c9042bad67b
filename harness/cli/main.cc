// mpyconform: the program behind ./run-tests.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <exception>

#include "harness/cli/exit_status.h"
#include "harness/cli/repeat_command.h"
#include "harness/cli/run_command.h"
#include "harness/cli/run_options.h"

namespace {

std::string as_typed(int argc, char** argv) {
    std::string line = "./run-tests";
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
        return run_command(run_options, as_typed(argc, argv));
    }
    return kExitUsage;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run_main(argc, argv);
    } catch (const std::exception& exception) {
        fmt::print(stderr, "mpyconform: stopped by a defect of its own: {}\n", exception.what());
        return harness::kExitTrouble;
    }
}
