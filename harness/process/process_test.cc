// run_process against a child that really misbehaves: how it ends, what is kept, what the limits cut.
#include "harness/process/process.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>

#include "harness/base/files.h"
#include "harness/process/fake_subject.h"
#include "harness/testing/run_coroutine.h"

namespace harness {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using testing::run_coroutine;
using testing::subject;

ProcessResult run(Command command, Limits limits = {}) {
    auto result = run_coroutine(run_process(std::move(command), limits));
    EXPECT_TRUE(result) << result.error().text();
    return result ? *std::move(result) : ProcessResult{};
}

/// Runs what hangs under growing time limits until it had the time to print: a loaded machine is slow to
/// start it.
ProcessResult run_until_it_spoke(const Command& command) {
    Limits limits;
    ProcessResult result;
    for (const auto wall : {milliseconds(150), milliseconds(1'500), milliseconds(15'000)}) {
        limits.wall = wall;
        result = run(command, limits);
        if (!result.output.empty()) break;
    }
    return result;
}

TEST(RunProcess, TellsTheExitStatus) {
    for (const int status : {0, 1, 42, 255}) {
        const ProcessResult result = run(subject({"exit", std::to_string(status)}));
        EXPECT_EQ(result.ending, Ending::Exited);
        EXPECT_EQ(result.exit_code, status);
        EXPECT_EQ(result.output, "");
        EXPECT_FALSE(result.truncated);
    }
}

TEST(RunProcess, TellsTheSignalAndKeepsWhatWasWrittenBefore) {
    for (const int number : {SIGSEGV, SIGABRT, SIGTERM, SIGKILL}) {
        const ProcessResult result = run(subject({"signal", std::to_string(number)}));
        EXPECT_EQ(result.ending, Ending::Signalled);
        EXPECT_EQ(result.signal_number, number);
        EXPECT_EQ(result.output, "before\n");
    }
}

TEST(RunProcess, MergesBothStreamsInOrder) {
    EXPECT_EQ(run(subject({"alternate", "3"})).output, "out 0\nerr 0\nout 1\nerr 1\nout 2\nerr 2\n");
}

TEST(RunProcess, SeparatesStderrOnRequest) {
    Limits limits;
    limits.separate_stderr = true;
    const ProcessResult result = run(subject({"alternate", "2"}), limits);
    EXPECT_EQ(result.output, "out 0\nout 1\n");
    EXPECT_EQ(result.error_output, "err 0\nerr 1\n");
}

TEST(RunProcess, KeepsEveryOctetOfGarbage) {
    const ProcessResult result = run(subject({"garbage", "200000"}));
    EXPECT_EQ(result.output.size(), 200'000U);
    EXPECT_NE(result.output.find('\0'), std::string::npos);
}

TEST(RunProcess, GivesTheInputAndThenEndOfFile) {
    Command command = subject({"copy"});
    command.input = std::string(300'000, 'i') + "end";
    EXPECT_EQ(run(command).output, command.input);
    EXPECT_EQ(run(subject({"copy"})).output, "");
}

TEST(RunProcess, RunsInTheFolderAndEnvironmentThatItIsGiven) {
    const auto folder = TemporaryDirectory::create("process-test-");
    ASSERT_TRUE(folder);
    Command command = subject({"about"});
    command.working_directory = folder->path();
    const std::string real = std::filesystem::canonical(folder->path()).string();
    EXPECT_EQ(run(command).output, "cwd " + real + "\nleads 1\nblocked 0\nsigpipe 1\n");

    command = subject({"environment", "SUBJECT_TEST"});
    command.environment = {"SUBJECT_TEST=value"};
    EXPECT_EQ(run(command).output, "value\n");
    command.environment = inherited_environment({{"SUBJECT_TEST", "other"}});
    EXPECT_EQ(run(command).output, "other\n");
}

TEST(RunProcess, InheritedEnvironmentReplacesAndRemoves) {
    ::setenv("SUBJECT_ONE", "1", 1);
    ::setenv("SUBJECT_TWO", "2", 1);
    const auto entries = inherited_environment({{"SUBJECT_ONE", "x"}}, {"SUBJECT_TWO"});
    EXPECT_THAT(entries, ::testing::Contains("SUBJECT_ONE=x"));
    EXPECT_THAT(entries, ::testing::Not(::testing::Contains("SUBJECT_ONE=1")));
    EXPECT_THAT(entries, ::testing::Not(::testing::Contains("SUBJECT_TWO=2")));
}

TEST(RunProcess, GivesTheChildNothingButItsThreeStreams) {
    const int leaked = ::dup(1);  // not close-on-exec, as a careless caller has it
    EXPECT_EQ(run(subject({"list-files"})).output, "open 0 1 2\n");
    ::close(leaked);
}

TEST(RunProcess, LimitsOpenFiles) {
    Limits limits;
    limits.open_files = 64;
    EXPECT_EQ(run(subject({"open-files"}), limits).output, "last 63\n");
}

TEST(RunProcess, KillsWhatHangs) {
    for (const char* mode : {"hang", "hang-deaf"}) {
        Limits limits;
        limits.wall = milliseconds(150);
        const ProcessResult result = run(subject({mode}), limits);
        EXPECT_EQ(result.ending, Ending::TimedOut) << mode;
        EXPECT_GE(result.wall, milliseconds(150));
        EXPECT_LT(result.wall, seconds(20));
        EXPECT_THAT(result.trouble, HasSubstr("150 ms"));
    }
}

TEST(RunProcess, KeepsPartialOutputOfWhatHangs) {
    const ProcessResult result = run_until_it_spoke(subject({"partial", "half a li"}));
    EXPECT_EQ(result.ending, Ending::TimedOut);
    EXPECT_EQ(result.output, "half a li");
}

TEST(RunProcess, WaitsForLateOutputWithinItsTime) {
    const ProcessResult result = run(subject({"late", "120", "here"}));
    EXPECT_EQ(result.ending, Ending::Exited);
    EXPECT_EQ(result.output, "here\n");
    EXPECT_GE(result.wall, milliseconds(100));
}

TEST(RunProcess, WaitsForAChildThatClosedItsOutput) {
    const ProcessResult result = run(subject({"close-output", "150", "7"}));
    EXPECT_EQ(result.ending, Ending::Exited);
    EXPECT_EQ(result.exit_code, 7);
    EXPECT_EQ(result.output, "closing\n");
    EXPECT_GE(result.wall, milliseconds(130));
}

TEST(RunProcess, CutsAFloodInBoundedMemoryAndTime) {
    Limits limits;
    limits.output_bytes = 1'000'000;
    for (const char* stream : {"1", "2"}) {
        limits.separate_stderr = *stream == '2';
        const auto begun = std::chrono::steady_clock::now();
        const ProcessResult result = run(subject({"flood", "0", stream}), limits);
        EXPECT_EQ(result.ending, Ending::OutputFlood);
        EXPECT_TRUE(result.truncated);
        EXPECT_EQ(result.output.size() + result.error_output.size(), 1'000'000U);
        EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds(20));
    }
}

TEST(RunProcess, TakesExactlyTheOutputLimit) {
    Limits limits;
    limits.output_bytes = 200'000;
    const ProcessResult fits = run(subject({"flood", "200000"}), limits);
    EXPECT_EQ(fits.ending, Ending::Exited);
    EXPECT_FALSE(fits.truncated);
    EXPECT_EQ(fits.output.size(), 200'000U);
    const ProcessResult over = run(subject({"flood", "200001"}), limits);
    EXPECT_TRUE(over.truncated);
    EXPECT_EQ(over.output.size(), 200'000U);
}

TEST(RunProcess, AFileLongerThanItsLimitEndsTheChild) {
    Limits limits;
    limits.file_bytes = 1000;
    const auto folder = TemporaryDirectory::create("process-test-");
    ASSERT_TRUE(folder);
    Command command;
    command.argv = {"/bin/sh", "-c", "exec head -c 5000 /dev/zero > long"};
    command.working_directory = folder->path();
    const ProcessResult result = run(std::move(command), limits);
    EXPECT_EQ(result.ending, Ending::Signalled);
    EXPECT_EQ(result.signal_number, SIGXFSZ);
}

TEST(RunProcess, StopsAMemoryHog) {
    Limits limits;
    limits.memory_bytes = std::uint64_t{96} << 20;
    const ProcessResult result = run(subject({"memory", "0", "0"}), limits);
    // Either a sample caught it, or it ran into twice the limit between two samples and ended by itself.
    EXPECT_EQ(result.ending, Ending::MemoryExceeded);
    EXPECT_THAT(result.trouble, HasSubstr("96 MiB"));
    EXPECT_LT(result.peak_memory_bytes, std::uint64_t{256} << 20);
}

TEST(RunProcess, LetsAChildBelowItsMemoryLimitAlone) {
    Limits limits;
    limits.memory_bytes = std::uint64_t{256} << 20;
    const ProcessResult result = run(subject({"memory", "128", "250"}), limits);
    EXPECT_EQ(result.ending, Ending::Exited);
    EXPECT_GE(result.peak_memory_bytes, std::uint64_t{128} << 20);
    EXPECT_LT(result.peak_memory_bytes, std::uint64_t{160} << 20);
}

TEST(RunProcess, MeasuresProcessorTime) {
    const ProcessResult busy = run(subject({"spin", "120"}));
    EXPECT_GE(busy.cpu, milliseconds(100));
    EXPECT_LT(run(subject({"late", "120"})).cpu, milliseconds(60));
}

TEST(RunProcess, NamesAProgramThatDoesNotExist) {
    for (const char* name : {"/no/such/program", "no-such-program-anywhere"}) {
        Command command;
        command.argv = {name};
        command.environment = inherited_environment();
        const auto result = run_coroutine(run_process(std::move(command), {}));
        ASSERT_FALSE(result);
        EXPECT_EQ(result.error().kind, ErrorKind::MissingTool);
        EXPECT_THAT(result.error().message, HasSubstr(name));
    }
}

TEST(RunProcess, NamesAFolderThatDoesNotExist) {
    Command command = subject({"exit", "0"});
    command.working_directory = "/no/such/folder";
    const auto result = run_coroutine(run_process(std::move(command), {}));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::Io);
    EXPECT_THAT(result.error().message, HasSubstr("/no/such/folder"));
}

TEST(RunProcess, NamesAFileThatIsNoProgram) {
    const auto folder = TemporaryDirectory::create("process-test-");
    ASSERT_TRUE(folder);
    const auto file = folder->path() / "data";
    ASSERT_TRUE(write_file_atomically(file, "no program"));
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    Command command;
    command.argv = {file.string()};
    const auto result = run_coroutine(run_process(std::move(command), {}));
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message, HasSubstr("not a program"));
}

TEST(RunProcess, FindsAProgramAlongThePathItIsGiven) {
    Command command;
    command.argv = {"fake_subject", "exit", "5"};
    command.environment = {"PATH=/nowhere:" + std::filesystem::path(FAKE_SUBJECT).parent_path().string()};
    EXPECT_EQ(run(command).exit_code, 5);
}

TEST(Command, ShowsItselfAsAShellLine) {
    Command command;
    command.argv = {"micropython", "-c", "print('it is')", ""};
    command.working_directory = "tests/a b";
    EXPECT_EQ(command.shell_text(), "cd 'tests/a b' && micropython -c 'print('\\''it is'\\'')' ''");
}

}  // namespace
}  // namespace harness
