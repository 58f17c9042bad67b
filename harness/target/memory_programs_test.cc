#include "harness/target/memory_programs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>
#include <regex>

#include "harness/base/files.h"
#include "harness/romfs/romfs.h"

namespace harness::memory {
namespace {
namespace fs = std::filesystem;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::uint64_t kAddress = 0x21000000;

class MemoryPrograms : public testing::Test {
  protected:
    void SetUp() override {
        auto tree = TemporaryDirectory::create("memory-test-");
        ASSERT_TRUE(tree);
        tree_.emplace(std::move(*tree));
    }
    RunRequest& add(const std::string& suite, const std::string& source, std::string artifact = {}) {
        auto test = std::make_shared<harness::Test>();
        test->id = std::to_string(jobs_.size()) + ".py";
        test->suite = suite;
        test->path = tree_->path() / test->id;
        EXPECT_TRUE(write_file_atomically(test->path, source));
        Job& job = *jobs_.emplace_back(std::make_unique<Job>());
        job.test = test;
        RunRequest& request = requests_.emplace_back();
        request.job = &job;
        if (!artifact.empty()) request.artifact = std::make_shared<const std::string>(std::move(artifact));
        return request;
    }
    Result<std::vector<Image>> pack_all(std::size_t window_bytes, Access access = Access::Mounted,
                                        MarkerLine marker = MarkerLine::Counts) {
        std::vector<std::size_t> which(requests_.size());
        std::iota(which.begin(), which.end(), std::size_t{0});
        return pack(requests_, which, {kAddress, window_bytes}, access, marker);
    }
    /// What a text looks at in memory.
    static std::string octets_for(const Image& image, const std::string& text) {
        std::smatch found;
        EXPECT_TRUE(std::regex_search(text, found, std::regex("bytearray_at\\((\\w+),(\\w+)\\)"))) << text;
        const std::size_t at = std::stoul(found[1], nullptr, 0) - kAddress;
        const std::size_t size = std::stoul(found[2], nullptr, 0);
        EXPECT_LE(at + size, image.octets.size());
        return image.octets.substr(at, size);
    }
    /// The files of the image that an opener mounts.
    static std::map<std::string, std::string> mounted_by(const Image& image, const std::string& opener) {
        return files_of(octets_for(image, opener));
    }
    static std::map<std::string, std::string> files_of(std::string_view octets) {
        std::map<std::string, std::string> files;
        const auto read = read_romfs(octets);
        EXPECT_TRUE(read);
        if (read)
            for (const RomfsFile& file : *read) files[file.path] = file.content;
        return files;
    }

