#include "harness/inspect/inspect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/base/files.h"

namespace harness {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

std::string fixture(const std::string& name) {
    return MPYCONFORM_SOURCE_DIR "/fixtures/mpy/" + name;
}

struct Inspected {
    InspectStatus status;
    std::string out;
    std::string err;
};

Inspected inspect(const InspectOptions& options, const InspectContext& context = {}) {
    std::ostringstream out;
    std::ostringstream err;
    const InspectStatus status = run_inspect(options, context, out, err);
    std::string text = out.str();
    // The folder of the checkout stands in front of the fixtures' names.
    const std::string folder = MPYCONFORM_SOURCE_DIR "/";
    for (std::size_t at = text.find(folder); at != std::string::npos; at = text.find(folder, at)) {
        text.erase(at, folder.size());
    }
    return {status, text, err.str()};
}

InspectOptions with(std::vector<std::string> files) {
    InspectOptions options;
    options.files = std::move(files);
    return options;
}

/// Compares with fixtures/listings/NAME; MPYCONFORM_REWRITE=1 writes it anew.
void expect_recorded(const std::string& name, const std::string& text) {
    const std::filesystem::path file =
        std::filesystem::path(MPYCONFORM_SOURCE_DIR) / "fixtures" / "listings" / name;
    if (std::getenv("MPYCONFORM_REWRITE") != nullptr) {
        ASSERT_TRUE(write_file_atomically(file, text));
        return;
    }
    const auto recorded = read_file(file);
    ASSERT_TRUE(recorded) << recorded.error().text();
    EXPECT_EQ(*recorded, text) << "differs from " << file;
}

class TemporaryFile {
  public:
    explicit TemporaryFile(std::string_view octets, const std::string& name = "module.mpy")
        : folder_(*TemporaryDirectory::create("mpyconform-test-")), path_(folder_.path() / name) {
        std::ofstream(path_, std::ios::binary) << octets;
    }
    std::string path() const { return path_.string(); }

