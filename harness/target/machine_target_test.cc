// What a machine's troubles cost: one program its verdict, never the programs behind it.
#include "harness/target/machine_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/testing/run_coroutine.h"

namespace harness {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using testing::run_coroutine;

class MachineTargetTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto folder = TemporaryDirectory::create("machine-test-");
        ASSERT_TRUE(folder);
        folder_.emplace(std::move(*folder));
        ASSERT_TRUE(write_file_atomically(folder_->path() / "firmware.elf", "elf"));
    }

    /// Runs programs by the names that the fake machine knows; the outcomes by their place.
    std::vector<Outcome> run(const std::vector<std::string>& names, const std::string& boot = {}) {
        MachineTargetConfig config;
        config.description.name = "fake";
        config.machine.qemu = FAKE_MACHINE;
        config.machine.window_size_bytes = 1 << 20;
        config.machine.arguments = {"state=" + (folder_->path() / "state").string()};
        if (!boot.empty()) config.machine.arguments.push_back("boot=" + boot);
        config.firmware_elf = folder_->path() / "firmware.elf";
        MachineTarget target(std::move(config));
        std::vector<Job> jobs(names.size());
        std::vector<RunRequest> requests(names.size());
        for (std::size_t i = 0; i < names.size(); ++i) {
            auto test = std::make_shared<harness::Test>();
            test->id = names[i];
            test->path = folder_->path() / "programs" / (names[i] + ".py");
            test->working_directory = test->path.parent_path();
            (void)write_file_atomically(test->path, "\n");
            jobs[i].test = test;
            jobs[i].mode = Mode::Source;
            requests[i].job = &jobs[i];
            requests[i].time_limit = milliseconds(500);
        }
        std::vector<Outcome> outcomes(names.size());
        std::vector<int> told(names.size(), 0);
        run_coroutine([](MachineTarget& machine, std::span<const RunRequest> all,
                         const OutcomeSink& sink) -> asio::awaitable<int> {
            co_await machine.run(all, sink);
            co_return 0;
        }(target, requests, [&](std::size_t index, Outcome outcome) {
                          ++told[index];
                          outcomes[index] = std::move(outcome);
                      }));
        EXPECT_THAT(told, ::testing::Each(1)) << "each request gets one outcome";
        costs_ = *target.machine_costs();
        return outcomes;
    }

    std::optional<TemporaryDirectory> folder_;
    MachineCosts costs_;
};

TEST_F(MachineTargetTest, OneMachineRunsThemAll) {
    for (const Outcome& outcome : run({"ok", "late", "ok", "bytewise"})) EXPECT_EQ(outcome.output, "fine\n");
    EXPECT_EQ(costs_.boots, 1U);
    EXPECT_EQ(costs_.runs, 4U);
    EXPECT_EQ(costs_.replaced, 0U);
}

TEST_F(MachineTargetTest, CommandsComeFromTheScriptOrAreSent) {
    for (const char* boot : {"", "no-script"}) {
        for (const Outcome& outcome : run({"ok", "late", "ok"}, boot)) EXPECT_EQ(outcome.output, "fine\n");
        EXPECT_EQ(costs_.boots, 1U) << boot;
    }
}

TEST_F(MachineTargetTest, AScriptGoesOnBehindARunThatWasBrokenOff) {
    const std::vector<Outcome> outcomes = run({"ok", "hangs", "ok", "faults", "ok", "hangs", "ok"});
    for (const std::size_t i : {0U, 2U, 4U, 6U}) EXPECT_EQ(outcomes[i].output, "fine\n") << i;
    for (const std::size_t i : {1U, 5U}) EXPECT_EQ(outcomes[i].ending, Ending::TimedOut) << i;
    EXPECT_EQ(outcomes[3].ending, Ending::Faulted);
    EXPECT_EQ(costs_.boots, 1U);
}

TEST_F(MachineTargetTest, AMachineThatRefusesItsScriptIsSentTheCommands) {
    for (const Outcome& outcome : run({"ok", "ok"}, "refuses-script")) EXPECT_EQ(outcome.output, "fine\n");
}

TEST_F(MachineTargetTest, EachTroubleCostsOneProgramOnly) {
    const std::vector<std::string> bad{"stray", "dies", "torn", "deaf", "faults-twice", "reset"};
    std::vector<std::string> names{"ok"};
    for (const std::string& name : bad) names.insert(names.end(), {name, "ok"});
    const std::vector<Outcome> outcomes = run(names);
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == "ok")
            EXPECT_EQ(outcomes[i].output, "fine\n") << i << " " << outcomes[i].trouble;
        else
            EXPECT_NE(outcomes[i].ending, Ending::Exited) << names[i];
    }
    EXPECT_EQ(costs_.replaced, bad.size());
}

TEST_F(MachineTargetTest, AProgramWhoseMachineWasKilledFromOutsideIsRepeated) {
    const std::vector<Outcome> once = run({"ok", "killed-once", "ok"});
    for (const Outcome& outcome : once) EXPECT_EQ(outcome.output, "fine\n");
    EXPECT_EQ(costs_.killed, 1U);
    EXPECT_EQ(costs_.runs, 3U);

    std::filesystem::remove(folder_->path() / "state");
    const std::vector<Outcome> often = run({"ok", "killed-often", "ok"});
    for (const Outcome& outcome : often) EXPECT_EQ(outcome.output, "fine\n");
    EXPECT_EQ(costs_.killed, 5U);

    const std::vector<Outcome> always = run({"ok", "killed", "ok"});
    EXPECT_EQ(always[1].ending, Ending::Vanished);
    EXPECT_EQ(always[2].output, "fine\n");
}

TEST_F(MachineTargetTest, AMachineWhoseArenaIsSpentMakesWayForANewOne) {
    for (const Outcome& outcome : run({"ok", "spends", "ok", "ok"})) EXPECT_EQ(outcome.output, "fine\n");
    EXPECT_EQ(costs_.boots, 2U);
    EXPECT_EQ(costs_.runs, 4U);
    EXPECT_EQ(costs_.replaced, 0U);
}

TEST_F(MachineTargetTest, AMachineThatIsGoneBeforeARunIsReplacedForIt) {
    const std::vector<Outcome> outcomes = run({"ok", "dies-before", "ok"});
    EXPECT_EQ(outcomes[1].ending, Ending::Unavailable);
    EXPECT_EQ(outcomes[2].output, "fine\n");
}

TEST_F(MachineTargetTest, AMachineThatDoesNotBootIsTriedTwice) {
    for (const Outcome& outcome : run({"ok", "ok"}, "dead-once")) EXPECT_EQ(outcome.output, "fine\n");
    for (const Outcome& outcome : run({"ok", "ok"}, "dead")) {
        EXPECT_EQ(outcome.ending, Ending::Unavailable);
        EXPECT_THAT(outcome.trouble, ::testing::HasSubstr("ended before its prompt"));
    }
}

}  // namespace
}  // namespace harness
