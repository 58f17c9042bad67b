#include "harness/target/raw_repl_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "harness/base/files.h"
#include "harness/target/raw_repl_fixture.h"
#include "harness/testing/run_coroutine.h"

namespace harness {
namespace {
namespace asio = boost::asio;
namespace fs = std::filesystem;
using harness::testing::run_coroutine;
using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RawReplTargetTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto made = TemporaryDirectory::create("raw-repl-target-test-");
        ASSERT_TRUE(made);
        folder_.emplace(std::move(*made));
    }

    /// A board that is a program of ours: opening it starts it.
    RawReplTargetConfig emulated(std::vector<std::string> options) {
        options.insert(options.end(), {"--log", log().string()});
        RawReplTargetConfig config;
        config.description.name = "fake";
        config.where = "fake board";
        config.opening_starts_board = true;
        config.patience = raw_repl::short_patience();
        config.open = [options]() -> asio::awaitable<Result<std::unique_ptr<ByteStream>>> {
            const auto executor = co_await asio::this_coro::executor;
            co_return open_command(executor, raw_repl::fake_board(options));
        };
        return config;
    }

    std::vector<Outcome> run(RawReplTarget& target, const std::vector<std::string>& sources) {
        std::vector<Job> jobs;
        for (const std::string& source : sources) {
            auto test = std::make_shared<harness::Test>();
            test->suite = "micropython";
            test->id = "t" + std::to_string(jobs.size()) + ".py";
            test->path = folder_->path() / test->id;
            EXPECT_TRUE(write_file_atomically(test->path, source));
            Job& job = jobs.emplace_back();
            job.test = std::move(test);
            job.mode = Mode::Source;
            job.target = "fake";
        }
        std::vector<RunRequest> requests(jobs.size());
        for (std::size_t i = 0; i < jobs.size(); ++i) {
            requests[i].job = &jobs[i];
            requests[i].time_limit = milliseconds(1200);
        }
        std::vector<Outcome> outcomes(jobs.size());
        run_coroutine(context_, [&]() -> asio::awaitable<int> {
            const OutcomeSink sink = [&](std::size_t index, Outcome outcome) {
                outcomes[index] = std::move(outcome);
            };
            co_await target.run(requests, sink);
            co_return 0;
        }());
        return outcomes;
    }

    [[nodiscard]] fs::path log() const { return folder_->path() / "log"; }
    [[nodiscard]] long starts() const {
        const auto text = read_file(log());
        return text ? std::count(text->begin(), text->end(), '\n') : 0;
    }

    std::optional<TemporaryDirectory> folder_;
    asio::io_context context_{1};  ///< outlives the boards that a target keeps open
};

std::vector<Ending> endings(const std::vector<Outcome>& outcomes) {
    std::vector<Ending> all;
    for (const Outcome& outcome : outcomes) all.push_back(outcome.ending);
    return all;
}

TEST_F(RawReplTargetTest, EachProgramHasItsOutcome) {
    RawReplTarget target(emulated({}));
    const auto outcomes =
        run(target, {"print('a')\n", "# comment\nprint('b')\n", "print('c')\nfail\n", "print('d')\nexit\n"});
    EXPECT_THAT(endings(outcomes),
                ElementsAre(Ending::Exited, Ending::Exited, Ending::Exited, Ending::Exited));
    EXPECT_EQ(outcomes[0].output, "a\r\n");
    EXPECT_EQ(outcomes[1].output, "b\r\n");
    EXPECT_EQ(outcomes[2].exit_code, 1);
    EXPECT_THAT(outcomes[2].output, HasSubstr("c\r\nTraceback"));
    EXPECT_EQ(outcomes[3].exit_code, 0);
    EXPECT_EQ(outcomes[3].output, "d\r\n");
    EXPECT_EQ(starts(), 1);
    EXPECT_THAT(target.notes(), ElementsAre(HasSubstr("raw-paste mode")));
}

