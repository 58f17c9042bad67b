#include "harness/target/memory_repl_target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>

#include "harness/base/files.h"
#include "harness/testing/run_coroutine.h"

namespace harness {
namespace {
namespace asio = boost::asio;
namespace fs = std::filesystem;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;

constexpr const char* kFakeMachine = MPYCONFORM_SOURCE_DIR "/harness/testing/fake_stock_machine.py";

class MemoryReplTargetTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto folder = TemporaryDirectory::create("memory-target-test-");
        ASSERT_TRUE(folder);
        folder_.emplace(std::move(*folder));
    }
    void add(std::string lines, bool artifact = false) {
        auto test = std::make_shared<harness::Test>();
        test->id = std::to_string(jobs_.size()) + ".py";
        test->suite = "micropython";
        test->path = folder_->path() / test->id;
        ASSERT_TRUE(write_file_atomically(test->path, lines));
        Job& job = *jobs_.emplace_back(std::make_unique<Job>());
        job.test = test;
        job.mode = artifact ? Mode::Mpy : Mode::Source;
        RunRequest& request = requests_.emplace_back();
        request.job = &job;
        request.time_limit = std::chrono::milliseconds(5000);
        if (artifact) request.artifact = std::make_shared<const std::string>(std::move(lines));
    }
    MemoryReplConfig config(const std::string& access) {
        MemoryReplConfig config;
        config.description.name = "fake";
        config.machine.name = "fake";
        config.machine.qemu = "/usr/bin/python3";
        config.machine.arguments = {kFakeMachine, "--access", access, "--log", log().string()};
        config.machine.window_address = 0x21000000;
        config.machine.window_size_bytes = 1 << 20;
        config.machine.last_words = " exception caught:";
        config.firmware = []() -> asio::awaitable<Result<Firmware>> {
            co_return Firmware{"firmware.elf", "identity", false};
        };
        config.patience = {std::chrono::milliseconds(5000), std::chrono::milliseconds(5000),
                           std::chrono::milliseconds(5000)};
        return config;
    }
    std::vector<Outcome> run_all(MemoryReplTarget& target) {
        std::vector<Outcome> outcomes(requests_.size());
        std::vector<int> told(requests_.size());
        const OutcomeSink sink = [&](std::size_t index, Outcome outcome) {
            ++told[index];
            outcomes[index] = std::move(outcome);
        };
        const auto all = [&]() -> asio::awaitable<bool> {
            co_await target.run(requests_, sink);
            co_return true;
        };
        EXPECT_TRUE(harness::testing::run_coroutine(context_, all()));
        EXPECT_THAT(told, Each(1));
        return outcomes;
    }
    fs::path log() const { return folder_->path() / "starts"; }
    std::ptrdiff_t starts() const {
        const auto text = read_file(log());
        return text ? std::count(text->begin(), text->end(), '\n') : 0;
    }

    asio::io_context context_{1};
    std::optional<TemporaryDirectory> folder_;
    std::vector<std::unique_ptr<Job>> jobs_;
    std::vector<RunRequest> requests_;
};

TEST_F(MemoryReplTargetTest, OneMachineServesAWholeBatchFromMemory) {
    for (const char* access : {"mounted", "address"}) {
        requests_.clear();
        add("print('one')\n");
        add("print('two')\n", true);
        add("print('SKIP')\nexit\n");
        add("raise\n");
        MemoryReplTarget target(config(access));
        const auto before = starts();
        const auto outcomes = run_all(target);
        EXPECT_EQ(outcomes[0].output, "one\r\n") << outcomes[0].trouble;
        EXPECT_EQ(outcomes[0].ending, Ending::Exited);
        EXPECT_EQ(outcomes[1].output, "two\r\n");
        EXPECT_EQ(outcomes[2].output, "SKIP\r\n");
        EXPECT_EQ(outcomes[3].output, "ValueError: \r\n");
        EXPECT_EQ(outcomes[3].exit_code, 1);
        EXPECT_EQ(starts() - before, 2) << "one to ask how memory is reached, one for the batch";
        EXPECT_THAT(target.notes(), Contains(HasSubstr("programs lay in memory at 0x21000000")));
    }
}

