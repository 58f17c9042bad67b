// run_on_terminal against a child that answers, and against those that do not.
#include "harness/process/terminal_run.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "harness/process/fake_subject.h"
#include "harness/testing/run_coroutine.h"

namespace harness {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::run_coroutine;
using testing::subject;

TerminalScript script_of(const std::vector<std::string>& lines) {
    TerminalScript script;
    for (const std::string& line : lines) script.lines.push_back({line, false});
    return script;
}

ProcessResult run(Command command, TerminalScript script, Limits limits = {}) {
    auto result = run_coroutine(run_on_terminal(std::move(command), std::move(script), limits));
    EXPECT_TRUE(result) << result.error().text();
    return result ? *std::move(result) : ProcessResult{};
}

TEST(RunOnTerminal, TypesTheLinesAndKeepsEverythingThatIsShown) {
    const ProcessResult result = run(subject({"converse"}), script_of({"one\n", "two\n"}));
    EXPECT_EQ(result.ending, Ending::Exited);
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.output, "hello\r\n> one\r\ngot one\r\n> two\r\ngot two\r\n> ");
    EXPECT_EQ(result.trouble, "");
}

TEST(RunOnTerminal, WhatTheFarewellBringsIsNotKeptAndItsStatusDoesNotCount) {
    // It says "bye" and ends with status 7.
    EXPECT_EQ(run(subject({"converse"}), script_of({})).output, "hello\r\n> ");
    EXPECT_EQ(run(subject({"converse"}), script_of({})).exit_code, 0);
    const ProcessResult deaf = run(subject({"hang-deaf"}), script_of({"x\n"}));
    EXPECT_EQ(deaf.ending, Ending::Exited);
    EXPECT_EQ(deaf.output, "deaf\r\nx\r\n");
}

TEST(RunOnTerminal, OneThatSaysNothingIsOutOfTime) {
    Limits limits;
    limits.wall = milliseconds(150);
    const auto before = std::chrono::steady_clock::now();
    const ProcessResult result = run(subject({"hang"}), script_of({"one\n"}), limits);
    EXPECT_EQ(result.ending, Ending::TimedOut);
    EXPECT_EQ(result.output, "");
    EXPECT_THAT(result.trouble, HasSubstr("still running after 150 ms"));
    EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(10));
}

TEST(RunOnTerminal, OneThatFloodsIsStopped) {
    Limits limits;
    limits.output_bytes = 100'000;
    const ProcessResult result = run(subject({"flood"}), script_of({"one\n"}), limits);
    EXPECT_EQ(result.ending, Ending::OutputFlood);
    EXPECT_EQ(result.output.size(), 100'000U);
    EXPECT_TRUE(result.truncated);
}

TEST(RunOnTerminal, OneThatEndsTooSoonTellsHowAndWhen) {
    const ProcessResult exited = run(subject({"converse"}), script_of({"one\n", "exit 3\n", "two\n"}));
    EXPECT_EQ(exited.ending, Ending::Exited);
    EXPECT_EQ(exited.exit_code, 3);
    EXPECT_THAT(exited.trouble, HasSubstr("it ended with exit status 3 when 2 of 3 lines were typed"));
    // The terminal shows what is typed at nobody.
    EXPECT_EQ(exited.output, "hello\r\n> one\r\ngot one\r\n> exit 3\r\ntwo\r\n");

    const ProcessResult killed = run(subject({"converse"}), script_of({"signal 11\n", "two\n"}));
    EXPECT_EQ(killed.ending, Ending::Signalled);
    EXPECT_EQ(killed.signal_number, SIGSEGV);
    EXPECT_THAT(killed.trouble, HasSubstr("by SIGSEGV when 1 of 2"));

    const ProcessResult silent = run(subject({"exit", "4"}), script_of({"one\n"}));
    EXPECT_EQ(silent.ending, Ending::Exited);
    EXPECT_EQ(silent.exit_code, 4);
}

TEST(RunOnTerminal, WaitsForOneThatIsBusy) {
    const ProcessResult result = run(subject({"converse"}), script_of({"busy 150\n", "one\n"}));
    EXPECT_EQ(result.output, "hello\r\n> busy 150\r\nwas busy\r\n> one\r\ngot one\r\n> ");
}

TEST(RunOnTerminal, OneThatSleepsIsTypedAt) {
    const ProcessResult result = run(subject({"converse"}), script_of({"sleep 300\n", "one\n"}));
    EXPECT_EQ(result.output.substr(0, 26), "hello\r\n> sleep 300\r\none\r\n");
}

TEST(RunOnTerminal, ALineMayWantAnAnswer) {
    TerminalScript script = script_of({"sleep 300\n", "one\n", "two\n"});
    script.lines[1].wants_answer = true;
    const ProcessResult result = run(subject({"converse"}), script);
    // The terminal's echo is an answer, so "two" is typed while it sleeps.
    EXPECT_THAT(result.output, HasSubstr("one\r\ntwo\r\n"));
}

TEST(RunOnTerminal, CtrlCInterruptsOnlyWhomTheTerminalControls) {
    TerminalScript script = script_of({"wait\n", "\x03"});
    script.lines[1].wants_answer = true;
    EXPECT_THAT(run(subject({"converse"}), script).output, Not(HasSubstr("interrupted")));
    script.is_controlling = true;
    EXPECT_THAT(run(subject({"converse"}), script).output, HasSubstr("^Cinterrupted\r\n> "));
}

TEST(RunOnTerminal, NobodyStaysBehind) {
    const ProcessResult result = run(subject({"leave-holder", "0", "1"}), script_of({"x\n"}));
    const std::size_t at = result.output.find("pid ");
    ASSERT_NE(at, std::string::npos) << result.output;
    const pid_t pid = std::stoi(result.output.substr(at + 4));
    EXPECT_EQ(::kill(pid, 0), -1);
}

TEST(RunOnTerminal, AProgramThatIsNotThereIsAnError) {
    Command command = subject({"hang"});
    command.argv = {"/nowhere/at/all"};
    const auto result = run_coroutine(run_on_terminal(std::move(command), {}, {}));
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::MissingTool);
}

}  // namespace
}  // namespace harness