TEST_F(RawReplTargetTest, WhatTakesTheBoardAlongCostsOneVerdict) {
    RawReplTargetConfig config = emulated({});
    config.last_words = "FATAL:";
    RawReplTarget target(std::move(config));
    const auto outcomes =
        run(target, {"print('a')\n", "hang-hard\n", "print('b')\n", "vanish\n", "print('c')\n", "fault\n",
                     "print('d')\n", "reboot\n", "print('e')\n"});
    EXPECT_THAT(endings(outcomes),
                ElementsAre(Ending::Exited, Ending::TimedOut, Ending::Exited, Ending::Vanished,
                            Ending::Exited, Ending::Faulted, Ending::Exited, Ending::Reset, Ending::Exited));
    EXPECT_EQ(outcomes[8].output, "e\r\n");
    EXPECT_EQ(starts(), 5);
    EXPECT_EQ(target.machine_costs()->replaced, 4U);
}

TEST_F(RawReplTargetTest, ABoardThatDiesBetweenProgramsCostsNone) {
    RawReplTarget target(emulated({"--dead-after", "2"}));
    const auto outcomes = run(target, {"print('a')\n", "print('b')\n", "print('c')\n"});
    // The third is taken but says nothing, not even the marker: that is a time-out of its own.
    EXPECT_THAT(endings(outcomes), ElementsAre(Ending::Exited, Ending::Exited, Ending::TimedOut));
}

/// A board that stays as it is when the stream to it is opened again: a server with one connection after
/// another.
TEST_F(RawReplTargetTest, WithoutPowerCycleADeadBoardIsGivenUpAndTheRestSaysWhy) {
    RawReplTargetConfig config = emulated({"--at", "mute"});
    config.opening_starts_board = false;
    RawReplTarget target(std::move(config));
    const auto started = std::chrono::steady_clock::now();
    const auto outcomes = run(target, {"print('a')\n", "print('b')\n", "print('c')\n"});
    EXPECT_THAT(endings(outcomes),
                ElementsAre(Ending::Unavailable, Ending::Unavailable, Ending::Unavailable));
    for (const Outcome& outcome : outcomes)
        EXPECT_THAT(outcome.trouble, AllOf(HasSubstr("the board is given up"), HasSubstr("--power-cycle")));
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(40));
}

TEST_F(RawReplTargetTest, TheUsersCommandBringsADeadBoardBack) {
    // The command makes the file; a board that is opened while the file is there works.
    const fs::path power = folder_->path() / "power";
    RawReplTargetConfig config = emulated({});
    config.opening_starts_board = false;
    config.power_cycle = "test \"$MPYCONFORM_BOARD\" = 'fake board' && touch '" + power.string() + "'";
    const auto working = config.open;
    config.open = [working, power]() -> asio::awaitable<Result<std::unique_ptr<ByteStream>>> {
        if (fs::exists(power)) {
            auto stream = co_await working();
            co_return stream;
        }
        const auto executor = co_await asio::this_coro::executor;
        co_return open_command(executor, raw_repl::fake_board({"--at", "mute"}));
    };
    RawReplTarget target(std::move(config));
    const auto outcomes = run(target, {"print('a')\n", "hang\n", "print('b')\n"});
    EXPECT_THAT(endings(outcomes), ElementsAre(Ending::Exited, Ending::TimedOut, Ending::Exited));
    EXPECT_EQ(outcomes[2].output, "b\r\n");
    // A program that can be broken off needs no power cycle.
    EXPECT_EQ(target.machine_costs()->replaced, 1U);
}

TEST_F(RawReplTargetTest, APowerCycleThatFailsIsTold) {
    RawReplTargetConfig config = emulated({"--at", "mute"});
    config.opening_starts_board = false;
    config.power_cycle = "echo no such relay; exit 3";
    RawReplTarget target(std::move(config));
    const auto outcomes = run(target, {"print('a')\n"});
    EXPECT_THAT(outcomes[0].trouble, AllOf(HasSubstr("status 3"), HasSubstr("no such relay")));
}

TEST_F(RawReplTargetTest, FloodsAndOldFirmwareAreNoTrouble) {
    RawReplTargetConfig config = emulated({"--paste", "no", "--chatty"});
    config.output_limit_bytes = 50'000;
    RawReplTarget target(std::move(config));
    const auto outcomes = run(target, {"flood\n", "print('a')\n"});
    EXPECT_THAT(endings(outcomes), ElementsAre(Ending::OutputFlood, Ending::Exited));
    EXPECT_THAT(target.notes(), ElementsAre(HasSubstr("plain mode")));
}

}  // namespace
}  // namespace harness
