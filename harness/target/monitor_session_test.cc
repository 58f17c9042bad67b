// Conversations with a machine that breaks the protocol in every way that docs/monitor.md, section 6, names.
#include "harness/target/monitor_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/testing/run_coroutine.h"

namespace harness::monitor {
namespace {

namespace asio = boost::asio;
using harness::testing::run_coroutine;
using std::chrono::milliseconds;
using ::testing::HasSubstr;

StartOptions machine(const std::string& boot = {}) {
    StartOptions options;
    options.command.argv = {FAKE_MACHINE};
    if (!boot.empty()) options.command.argv.push_back("boot=" + boot);
    options.command.environment = inherited_environment();
    options.start_limit = milliseconds(boot == "silent" ? 200 : 20'000);
    return options;
}

Run program(const std::string& name, milliseconds limit = milliseconds(20'000)) {
    Run run;
    run.path = "/programs/" + name + ".mpy";
    run.limit = limit;
    return run;
}

/// Boots a machine and runs the programs; the replies up to the one after which the machine cannot be used.
std::vector<RunReply> replies(std::vector<Run> runs) {
    return run_coroutine([](std::vector<Run> all) -> asio::awaitable<std::vector<RunReply>> {
        std::vector<RunReply> found;
        const auto session = co_await Session::start(machine());
        if (!session) throw std::runtime_error(session.error().text());
        for (std::size_t i = 0; i < all.size(); ++i) {
            const Run* const next = i + 1 < all.size() ? &all[i + 1] : nullptr;
            RunReply one = co_await (*session)->run(all[i], next);
            found.push_back(std::move(one));
            if (!found.back().machine_is_good) break;
        }
        co_return found;
    }(std::move(runs)));
}

RunReply reply(const std::string& name, milliseconds limit = milliseconds(20'000)) {
    return replies({program(name, limit)}).front();
}

std::string start_error(const std::string& boot) {
    return run_coroutine([](StartOptions options) -> asio::awaitable<std::string> {
        const auto session = co_await Session::start(std::move(options));
        co_return session ? std::string() : session.error().text();
    }(machine(boot)));
}

TEST(MonitorSession, RunsOneProgramAfterTheOther) {
    const auto all = replies({program("ok"), program("late"), program("bytewise"), program("ok")});
    ASSERT_EQ(all.size(), 4U);
    for (const RunReply& one : all) {
        EXPECT_EQ(one.outcome.ending, Ending::Exited);
        EXPECT_EQ(one.outcome.exit_code, 0);
        EXPECT_EQ(one.outcome.output, "fine\n");
    }
}

TEST(MonitorSession, AProgramCannotEndItsRunByPrintingFrames) {
    const auto all = replies({program("imitate"), program("ok")});
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].outcome.ending, Ending::Exited);
    EXPECT_THAT(all[0].outcome.output, HasSubstr("status=ok\nout_bytes=0\n"));
    EXPECT_EQ(all[1].outcome.output, "fine\n");
}

TEST(MonitorSession, GarbageCostsTheMachine) {
    for (const char* name : {"stray", "wrong-number", "wrong-tag", "lost-output"}) {
        const RunReply one = reply(name);
        EXPECT_EQ(one.outcome.ending, Ending::Garbled) << name;
        EXPECT_FALSE(one.outcome.trouble.empty()) << name;
        EXPECT_FALSE(one.machine_is_good) << name;
    }
}

TEST(MonitorSession, ABannerInARunIsAReset) {
    EXPECT_EQ(reply("reset").outcome.ending, Ending::Reset);
    EXPECT_EQ(reply("reset-in-parts").outcome.ending, Ending::Reset);
}

TEST(MonitorSession, AMachineThatDiesInARunHasVanishedAndItsOutputIsKept) {
    const RunReply one = reply("dies");
    EXPECT_EQ(one.outcome.ending, Ending::Vanished);
    EXPECT_EQ(one.outcome.output, "so far\n");
    EXPECT_FALSE(one.killed_from_outside);
    EXPECT_FALSE(one.machine_is_good);
    EXPECT_EQ(reply("torn").outcome.ending, Ending::Vanished);
}

TEST(MonitorSession, AKilledMachineIsToldFromOneThatDies) {
    const RunReply one = reply("killed");
    EXPECT_EQ(one.outcome.ending, Ending::Vanished);
    EXPECT_TRUE(one.killed_from_outside);
}

TEST(MonitorSession, AMachineThatIsGoneBeforeTheRunIsNotTheProgramsFault) {
    const RunReply one = reply("dies-before");
    EXPECT_EQ(one.outcome.ending, Ending::Unavailable);
    EXPECT_FALSE(one.machine_is_good);
}

TEST(MonitorSession, AHangIsBrokenOffAndTheMachineGoesOn) {
    const auto all = replies({program("hangs", milliseconds(300)), program("ok")});
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].outcome.ending, Ending::TimedOut);
    EXPECT_EQ(all[0].outcome.output, "so far\n");
    ASSERT_TRUE(all[0].fault);
    EXPECT_EQ(all[0].fault->text("kind"), "break");
    EXPECT_EQ(all[1].outcome.output, "fine\n");
}

TEST(MonitorSession, AMachineThatDoesNotHearAttentionIsReplaced) {
    const RunReply one = reply("deaf", milliseconds(300));
    EXPECT_EQ(one.outcome.ending, Ending::TimedOut);
    EXPECT_FALSE(one.machine_is_good);
}

TEST(MonitorSession, AFloodEndsAtItsLimit) {
    monitor::Run run = program("floods");
    run.output_limit_bytes = 100'000;
    const RunReply one = replies({run}).front();
    EXPECT_EQ(one.outcome.ending, Ending::OutputFlood);
    EXPECT_EQ(one.outcome.output.size(), 100'000U);
    EXPECT_TRUE(one.outcome.output_truncated);
}

TEST(MonitorSession, AFaultIsReportedAndTheMachineGoesOn) {
    const auto all = replies({program("faults"), program("ok"), program("faults-twice")});
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[0].outcome.ending, Ending::Faulted);
    EXPECT_EQ(all[0].fault->text("kind"), "undefined");
    EXPECT_EQ(all[1].outcome.output, "fine\n");
    EXPECT_EQ(all[2].outcome.ending, Ending::Faulted);
    EXPECT_FALSE(all[2].machine_is_good);
}

TEST(MonitorSession, ARefusedRunIsTheHarnesssTrouble) {
    const RunReply one = reply("no-such-program");
    EXPECT_EQ(one.outcome.ending, Ending::Unavailable);
    EXPECT_THAT(one.outcome.trouble, HasSubstr("there is no such file"));
}

TEST(MonitorSession, SaysWhyAMachineDoesNotStart) {
    EXPECT_THAT(start_error("dead"), HasSubstr("ended before its prompt"));
    EXPECT_THAT(start_error("silent"), HasSubstr("showed no prompt in time"));
    EXPECT_THAT(start_error("stale-image"), HasSubstr("feedfacefeedface"));
    EXPECT_THAT(start_error("other-protocol"), HasSubstr("protocol 2"));
    EXPECT_EQ(start_error(""), "");
}

}  // namespace
}  // namespace harness::monitor