  private:
    TemporaryDirectory folder_;
    std::filesystem::path path_;
};

TEST(Inspect, DumpsAFile) {
    const Inspected found = inspect(with({fixture("viper-1.29.0-armv7m.mpy")}));
    EXPECT_EQ(found.status, InspectStatus::Fine);
    EXPECT_THAT(found.err, IsEmpty());
    expect_recorded("dump-viper-1.29.0-armv7m.txt", found.out);
}

TEST(Inspect, ChecksFiles) {
    InspectOptions options = with({fixture("functions-1.29.0-bytecode.mpy")});
    options.check = true;
    const Inspected fine = inspect(options);
    EXPECT_EQ(fine.status, InspectStatus::Fine);
    EXPECT_EQ(fine.out, "fixtures/mpy/functions-1.29.0-bytecode.mpy: nothing is wrong\n");

    std::string octets = *read_file(fixture("functions-1.29.0-bytecode.mpy"));
    octets[2] = static_cast<char>(0x80);
    const TemporaryFile damaged(octets);
    options.files.push_back(damaged.path());
    const Inspected wrong = inspect(options);
    EXPECT_EQ(wrong.status, InspectStatus::Wrong) << "one wrong file is enough";
    EXPECT_THAT(wrong.out, HasSubstr("nothing is wrong"));
    EXPECT_THAT(wrong.out, HasSubstr("V3"));

    options.check = false;
    options.explain = true;
    EXPECT_EQ(inspect(options).status, InspectStatus::Wrong) << "nor does --explain call it right";
}

TEST(Inspect, DisassemblesEveryKindOfCode) {
    InspectOptions options = with({fixture("viper-1.29.0-armv7m.mpy")});
    options.disassemble = true;
    const Inspected found = inspect(options);
    EXPECT_EQ(found.status, InspectStatus::Fine);
    EXPECT_THAT(found.out, HasSubstr("module.child[1]: viper function 'widths'"));
    EXPECT_THAT(found.out, HasSubstr("module.child[3].child[0]: native function 'inner'"));
    expect_recorded("disassembly-viper-1.29.0-armv7m.txt", found.out);
}

TEST(Inspect, DisassemblesRiscvByObjdump) {
    InspectOptions options = with({fixture("viper-1.29.0-rv32imc.mpy")});
    options.disassemble = true;
    const Inspected found = inspect(options);
    EXPECT_EQ(found.status, InspectStatus::Fine);
    EXPECT_THAT(found.out, HasSubstr("native_from_obj(argument 0, ptr8)"));
}

TEST(Inspect, RefusesWindowedXtensaByName) {
    InspectOptions options = with({fixture("viper-1.29.0-xtensawin.mpy")});
    options.disassemble = true;
    EXPECT_THAT(inspect(options).out, HasSubstr("not disassembled: machine code for xtensawin"));
}

/// A decoder whose program is missing.
class BrokenDecoder final : public mpy::NativeDisassembler {
  public:
    bool decodes(mpy::InstructionSet) const override { return true; }
    mpy::DecoderResult<std::vector<mpy::DecodedChunk>> decode(std::span<const mpy::CodeChunk>) override {
        return mpy::DecoderError{"the decoder is not installed"};
    }
};

TEST(Inspect, AMissingDecoderIsUsageNotAWrongFile) {
    InspectOptions options = with({fixture("viper-1.29.0-rv32imc.mpy")});
    options.disassemble = true;
    BrokenDecoder broken;
    InspectContext context;
    context.decoder = &broken;
    for (const bool json : {false, true}) {
        options.json = json;
        const Inspected found = inspect(options, context);
        EXPECT_EQ(found.status, InspectStatus::Usage);
        EXPECT_THAT(found.err, HasSubstr("the decoder is not installed"));
    }
}

TEST(Inspect, ExplainsForTheTargetsItIsGiven) {
    InspectOptions options = with({fixture("viper-1.29.0-armv7m.mpy"), fixture("old-1.12-bytecode.mpy")});
    options.explain = true;
    InspectContext context;
    context.targets = {{"unix-armhf", "1.25.0", mpy::Arch::Armv7emdp, {}, 0, 0},
                       {"unix-x64", "1.25.0", mpy::Arch::X64, {}, 0, 0},
                       {"bare", "1.25.0", mpy::Arch::None, {}, 0, 0}};
    context.about_targets = "Some targets are not known.";
    const Inspected found = inspect(options, context);
    EXPECT_EQ(found.status, InspectStatus::Fine) << "a file for other targets is not wrong";
    expect_recorded("explain.txt", found.out);
}

TEST(Inspect, GivesJsonForTools) {
    InspectOptions options = with({fixture("functions-1.29.0-native-x64.mpy")});
    options.json = true;
    options.check = options.disassemble = options.explain = true;
    const Inspected found = inspect(options);
    const auto json = nlohmann::json::parse(found.out);
    ASSERT_EQ(json.size(), 1U);
    EXPECT_EQ(json[0]["check"]["errors"], 0);
    EXPECT_EQ(json[0]["explanation"]["arch"], "x64");
    EXPECT_EQ(json[0]["disassembly"][0]["path"], "module");
    EXPECT_GT(json[0]["disassembly"][0]["lines"].size(), 20U);
    EXPECT_FALSE(json[0].contains("dump"));

    options.check = options.disassemble = options.explain = false;
    const auto dump = nlohmann::json::parse(inspect(options).out);
    EXPECT_EQ(dump[0]["dump"]["header"]["arch"], "x64");
    EXPECT_EQ(dump[0]["dump"]["raw_code"][0]["prelude"]["name"], "<module>");
}

TEST(Inspect, SaysWhatAFileIsThatIsNoMpyFile) {
    const TemporaryFile source("import os\nprint(os.name)\n", "x.mpy");
    const TemporaryFile empty("");
    for (int mode = 0; mode < 4; ++mode) {
        InspectOptions options = with({source.path(), empty.path()});
        options.check = mode == 1;
        options.disassemble = mode == 2;
        options.explain = mode == 3;
        const Inspected found = inspect(options);
        EXPECT_EQ(found.status, InspectStatus::Wrong);
        EXPECT_THAT(found.out, HasSubstr("Python source"));
        EXPECT_THAT(found.out, HasSubstr("an empty file"));
    }
}

TEST(Inspect, ADamagedFileShowsWhatWasReadAndWhereItEnds) {
    std::string octets = *read_file(fixture("functions-1.29.0-bytecode.mpy"));
    octets.resize(octets.size() - 20);
    const TemporaryFile damaged(octets);
    const Inspected found = inspect(with({damaged.path()}));
    EXPECT_EQ(found.status, InspectStatus::Wrong);
    EXPECT_THAT(found.out, HasSubstr("'functions.py'"));
    EXPECT_THAT(found.out, HasSubstr("V2"));
}

TEST(Inspect, FilesThatCannotBeReadAreUsage) {
    const Inspected missing = inspect(with({"no/such/file.mpy", fixture("functions-1.29.0-bytecode.mpy")}));
    EXPECT_EQ(missing.status, InspectStatus::Usage);
    EXPECT_THAT(missing.err, HasSubstr("no/such/file.mpy: there is no such file"));
    EXPECT_THAT(missing.out, HasSubstr("functions-1.29.0-bytecode.mpy")) << "the others are still inspected";
    EXPECT_THAT(inspect(with({"/"})).err, HasSubstr("is a folder"));
    EXPECT_THAT(inspect(with({""})).err, HasSubstr("name is empty"));
}

TEST(Inspect, WhatIsNoFileOnADiskIsNotWaitedFor) {
    const TemporaryDirectory folder = *TemporaryDirectory::create("mpyconform-test-");
    const std::string pipe = (folder.path() / "pipe").string();
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    const std::string loop = (folder.path() / "loop").string();
    std::filesystem::create_symlink(loop, loop);
    EXPECT_THAT(inspect(with({pipe})).err, HasSubstr("is a pipe; a .mpy file is read from a disk"));
    EXPECT_THAT(inspect(with({"/dev/zero"})).err, HasSubstr("is a device"));
    EXPECT_THAT(inspect(with({loop})).err, HasSubstr("Too many levels of symbolic links"));
}

TEST(Inspect, JsonHasAnObjectForEveryFileThatWasNamed) {
    InspectOptions options = with({"no/such/file.mpy", fixture("functions-1.29.0-bytecode.mpy"), "/"});
    options.json = true;
    options.check = true;
    const Inspected found = inspect(options);
    EXPECT_EQ(found.status, InspectStatus::Usage);
    const nlohmann::json report = nlohmann::json::parse(found.out);
    ASSERT_EQ(report.size(), 3U);
    EXPECT_EQ(report[0]["file"], "no/such/file.mpy");
    EXPECT_EQ(report[0]["error"], "no/such/file.mpy: there is no such file");
    EXPECT_EQ(report[1]["check"]["errors"], 0);
    EXPECT_FALSE(report[1].contains("error"));
    EXPECT_THAT(report[2]["error"].get<std::string>(), HasSubstr("is a folder"));
}

TEST(Inspect, NothingThatAFileHoldsReachesTheTerminalRaw) {
    // A file whose strings hold escape sequences.
    std::string octets("M\x06\x00\x1F\x02\x01", 6);
    octets += std::string("\x14\x1B[2J\x1B]0;x\x07", 11) + '\0';
    octets += "\x0F";
    octets += std::string("\x06\x04\x1B[1m", 6) + '\0';
    octets += std::string("\x28\x00\x02\x01\x51\x63", 6);
    const TemporaryFile evil(octets, "e\x1B[31m.mpy");
    for (int mode = 0; mode < 5; ++mode) {
        InspectOptions options = with({evil.path()});
        options.check = mode == 1;
        options.disassemble = mode == 2;
        options.explain = mode == 3;
        options.json = mode == 4;
        const Inspected found = inspect(options);
        EXPECT_THAT(found.out, Not(IsEmpty()));
        EXPECT_EQ(found.out.find('\x1B'), std::string::npos) << mode;
        EXPECT_EQ(found.out.find('\x07'), std::string::npos) << mode;
    }
}

TEST(Inspect, AllFixturesInAllViews) {
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator(MPYCONFORM_SOURCE_DIR "/fixtures/mpy")) {
        if (entry.path().extension() == ".mpy" && !entry.path().filename().string().starts_with("old-")) {
            files.push_back(entry.path().string());
        }
    }
    ASSERT_GT(files.size(), 50U);
    InspectOptions options = with(files);
    EXPECT_EQ(inspect(options).status, InspectStatus::Fine);
    options.check = true;
    options.explain = true;
    EXPECT_EQ(inspect(options).status, InspectStatus::Fine);
}

}  // namespace
}  // namespace harness
