#include "harness/cli/run_options.h"

#include <fmt/format.h>

#include <cstdlib>
#include <map>
#include <thread>

#include "harness/base/files.h"
#include "harness/cli/last_run.h"
#include "harness/cli/project.h"
#include "harness/cli/result_files.h"

namespace harness {
namespace {

/// Options of MicroPython's runner that this one does not have, so that nobody meets "not expected" for them.
struct RefusedOption {
    const char* flags;
    const char* why;
};
constexpr RefusedOption kRefused[] = {
    {"-c,--trace-output", "use --verbose"},
    {"--target-wiring", "tests that need wiring are left out"},
};

std::string from_environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
}

void add_board_options(CLI::App& app, RunOptions& options) {
    const auto board = [&](CLI::Option* option) { return option->group("Boards"); };
    board(app.add_option_function<std::string>(
              "-t,--test-instance",
              [&options](const std::string& value) {
                  if (!parse_board_wish(value))
                      throw CLI::ValidationError(
                          "-t",
                          fmt::format("\"{}\" is no board: expected port:/dev/ttyACM0, a0, u0, HOST:PORT, "
                                      "exec:COMMAND or execpty:COMMAND. Other targets are named with "
                                      "--target, and a unix binary is given with --micropython FILE",
                                      value));
                  options.targets.push_back(value);
              },
              "A board, as --target takes it"))
        ->type_name("BOARD");
    board(app.add_option("-b,--baudrate", options.board.baudrate, "Rate of a serial line"))
        ->capture_default_str();
    board(app.add_option("-u,--user", options.board.user, "User of a telnet login"))->capture_default_str();
    board(app.add_option("-p,--password", options.board.password, "Password of a telnet login"))
        ->capture_default_str();
    board(app.add_option("--begin", options.begin,
                         "Source that runs on a board in front of each artifact (--via-mpy)"))
        ->type_name("FILE");
    board(app.add_option("--power-cycle", options.board.power_cycle,
                         "Shell command that switches the board off and on when it does not answer any more"))
        ->type_name("COMMAND");
}

}  // namespace