TEST_F(MemoryReplTargetTest, AFaultCostsOneProgram) {
    add("print('one')\n");
    add("print('two')\nfault\n");
    add("print('three')\n");
    MemoryReplTarget target(config("mounted"));
    const auto outcomes = run_all(target);
    EXPECT_EQ(outcomes[0].output, "one\r\n");
    EXPECT_EQ(outcomes[1].ending, Ending::Faulted);
    EXPECT_THAT(outcomes[1].fault_report, HasSubstr("HardFault exception caught"));
    EXPECT_EQ(outcomes[2].output, "three\r\n");
    EXPECT_EQ(starts(), 3);
    EXPECT_EQ(target.machine_costs()->replaced, 1U);
}

TEST_F(MemoryReplTargetTest, AHangCostsItsTimeLimitAndOneProgram) {
    add("hang\n");
    add("print('two')\n");
    requests_.front().time_limit = std::chrono::milliseconds(300);
    MemoryReplTarget target(config("mounted"));
    const auto outcomes = run_all(target);
    EXPECT_EQ(outcomes[0].ending, Ending::TimedOut);
    EXPECT_EQ(outcomes[1].output, "two\r\n");
}

TEST_F(MemoryReplTargetTest, AMachineThatGoesAwayIsTheProgramsDoingTheSecondTime) {
    add("vanish\n");
    add("print('two')\n");
    MemoryReplTarget target(config("address"));
    const auto outcomes = run_all(target);
    EXPECT_EQ(outcomes[0].ending, Ending::Vanished);
    EXPECT_EQ(outcomes[1].output, "two\r\n");
    EXPECT_EQ(starts(), 4);
}

TEST_F(MemoryReplTargetTest, WithoutAWayToMemoryProgramsAreTypedAndThatIsSaid) {
    add("print('one')\n");
    add("print('two')\n");
    MemoryReplTarget target(config("none"));
    const auto outcomes = run_all(target);
    EXPECT_EQ(outcomes[0].output, "one\r\n") << outcomes[0].trouble;
    EXPECT_EQ(outcomes[1].output, "two\r\n");
    EXPECT_THAT(target.notes(), Contains(HasSubstr("cannot reach programs in memory")));
    EXPECT_THAT(target.notes(), Contains(HasSubstr("sent over the raw REPL")));
}

TEST_F(MemoryReplTargetTest, WhatLooksAtThePartitionFindsTheTreesImageThere) {
    add("print('one')\n");
    add("# reads /rom: '/rom\nprint('two')\n");
    MemoryReplConfig wishes = config("mounted");
    wishes.partition_image = folder_->path() / "tree.romfs";
    ASSERT_TRUE(write_file_atomically(wishes.partition_image, "whatever"));
    MemoryReplTarget target(std::move(wishes));
    const auto outcomes = run_all(target);
    EXPECT_EQ(outcomes[0].output, "one\r\n");
    EXPECT_EQ(outcomes[1].output, "two\r\n");
    EXPECT_THAT(target.notes(), Contains(HasSubstr("1 programs look at the board's own ROMFS")));
}

TEST_F(MemoryReplTargetTest, AMachineThatDoesNotBootIsToldForEachProgram) {
    add("print('one')\n");
    add("print('two')\n");
    MemoryReplConfig wishes = config("mounted");
    wishes.machine.arguments.emplace_back("--no-boot");
    MemoryReplTarget target(std::move(wishes));
    for (const Outcome& outcome : run_all(target)) {
        EXPECT_EQ(outcome.ending, Ending::Unavailable);
        EXPECT_THAT(outcome.trouble, HasSubstr("could not enter raw repl"));
    }
}

}  // namespace
}  // namespace harness