    std::optional<TemporaryDirectory> tree_;
    std::vector<std::unique_ptr<Job>> jobs_;
    std::vector<RunRequest> requests_;
};

TEST_F(MemoryPrograms, AMountedImageTellsWhereEachProgramLies) {
    add("micropython", "# comment\nprint(1)\n");
    add("micropython", "print(2)\n", "ARTIFACT");
    const auto images = pack_all(1 << 16);
    ASSERT_TRUE(images) << images.error().text();
    ASSERT_EQ(images->size(), 1U);
    const Image& image = images->front();
    const auto front = files_of(image.octets);
    EXPECT_EQ(front.at(".image-id"), image.id);
    ASSERT_EQ(image.programs.size(), 2U);
    EXPECT_EQ(image.programs[0].line, "execfile('/rom/0');execfile('<stdin>')");
    EXPECT_EQ(mounted_by(image, front.at("0")).at("<stdin>"),
              "__import__('vfs').umount('/m');print('START TEST')# comment\nprint(1)\n");
    const auto artifact = mounted_by(image, front.at("1"));
    EXPECT_EQ(artifact.at("__injected_test.mpy"), "ARTIFACT");
    EXPECT_THAT(artifact.at("<stdin>"), HasSubstr("import __injected_test"));
}

TEST_F(MemoryPrograms, WithoutAMountTheLineItselfSaysWhere) {
    add("micropython", "print(1)\n");
    add("micropython", "print(2)\n", "ARTIFACT");
    const auto images = pack_all(1 << 16, Access::ByAddress);
    ASSERT_TRUE(images);
    const Image& image = images->front();
    const std::string line = image.programs[0].line;
    EXPECT_THAT(line, StartsWith("import uctypes as u;exec(u.bytearray_at("));
    EXPECT_THAT(line, EndsWith(");execfile('<stdin>')"));
    const std::string opener = octets_for(image, line);
    EXPECT_THAT(opener, EndsWith(";del vfs,os,u"));
    EXPECT_EQ(mounted_by(image, opener).size(), 1U);
    // What starts an artifact lies in memory, too.
    const std::string carrier = octets_for(image, image.programs[1].line);
    EXPECT_EQ(mounted_by(image, carrier).at("__injected_test.mpy"), "ARTIFACT");
    EXPECT_THAT(carrier, HasSubstr(";del u\nimport sys\n"));
    EXPECT_THAT(carrier, EndsWith("import __injected_test\n"));
    for (const Program& program : image.programs) {
        EXPECT_LT(program.line.size(), 80U) << "each octet costs time on the board's line";
        // A raw REPL takes these for commands.
        EXPECT_EQ(program.line.find_first_of("\x01\x02\x03\x04\r\n"), std::string::npos);
    }
}

TEST_F(MemoryPrograms, AMarkerMayHaveNoLineOfItsOwn) {
    const std::string prefix = "__import__('vfs').umount('/m');print('START TEST')";
    for (const MarkerLine marker : {MarkerLine::Counts, MarkerLine::Hidden}) {
        requests_.clear();
        add("micropython", "# x\n");
        add("micropython", "import sys\n");
        add("micropython", "try:\n    pass\n");
        add("micropython", "iffy = 1\n");
        const auto images = pack_all(1 << 16, Access::Mounted, marker);
        ASSERT_TRUE(images);
        const bool hidden = marker == MarkerLine::Hidden;
        const auto front = files_of(images->front().octets);
        const auto source = [&](int i) {
            return mounted_by(images->front(), front.at(std::to_string(i))).at("<stdin>");
        };
        EXPECT_EQ(source(0), prefix + "# x\n");
        EXPECT_EQ(source(1), prefix + (hidden ? ";" : "\n") + "import sys\n");
        EXPECT_EQ(source(2), hidden ? "try:\n    pass\n" : prefix + "\ntry:\n    pass\n");
        EXPECT_EQ(source(3), prefix + (hidden ? ";" : "\n") + "iffy = 1\n");
        EXPECT_EQ(images->front().programs[2].line,
                  hidden ? "execfile('/rom/2');print('START TEST');execfile('<stdin>')"
                         : "execfile('/rom/2');execfile('<stdin>')");
        EXPECT_EQ(images->front().programs[2].marker_is_early, hidden);
    }
}

TEST_F(MemoryPrograms, OwnProgramsKeepTheirLinesAndFindTheirHelpers) {
    RunRequest& request = add("conformance", "import helper\n");
    auto test = std::make_shared<harness::Test>(*request.job->test);
    ASSERT_TRUE(write_file_atomically(tree_->path() / "helper.py", "x = 1\n"));
    test->helpers.push_back({.name = "helper", .path = tree_->path() / "helper.py"});
    jobs_.front()->test = test;
    const auto images = pack_all(1 << 16, Access::ByAddress);
    ASSERT_TRUE(images);
    const Program& program = images->front().programs.front();
    EXPECT_EQ(program.marker, raw_repl::Marker::None);
    const auto files = mounted_by(images->front(), octets_for(images->front(), program.line));
    EXPECT_EQ(files.at("<stdin>"), "import helper\n");
    EXPECT_EQ(files.at("helper.py"), "x = 1\n");
}

TEST_F(MemoryPrograms, FillsAsManyImagesAsItTakes) {
    for (int i = 0; i < 5; ++i) add("micropython", "pass\n", std::string(3000, 'm'));
    // Where nothing is mounted the text that starts a program takes room, too.
    for (const auto& [access, window] : {std::pair<Access, std::size_t>{Access::Mounted, 9000},
                                         std::pair<Access, std::size_t>{Access::ByAddress, 10500}}) {
        const auto images = pack_all(window, access);
        ASSERT_TRUE(images) << images.error().text();
        ASSERT_EQ(images->size(), 3U);
        std::size_t next = 0;
        for (const Image& image : *images) {
            EXPECT_LE(image.octets.size(), window);
            for (const Program& program : image.programs) EXPECT_EQ(program.request, next++);
        }
        EXPECT_EQ(next, 5U);
    }
    const auto smaller = pack_all(9000, Access::ByAddress);
    ASSERT_TRUE(smaller);
    EXPECT_EQ(smaller->size(), 5U);
    add("micropython", "pass\n", std::string(20000, 'm'));
    const auto too_large = pack_all(12000);
    ASSERT_FALSE(too_large);
    EXPECT_THAT(too_large.error().message, HasSubstr("5.py takes"));
}

raw_repl::Reply finished(std::string output, std::string exception) {
    raw_repl::Reply reply;
    reply.end = raw_repl::End::Finished;
    reply.started = true;
    reply.output = std::move(output);
    reply.exception = std::move(exception);
    return reply;
}

TEST(MemoryOutcome, ShowsTheProgramsOwnTraceback) {
    const std::string typed = "  File \"<stdin>\", line 1, in <module>\r\n";
    const std::string carrier = "  File \"<stdin>\", line 36, in <module>\r\n";
    const std::string own = "  File \"a.py\", line 3, in <module>\r\n";
    const std::string head = "Traceback (most recent call last):\r\n";
    Program artifact;
    artifact.carrier_frames = 2;
    const Outcome failed = outcome_of(
        finished("START TEST\r\nx\r\n", head + typed + carrier + own + "ValueError: \r\n"), artifact);
    EXPECT_EQ(failed.output, "x\r\n" + head + own + "ValueError: \r\n");
    EXPECT_EQ(failed.exit_code, 1);
    const std::string in_memory = "  File \"<string>\", line 36, in <module>\r\n";
    const Outcome from_memory = outcome_of(
        finished("START TEST\r\nx\r\n", head + typed + in_memory + own + "ValueError: \r\n"), artifact);
    EXPECT_EQ(from_memory.output, failed.output);
    // Machine code has no lines.
    const Outcome native =
        outcome_of(finished("START TEST\r\n", head + typed + carrier + "ValueError: \r\n"), artifact);
    EXPECT_EQ(native.output, "ValueError: \r\n");

    Program source;
    const std::string line = "  File \"<stdin>\", line 7, in f\r\n";
    const Outcome by_source =
        outcome_of(finished("START TEST\r\n", head + typed + line + "ValueError: \r\n"), source);
    EXPECT_EQ(by_source.output, head + line + "ValueError: \r\n");
}

TEST(MemoryOutcome, AnArtifactThatDoesNotFitIsNoFailure) {
    const std::string frames =
        "Traceback (most recent call last):\r\n  File \"<stdin>\", line 1, in <module>\r\n"
        "  File \"<stdin>\", line 36, in <module>\r\n";
    const std::string error = "MemoryError: memory allocation failed, allocating 9000 bytes\r\n";
    Program artifact;
    artifact.carrier_frames = 2;
    EXPECT_EQ(outcome_of(finished("START TEST\r\n", frames + error), artifact).output, "SKIP-TOO-LARGE\n");
    const std::string own = "  File \"a.py\", line 3, in <module>\r\n";
    const Outcome ran_out = outcome_of(finished("START TEST\r\n", frames + own + error), artifact);
    EXPECT_EQ(ran_out.exit_code, 1);
    EXPECT_THAT(ran_out.output, HasSubstr("a.py"));
    // A program may print the word and go on.
    const Outcome told = outcome_of(finished("START TEST\r\nMemoryError\r\n", ""), artifact);
    EXPECT_EQ(told.output, "MemoryError\r\n");
    EXPECT_EQ(told.exit_code, 0);
    // Before the marker nothing of it was read.
    const Outcome no_room = outcome_of(finished("", frames + error), artifact);
    EXPECT_EQ(no_room.output, "SKIP-TOO-LARGE\n");
}

TEST(MemoryOutcome, WithoutItsMarkerAProgramDidNotStart) {
    const Outcome outcome = outcome_of(finished("something else\r\n", ""), Program{});
    EXPECT_EQ(outcome.ending, Ending::Garbled);
}

TEST(MemoryPartition, ProgramsThatLookAtItAreKnownByTheirText) {
    EXPECT_TRUE(looks_at_partition("import vfs\nvfs.rom_ioctl(1)\n"));
    EXPECT_TRUE(looks_at_partition("os.listdir('/rom')\n"));
    EXPECT_FALSE(looks_at_partition("print('from')\n"));
}

}  // namespace
}  // namespace harness::memory