void add_run_options(CLI::App& app, RunOptions& options) {
    app.description(
        "Compile tests with mpy-cross, run them on every target, compare what they print with CPython.\n\n"
        "Examples:\n"
        "  run-tests --via-mpy --emit native             every test, native code, on every target here\n"
        "  run-tests --via-mpy basics/int1.py            one test, bytecode\n"
        "  run-tests --via-mpy --emit native,viper --target unix-x64 conformance\n"
        "  run-tests --micropython ./micropython         a binary of your own, from source as the stock "
        "runner does\n"
        "  run-tests --via-mpy --emit bytecode,native --micropython-tree ../micropython\n"
        "                                                a checkout of your own, on every architecture\n"
        "  run-tests --list --via-mpy --emit native      the plan, with the reason for everything left out");
    app.add_option(
        "tests", options.tests,
        "Tests to run: a test's id, a folder of ids, a file, 'conformance' (our suites) or 'micropython' "
        "(MicroPython's own tests). Default: all of both");

    const auto what = [&](CLI::Option* option) { return option->group("What to run"); };
    what(app.add_flag(
        "--via-mpy", options.via_mpy,
        "Compile with mpy-cross and load the artifact. Without it the target compiles the source"));
    what(app.add_option_function<std::vector<std::string>>(
             "--emit",
             [&options](const std::vector<std::string>& names) {
                 for (const std::string& name : names) {
                     const auto emitter = emitter_named(name);
                     if (!emitter)
                         throw CLI::ValidationError("--emit",
                                                    "\"" + name + "\" is not bytecode, native or viper");
                     options.emitters.push_back(*emitter);
                 }
             },
             "Emitters, separated by commas: bytecode (default), native, viper"))
        ->delimiter(',')
        ->allow_extra_args(false);
    what(app.add_option_function<std::vector<std::string>>(
             "--target",
             [&options](const std::vector<std::string>& values) {
                 for (const std::string& value : values)
                     for (std::string& name : split_target_names(value))
                         options.targets.push_back(std::move(name));
             },
             "Only these targets (see `mpyconform targets`), `machines` for each of our own in QEMU, or "
             "boards: "
             "port:/dev/ttyACM0, HOST:PORT, "
             "'exec:COMMAND', 'execpty:COMMAND', each as NAME=… for a name (docs/boards.md)"))
        ->allow_extra_args(false);
    add_board_options(app, options);
    what(app.add_option(
             "--arch", options.archs,
             "Only artifacts for these archs. Default: each target's own and one for each other code "
             "generator that it accepts; archs that nothing here can run are compiled and checked"))
        ->delimiter(',')
        ->allow_extra_args(false);
    what(app.add_option("-i,--include", "Only tests whose id matches this regular expression; repeatable"))
        ->take_all()
        ->allow_extra_args(false)
        ->type_name("REGEX");
    what(app.add_option("-e,--exclude", "Not the tests whose id matches; -i and -e are applied in order"))
        ->take_all()
        ->allow_extra_args(false)
        ->type_name("REGEX");
    what(app.add_option("-d,--test-dirs", options.test_dirs,
                        "Folders of a MicroPython tests tree instead of the default ones"))
        ->type_name("DIR");
    what(
        app.add_flag("--run-failures", options.run_failures,
                     "Only the jobs that failed in the last run, with its compilers, targets and tests; what "
                     "is named beside it picks from them"));
    what(app.add_option(
             "--changed-since", options.changed_since,
             "Only tests that the checkout which holds them has changed since this git revision, or "
             "that a range A..B touches, with the modules and data they use. Status 4: none"))
        ->type_name("REV");
    what(app.add_option_function<std::string>(
             "--shard",
             [&options](const std::string& text) {
                 const auto shard = Shard::parse(text);
                 if (!shard) throw CLI::ValidationError(shard.error().text());
                 options.shard = *shard;
             },
             "Only the i-th of n parts of the tests, the same on every machine; `mpyconform merge` puts the "
             "parts' JSON reports together"))
        ->type_name("i/n");
    what(app.add_flag("--list,--dry-run", options.list, "Print the plan and run nothing"));

    const auto with = [&](CLI::Option* option) { return option->group("With what"); };
    with(app.add_option("--mpy-cross", options.mpy_cross,
                        "Compiler instead of the pinned ones (MICROPY_MPYCROSS)"))
        ->allow_extra_args(false)
        ->type_name("FILE");
    with(app.add_option(
             "--micropython", options.micropython,
             "Unix binary instead of the pinned ones (MICROPY_MICROPYTHON); NAME=FILE names its target"))
        ->allow_extra_args(false)
        ->type_name("FILE");
    with(app.add_option(
             "--micropython-tree", options.micropython_tree,
             "MicroPython source tree of your own: its mpy-cross, unix port, firmware of every machine "
             "and tests instead of the pinned ones. They are built into the cache, nothing in the tree "
             "is written to (docs/testing-your-checkout.md)"))
        ->type_name("DIR");
    with(app.add_option("--base", options.base,
                        "Run the same on this revision of --micropython-tree's checkout and report only what "
                        "changed from it to the tree as it is; status 1 when something newly fails"))
        ->type_name("REV");
    with(app.add_option(
             "--firmware", options.firmware,
             "NAME=FILE: firmware for a machine of qemu-configs/, instead of the one that would be built"))
        ->allow_extra_args(false)
        ->type_name("NAME=FILE");
    with(app.add_option("--cpython", options.cpython, "CPython that says what is right (MICROPY_CPYTHON3)"))
        ->type_name("FILE");
    with(app.add_option("--micropython-tests", options.micropython_tests,
                        "Tests tree instead of the pinned one"))
        ->type_name("DIR");
    with(app.add_option("--tests-release", options.tests_release,
                        "Release whose rules the tests tree follows, where the tree does not tell"))
        ->type_name("1.25.0");
    with(app.add_option("--skip-rules", options.skip_rules,
                        "Rules of your own on what of MicroPython's tests runs where (docs/stock-runner.md)"))
        ->allow_extra_args(false)
        ->type_name("FILE");
    with(app.add_option("--mpy-cross-flags", options.mpy_cross_flags,
                        "Flags for mpy-cross instead of -march=ARCH"));
    with(app.add_option("--heapsize", options.heap_size, "Heap of unix targets, as -X heapsize= takes it"));
    with(app.add_flag("--keep-path", options.keep_path, "Leave MICROPYPATH as it is"));
    with(app.add_option("--known-failures", options.known_failures,
                        "Files of known failures instead of suites/known-failures.toml"))
        ->allow_extra_args(false)
        ->type_name("FILE");
    with(app.add_flag("--no-known-failures", options.no_known_failures,
                      "Let every known failure fail the run"));

    with(app.add_option("--quarantine", options.quarantine,
                        "File of tests whose failures do not fail the run until a date "
                        "(harness/suite/quarantine.h)"))
        ->allow_extra_args(false)
        ->type_name("FILE");

    const auto how = [&](CLI::Option* option) { return option->group("How"); };
    how(app.add_option(
            "-j,--jobs", options.jobs,
            "Jobs at the same time (default: one more than there are cores, since a job that is prepared "
            "or judged keeps its machine waiting)"))
        ->check(CLI::Range(1, 1024));
    how(app.add_option("--timeout", options.timeout_seconds,
                       "Seconds for one test, times the target's factor (MICROPY_TEST_TIMEOUT)"))
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    how(app.add_option(
            "--retries", options.retries,
            "Run a failed job again, alone, up to so many times; one that passes then is flaky. Tests of "
            "MicroPython's that look at a clock are repeated anyway"))
        ->check(CLI::Range(0, 10));
    how(app.add_option_function<unsigned long>(
            "--shuffle",
            [&options](const unsigned long& seed) {
                options.shuffle = true;
                options.shuffle_seed = seed;
            },
            "Run in an order shuffled by this seed instead of longest first"))
        ->type_name("SEED");
    how(app.add_flag(
        "--fresh-processes", options.fresh_processes,
        "Start each run behind an emulator anew instead of forking one that has started; slower, with "
        "the same verdicts"));
    how(app.add_flag_callback(
        "--icount", [&options] { options.icount = "shift=3,sleep=off"; },
        "QEMU's machines count instructions: their time is a function of what they execute (slower)"));
    how(app.add_option(
            "--interactive", options.interactive,
            "Run one file, or the REPL, with this target's console on the terminal. Ctrl-C goes to the "
            "target; Ctrl-] leaves a machine, Ctrl-D a unix REPL"))
        ->allow_extra_args(false)
        ->type_name("TARGET");
    how(app.add_flag("--debug", options.debug,
                     "With --interactive: start QEMU waiting for gdb, print the gdb command and where the "
                     "program's code will lie"));
    how(app.add_flag("--no-cache", options.no_cache, "Compile, ask CPython and probe targets anew"));
    how(app.add_flag(
        "--separate-runs", options.separate_runs,
        "Run each job by itself, also where two compilers made the same octets (one run by default)"));

    const auto out = [&](CLI::Option* option) { return option->group("What comes out"); };
    out(app.add_option("--json", options.json, "Write everything as JSON (docs/report-json.md)"))
        ->type_name("FILE");
    out(app.add_option("--junit", options.junit, "Write a JUnit XML report"))->type_name("FILE");
    out(app.add_option(
            "-r,--result-dir", options.result_dir,
            "Folder for _results.json and the .exp and .out of failed tests, as MicroPython's runner "
            "writes them (default: results/ in the cache)"))
        ->type_name("DIR");
    out(app.add_option(
            "--markdown", options.markdown,
            "Write the matrix and the failures as Markdown; with --base what changed, fit for a pull "
            "request"))
        ->type_name("FILE");
    out(app.add_flag(
        "--print-failures", options.print_failures,
        "Run nothing; show what is in the result folder, with the program that MICROPY_DIFF names "
        "(diff -u)"));
    out(app.add_flag("--clean-failures", options.clean_failures,
                     "Run nothing; remove the result files from the result folder"));
    out(app.add_flag("-v,--verbose", options.verbose, "One line for every job"));
    out(app.add_flag("--differences", options.differences,
                     "List each test that did not end alike on all targets, and where it passed"));

    for (const RefusedOption& refused : kRefused)
        app.add_option_function<std::string>(refused.flags,
                                             [refused](const std::string&) {
                                                 throw CLI::ValidationError(
                                                     refused.flags,
                                                     fmt::format("is not supported: {}", refused.why));
                                             })
            ->expected(0, 1)
            ->group("");

    app.footer(
        "Exit status: 0 all passed (known failures apart), 1 some did not, 2 wrong usage or configuration,\n"
        "3 the harness or a target could not work, 4 --changed-since touches no test that can run, 130 "
        "stopped.");
}

