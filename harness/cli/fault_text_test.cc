#include "harness/cli/fault_text.h"

#include <gmock/gmock.h>

#include <utility>

#include "harness/base/files.h"
#include "harness/testing/run_coroutine.h"

namespace harness {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

class FaultTextTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto folder = TemporaryDirectory::create("fault-text-");
        ASSERT_TRUE(folder);
        folder_.emplace(std::move(*folder));
        elf_ = folder_->path() / "firmware.elf";
        ASSERT_TRUE(write_file_atomically(elf_, "one"));
        // Answers as addr2line does, and leaves a line for each time that it was asked.
        const fs::path program = folder_->path() / "addr2line";
        ASSERT_TRUE(write_file_atomically(program, "#!/bin/sh\necho asked >>" +
                                                       (folder_->path() / "asked").string() +
                                                       "\nprintf 'mp_call_function\\nruntime.c:7\\n'\n"));
        fs::permissions(program, fs::perms::owner_all);
        tools_.addr2line = program.string();
        tools_.places = std::make_shared<OutcomeCache>(folder_->path() / "places");
    }

    std::string description(const std::string& pc) {
        const auto record = monitor::Record::parse("kind=undefined\nstage=run\nwhere=core\npc=" + pc + "\n");
        EXPECT_TRUE(record) << record.error().text();
        return testing::run_coroutine(describe_fault(*record, RunRequest{}, elf_, tools_));
    }
    [[nodiscard]] std::size_t times_asked() const {
        const auto asked = read_file(folder_->path() / "asked");
        return asked ? asked->size() / std::string("asked\n").size() : 0;
    }

    std::optional<TemporaryDirectory> folder_;
    fs::path elf_;
    FaultTools tools_;
};

TEST_F(FaultTextTest, AddressOfTheCoreIsLookedUpOnceForEachFirmware) {
    const std::string first = description("0x1234");
    EXPECT_THAT(first, HasSubstr("in the core: mp_call_function (runtime.c:7)"));
    EXPECT_EQ(description("0x1234"), first);
    EXPECT_EQ(times_asked(), 1U);
    description("0x1236");
    EXPECT_EQ(times_asked(), 2U);
    elf_ = folder_->path() / "other.elf";
    ASSERT_TRUE(write_file_atomically(elf_, "two"));
    description("0x1234");
    EXPECT_EQ(times_asked(), 3U);
}

TEST_F(FaultTextTest, CodeThatCouldNotBeDecodedIsTriedAgain) {
    const auto artifact = read_file(fs::path(MPYCONFORM_SOURCE_DIR) / "fixtures" / "mpy" /
                                    "functions-1.29.0-native-rv32imc.mpy");
    ASSERT_TRUE(artifact) << artifact.error().text();
    const auto record = monitor::Record::parse(
        "kind=undefined\nstage=run\nwhere=artifact\npc=0x100\nblock=0\noffset=8\n"
        "blk=0,0x100,0x40,/mpyconform_artifact.mpy\n");
    ASSERT_TRUE(record) << record.error().text();
    const std::string works = std::exchange(tools_.objdump.riscv, "/no/objdump");
    const std::string without = fault_text(*record, &*artifact, tools_);
    EXPECT_THAT(without, HasSubstr("octet 0x8"));
    EXPECT_THAT(without, Not(HasSubstr("\n  > ")));
    tools_.objdump.riscv = works;
    const std::string with = fault_text(*record, &*artifact, tools_);
    EXPECT_THAT(with, HasSubstr("\n  > "));
    // Now it is known.
    tools_.objdump.riscv = "/no/objdump";
    EXPECT_EQ(fault_text(*record, &*artifact, tools_), with);
}

TEST_F(FaultTextTest, WithoutACacheItIsLookedUpEachTime) {
    tools_.places.reset();
    EXPECT_EQ(description("0x1234"), description("0x1234"));
    EXPECT_EQ(times_asked(), 2U);
}

TEST_F(FaultTextTest, WhatCouldNotBeReadIsToldAndNotKept) {
    const std::string works = tools_.addr2line;
    tools_.addr2line = "/bin/false";
    EXPECT_THAT(description("0x1234"), HasSubstr("the firmware's symbols could not be read"));
    tools_.addr2line = works;
    EXPECT_THAT(description("0x1234"), Not(HasSubstr("could not be read")));
}

}  // namespace
}  // namespace harness
