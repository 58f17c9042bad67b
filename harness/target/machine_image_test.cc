#include "harness/target/machine_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/files.h"
#include "harness/romfs/romfs.h"

namespace harness {
namespace {
namespace fs = std::filesystem;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class ImagePackerTest : public testing::Test {
  protected:
    void SetUp() override {
        auto tree = TemporaryDirectory::create("image-test-");
        ASSERT_TRUE(tree);
        tree_.emplace(std::move(*tree));
        for (const char* name :
             {"basics/a.py", "basics/a.py.exp", "basics/pkg/__init__.py", "other/basics/b.py"})
            ASSERT_TRUE(write_file_atomically(tree_->path() / name, std::string("# ") + name + "\n"));
    }
    void add(const std::string& file, Mode mode, std::size_t artifact_octets,
             std::vector<std::pair<std::string, std::shared_ptr<const std::string>>> modules = {}) {
        auto test = std::make_shared<harness::Test>();
        test->id = file;
        test->path = tree_->path() / file;
        test->working_directory = test->path.parent_path();
        Job& job = *jobs_.emplace_back(std::make_unique<Job>());
        job.test = test;
        job.mode = mode;
        RunRequest request;
        request.job = &job;
        if (mode == Mode::Mpy) request.artifact = std::make_shared<const std::string>(artifact_octets, 'm');
        request.modules = std::move(modules);
        requests_.push_back(std::move(request));
    }
    static std::vector<std::string> paths(const PackedImage& image) {
        const auto files = read_romfs(image.octets);
        std::vector<std::string> names;
        if (files)
            for (const RomfsFile& file : *files) names.push_back("/" + file.path);
        return names;
    }

    std::optional<TemporaryDirectory> tree_;
    std::vector<std::unique_ptr<Job>> jobs_;
    std::vector<RunRequest> requests_;
};

TEST_F(ImagePackerTest, AFolderTravelsOnceWithItsPrograms) {
    add("basics/a.py", Mode::Mpy, 10);
    add("basics/a.py", Mode::Mpy, 10);
    add("other/basics/b.py", Mode::Source, 0);
    const auto images = ImagePacker(1 << 20).pack(requests_);
    ASSERT_TRUE(images) << images.error().text();
    ASSERT_EQ(images->size(), 1U);
    const PackedImage& image = images->front();
    ASSERT_EQ(image.programs.size(), 3U);
    const auto names = paths(image);
    for (const auto& program : image.programs) EXPECT_THAT(names, Contains(program.path));
    EXPECT_THAT(names, Contains("/basics/pkg/__init__.py"));
    EXPECT_THAT(names, Contains("/.image-id"));
    EXPECT_THAT(names, Not(Contains(HasSubstr(".exp"))));
    EXPECT_NE(image.programs[0].path, image.programs[1].path);
    EXPECT_EQ(image.programs[2].path, "/basics-2/b.py");
}

TEST_F(ImagePackerTest, ModulesOfTwoTestsDoNotMeet) {
    const auto module = [](char c) { return std::make_shared<const std::string>(4, c); };
    add("basics/a.py", Mode::Mpy, 10, {{"helper.mpy", module('1')}});
    add("basics/a.py", Mode::Mpy, 10, {{"helper.mpy", module('2')}});
    const auto images = ImagePacker(1 << 20).pack(requests_);
    ASSERT_TRUE(images) << images.error().text();
    EXPECT_THAT(paths(images->front()), Contains("/basics-job1/helper.mpy"));
}

TEST_F(ImagePackerTest, SplitsWhatDoesNotFitAndNamesWhatNeverFits) {
    for (int i = 0; i < 10; ++i) add("basics/a.py", Mode::Mpy, 3000);
    const auto images = ImagePacker(8192).pack(requests_);
    ASSERT_TRUE(images) << images.error().text();
    EXPECT_GT(images->size(), 3U);
    std::size_t programs = 0;
    for (const PackedImage& image : *images) {
        EXPECT_LE(image.octets.size(), 8192U);
        programs += image.programs.size();
    }
    EXPECT_EQ(programs, 10U);
    EXPECT_NE(images->front().id, images->back().id);
    add("basics/a.py", Mode::Mpy, 9000);
    const auto too_large = ImagePacker(8192).pack(requests_);
    ASSERT_FALSE(too_large);
    EXPECT_THAT(too_large.error().message, HasSubstr("basics/a.py"));
}

}  // namespace
}  // namespace harness