Result<void> complete_run_options(const CLI::App& app, RunOptions& options) {
    // CLI11 collects each option's values; only its parse order tells how -i and -e were interleaved.
    std::map<const CLI::Option*, std::size_t> used;
    for (const CLI::Option* option : app.parse_order()) {
        const bool include = option->check_lname("include");
        if (!include && !option->check_lname("exclude")) continue;
        const std::size_t index = used[option]++;
        if (index < option->results().size()) options.filters.push_back({include, option->results()[index]});
    }
    if (!options.base.empty() && options.micropython_tree.empty())
        return usage_error("--base REV goes with --micropython-tree DIR: it is a revision of that checkout");
    if (!options.base.empty() && (options.list || !options.interactive.empty()))
        return usage_error("--base compares two runs: it goes neither with --list nor with --interactive");
    if (options.run_failures && !(options.tests.empty() && options.test_dirs.empty()))
        return usage_error(
            "--run-failures takes its tests from the last run: name no tests or folders beside it (-i, -e, "
            "--target, --emit and --arch pick from them)");
    if (options.run_failures) {
        MPY_TRY(const Project project, find_project());
        MPY_CHECK_OK(choose_failures(result_folder(options, project), options));
    }
    if (options.debug && options.interactive.empty())
        return usage_error("--debug goes with --interactive TARGET: one machine, one file");
    if (!options.interactive.empty()) {
        if (options.tests.size() > 1)
            return usage_error(
                fmt::format("--interactive runs one file or the REPL, found {} files", options.tests.size()));
        if (!options.targets.empty() || options.emitters.size() > 1 || options.archs.size() > 1)
            return usage_error(
                "--interactive names the target; it takes one --emit and one --arch, no --target");
        if (!options.via_mpy && !options.emitters.empty() && options.emitters.front() != Emitter::Bytecode)
            return usage_error(
                "--interactive without --via-mpy runs the source as it is: add --via-mpy for --emit native");
    }
    if (!options.begin.empty()) {
        MPY_TRY(options.board.prologue, read_file(options.begin));
    }
    if (options.emitters.empty()) options.emitters = {Emitter::Bytecode};
    if (options.jobs == 0) options.jobs = std::max(1U, std::thread::hardware_concurrency()) + 1;

    if (options.mpy_cross.empty() && !from_environment("MICROPY_MPYCROSS").empty())
        options.mpy_cross = {from_environment("MICROPY_MPYCROSS")};
    if (options.micropython.empty() && !from_environment("MICROPY_MICROPYTHON").empty())
        options.micropython = {from_environment("MICROPY_MICROPYTHON")};
    if (options.cpython.empty()) options.cpython = from_environment("MICROPY_CPYTHON3");
    if (app.get_option("--timeout")->count() == 0) {
        if (const std::string text = from_environment("MICROPY_TEST_TIMEOUT"); !text.empty()) {
            char* end = nullptr;
            options.timeout_seconds = std::strtod(text.c_str(), &end);
            if (*end != '\0' || !(options.timeout_seconds > 0))
                return usage_error(fmt::format(
                    "MICROPY_TEST_TIMEOUT is {:?}; expected a positive number of seconds, such as 30 or 2.5",
                    text));
        }
    }
    if (!options.via_mpy) {
        for (const Emitter emitter : options.emitters)
            if (emitter == Emitter::Viper)
                return usage_error(
                    "--emit viper needs --via-mpy: only mpy-cross can compile a whole file with the viper "
                    "emitter");
        if (!options.archs.empty())
            return usage_error(
                "--arch needs --via-mpy: without it the target itself compiles, for its own arch");
        if (!options.mpy_cross_flags.empty())
            return usage_error("--mpy-cross-flags needs --via-mpy: without it mpy-cross is not used");
    }
    if (options.no_known_failures && !options.known_failures.empty())
        return usage_error("--known-failures and --no-known-failures exclude each other");
    return {};
}

}  // namespace harness
