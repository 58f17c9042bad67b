#include "harness/suite/touched_tests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/files.h"

namespace harness {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

class TouchedTests : public testing::Test {
  protected:
    void SetUp() override {
        auto folder = TemporaryDirectory::create("touched-");
        ASSERT_TRUE(folder);
        folder_.emplace(std::move(*folder));
        test("basics/plain.py", "print(1)\n");
        test("basics/uses_a.py", "import sys, a_module as x\n");
        test("basics/uses_b.py", "from b_module import f\n");
        test("basics/uses_pkg.py", "import pkg.sub\n");
        test("basics/reads.py", "open(\"data/numbers.txt\")\n");
        test("basics/uses_asyncio.py", "try:\n    import asyncio\nexcept ImportError:\n    pass\n");
        test("float/other.py", "import a_module_2\n");
        file("basics/a_module.py", "A = 1\n");
        file("basics/b_module.py", "from a_module import A\n");
        file("basics/pkg/__init__.py", "");
        file("basics/pkg/sub.py", "x = 1\n");
        auto own = std::make_shared<harness::Test>();
        own->suite = "conformance";
        own->id = "native/calls.py@n=1";
        own->source_name = "native/calls.py";
        TestHelper helper;
        helper.source_name = "native/helpers/victim.py";
        own->helpers.push_back(helper);
        tests_.push_back(own);
    }
    void file(const std::string& name, const std::string& text) {
        ASSERT_TRUE(write_file_atomically(root() / "tests" / name, text));
    }
    void test(const std::string& id, const std::string& text) {
        file(id, text);
        auto made = std::make_shared<harness::Test>();
        made->suite = "micropython";
        made->id = id;
        made->path = root() / "tests" / id;
        tests_.push_back(made);
    }
    [[nodiscard]] fs::path root() const { return folder_->path(); }
    std::set<std::string> touched(const std::vector<std::string>& names) {
        std::vector<fs::path> changed;
        for (const std::string& name : names) changed.push_back(root() / name);
        return touched_tests(changed, tests_, {root() / "suites", {root() / "extmod"}});
    }

    std::optional<TemporaryDirectory> folder_;
    std::vector<std::shared_ptr<const harness::Test>> tests_;
};

TEST_F(TouchedTests, ItsOwnFilesAndNothingElse) {
    EXPECT_THAT(touched({"tests/basics/plain.py"}), ElementsAre("micropython:basics/plain.py"));
    EXPECT_THAT(touched({"tests/basics/plain.py.exp"}), ElementsAre("micropython:basics/plain.py"));
    EXPECT_THAT(touched({"tests/basics/plain.py.native.exp"}), ElementsAre("micropython:basics/plain.py"));
    EXPECT_THAT(touched({"py/emitnative.c", "tests/run-tests.py", "tests/basics2/plain.py"}), IsEmpty());
    EXPECT_THAT(touched({}), IsEmpty());
}

TEST_F(TouchedTests, ModulesThatItImportsAlsoThroughOthers) {
    EXPECT_THAT(touched({"tests/basics/a_module.py"}),
                ElementsAre("micropython:basics/uses_a.py", "micropython:basics/uses_b.py"));
    EXPECT_THAT(touched({"tests/basics/b_module.py"}), ElementsAre("micropython:basics/uses_b.py"));
    EXPECT_THAT(touched({"tests/basics/pkg/sub.py"}), ElementsAre("micropython:basics/uses_pkg.py"));
    // Deleted, and still imported.
    fs::remove(root() / "tests/basics/b_module.py");
    EXPECT_THAT(touched({"tests/basics/b_module.py"}), ElementsAre("micropython:basics/uses_b.py"));
    EXPECT_THAT(touched({"extmod/asyncio/core.py"}), ElementsAre("micropython:basics/uses_asyncio.py"));
    EXPECT_THAT(touched({"extmod/modasyncio.c"}), IsEmpty());
}

TEST_F(TouchedTests, DataThatItNamesOrThatNobodyNames) {
    EXPECT_THAT(touched({"tests/basics/data/numbers.txt"}), ElementsAre("micropython:basics/reads.py"));
    EXPECT_EQ(touched({"tests/basics/data/unnamed.bin"}).size(), 6U);
}

TEST_F(TouchedTests, OurOwnProgramsByTheirSourceHelpersAndShim) {
    EXPECT_THAT(touched({"suites/native/calls.py"}), ElementsAre("conformance:native/calls.py@n=1"));
    EXPECT_THAT(touched({"suites/native/helpers/victim.py"}), ElementsAre("conformance:native/calls.py@n=1"));
    EXPECT_THAT(touched({"suites/shim/micropython.py"}), ElementsAre("conformance:native/calls.py@n=1"));
    EXPECT_THAT(touched({"suites/native/other.py", "suites/README.md"}), IsEmpty());
}

TEST_F(TouchedTests, FollowsLinks) {
    fs::create_directory_symlink(root() / "tests", root() / "linked");
    auto linked = std::make_shared<harness::Test>(*tests_.front());
    linked->path = root() / "linked" / "basics" / "plain.py";
    tests_ = {linked};
    EXPECT_THAT(touched({"tests/basics/plain.py"}), ElementsAre("micropython:basics/plain.py"));
}

}  // namespace
}  // namespace harness
