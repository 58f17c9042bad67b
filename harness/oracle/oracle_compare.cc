// oracle_compare [-j N] [--limit S] [--cpython P] FILE…: runs every program through the oracle's
// fork server and in a fresh `python3 -BS` process, and compares every octet and status
// (files with a `.exp` beside them are left out). This is how the fork
// server is proved over a whole tree of tests; the unit tests hold single behaviours.
//
// Exit status: 0 all the same, 1 some differ, 2 wrong usage or trouble.
#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "harness/oracle/oracle.h"
#include "harness/process/process.h"

namespace harness {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

struct Program {
    Test test;
    Expectation forked;
    Expectation fresh;
    std::string trouble;
};

/// Processor seconds of this process and of all children that were waited for.
double processor_seconds() {
    double seconds = 0;
    for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
        struct rusage usage {};
        ::getrusage(who, &usage);
        for (const timeval& time : {usage.ru_utime, usage.ru_stime})
            seconds += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
    }
    return seconds;
}

struct Cost {
    double wall = 0;
    double processor = 0;
};

/// All programs through one oracle, `jobs` at a time.
Cost run_all(std::vector<Program>& programs, int jobs, bool use_fork_server, const std::string& cpython,
             std::chrono::seconds limit, Expectation Program::*into) {
    asio::io_context context(1);
    OracleOptions options;
    options.cpython = cpython;
    options.environment = inherited_environment();
    options.use_fork_server = use_fork_server;
    options.time_limit = limit;
    auto oracle = std::make_unique<Oracle>(std::move(options));
    std::size_t next = 0;
    const auto worker = [&]() -> asio::awaitable<void> {
        while (next < programs.size()) {
            Program& program = programs[next++];
            auto answer = co_await oracle->expect(OracleRequest{program.test});
            if (answer)
                program.*into = answer->expectation;
            else
                program.trouble = answer.error().message;
        }
    };
    const double busy_before = processor_seconds();
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < jobs; ++i) asio::co_spawn(context, worker(), asio::detached);
    context.run();
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    for (const std::string& note : oracle->notes()) fmt::print("note: {}\n", note);
    const OracleStatistics statistics = oracle->statistics();
    oracle.reset();  // ends the fork server, whose children's time counts when it is reaped
    const Cost cost{took.count(), processor_seconds() - busy_before};
    fmt::print("{}: {} programs, {} forked, {} fresh, {:.2f} s wall, {:.2f} s processor\n",
               use_fork_server ? "fork server" : "fresh processes", programs.size(), statistics.forked,
               statistics.fresh, cost.wall, cost.processor);
    return cost;
}

int compare(const std::vector<std::string>& files, int jobs, const std::string& cpython, int limit,
            bool forked_only) {
    std::vector<Program> programs;
    for (const std::string& file : files) {
        if (fs::exists(file + ".exp")) continue;  // CPython is never asked
        Program program;
        program.test.id = file;
        program.test.path = fs::absolute(file);
        program.test.working_directory = program.test.path.parent_path();
        programs.push_back(std::move(program));
    }
    const Cost forked = run_all(programs, jobs, true, cpython, std::chrono::seconds(limit), &Program::forked);
    if (forked_only) return 0;
    const Cost fresh = run_all(programs, jobs, false, cpython, std::chrono::seconds(limit), &Program::fresh);
    int different = 0;
    int trouble = 0;
    for (const Program& program : programs) {
        if (!program.trouble.empty()) {
            ++trouble;
            fmt::print("trouble: {}\n", program.trouble);
        } else if (program.forked.text != program.fresh.text || program.forked.kind != program.fresh.kind) {
            ++different;
            fmt::print("different: {}\n--- forked\n{:.2000}\n--- fresh\n{:.2000}\n", program.test.id,
                       program.forked.text, program.fresh.text);
        }
    }
    fmt::print(
        "{} the same, {} different, {} in trouble; {:.1f} times as fast, {:.1f} times less "
        "processor time\n",
        programs.size() - static_cast<std::size_t>(different + trouble), different, trouble,
        fresh.wall / forked.wall, fresh.processor / forked.processor);
    return different == 0 ? 0 : 1;
}

}  // namespace
}  // namespace harness

int main(int argc, char** argv) {
    CLI::App app("Compares the oracle's fork server with fresh CPython processes");
    std::vector<std::string> files;
    int jobs = 2;
    int limit = 120;
    std::string cpython = "python3";
    app.add_option("files", files, "programs")->required();
    app.add_option("-j,--jobs", jobs, "how many at once")->check(CLI::PositiveNumber);
    app.add_option("--limit", limit, "seconds a program may take")->check(CLI::PositiveNumber);
    app.add_option("--cpython", cpython, "the interpreter");
    bool forked_only = false;
    app.add_flag("--forked-only", forked_only, "measure the fork server, compare nothing");
    CLI11_PARSE(app, argc, argv);
    try {
        return harness::compare(files, jobs, cpython, limit, forked_only);
    } catch (const std::exception& error) {
        fmt::print(stderr, "oracle_compare: {}\n", error.what());
        return 2;
    }
}
