#include "harness/cli/run_options.h"

#include <fmt/format.h>

#include <cstdlib>
#include <map>
#include <thread>

namespace harness {
namespace {

/// Options of MicroPython's runner that this one does not have, so that nobody meets "not expected" for them.
struct RefusedOption {
    const char* flags;
    const char* why;
};
constexpr RefusedOption kRefused[] = {
    {"-t,--test-instance",
     "targets are named with --target, and a unix binary is given with --micropython FILE"},
    {"-b,--baudrate", "there is no serial transport"},
    {"-u,--user", "there is no network transport"},
    {"-p,--password", "there is no network transport"},
    {"-r,--result-dir", "results are written with --json FILE and --junit FILE"},
    {"-c,--trace-output", "use --verbose"},
    {"--begin", "programs run as they are, nothing is put in front of them"},
    {"--target-wiring", "tests that need wiring are left out"},
    {"--run-failures",
     "give the failed tests' names instead; every failure prints the command that repeats it"},
    {"--print-failures", "failures are printed by the run itself, and are in --json FILE"},
    {"--clean-failures", "no files are left in the tree"},
};

std::string from_environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
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
    what(app.add_option("--target", options.targets, "Only these targets (see `mpyconform targets`)"))
        ->delimiter(',')
        ->allow_extra_args(false);
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
    with(app.add_option("--cpython", options.cpython, "CPython that says what is right (MICROPY_CPYTHON3)"))
        ->type_name("FILE");
    with(app.add_option("--micropython-tests", options.micropython_tests,
                        "Tests tree instead of the pinned one"))
        ->type_name("DIR");
    with(app.add_option("--tests-release", options.tests_release,
                        "Release whose rules the tests tree follows, where the tree does not tell"))
        ->type_name("1.25.0");
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

    const auto how = [&](CLI::Option* option) { return option->group("How"); };
    how(app.add_option("-j,--jobs", options.jobs, "Jobs at the same time (default: one for each core)"))
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
        "3 the harness or a target could not work, 130 stopped.");
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
    if (options.emitters.empty()) options.emitters = {Emitter::Bytecode};
    if (options.jobs == 0) options.jobs = std::max(1U, std::thread::hardware_concurrency());

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
