#include "harness/cli/failure_files.h"

#include <gmock/gmock.h>

#include "harness/base/files.h"

namespace harness {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

class FailureFiles : public ::testing::Test {
  protected:
    void SetUp() override {
        auto folder = TemporaryDirectory::create("failure files-");
        ASSERT_TRUE(folder);
        folder_.emplace(std::move(*folder));
        ::unsetenv("MICROPY_DIFF");
    }
    void TearDown() override { ::unsetenv("MICROPY_DIFF"); }
    [[nodiscard]] fs::path root() const { return folder_->path(); }
    void write(const std::string& name, const std::string& text) {
        ASSERT_TRUE(write_file_atomically(root() / name, text));
    }
    std::string printed() {
        ::testing::internal::CaptureStdout();
        const auto done = print_failures(root());
        std::fflush(stdout);
        EXPECT_TRUE(done) << done.error().text();
        return ::testing::internal::GetCapturedStdout();
    }

    std::optional<TemporaryDirectory> folder_;
};

TEST_F(FailureFiles, EachFailureIsShownAsItsDifferenceOrItsOutput) {
    write("basics_a.py.exp", "1\n2\n");
    write("basics_a.py.out", "1\n3\n");
    write("basics_u.py.out", "FAILED (failures=1, errors=0)\n");
    write("_results.json", "{}");
    const std::string text = printed();
    const std::string a = "\nFAILURE " + (root() / "basics_a.py").string() + "\n--- ";
    const std::string u =
        "\nFAILURE " + (root() / "basics_u.py").string() + "\nFAILED (failures=1, errors=0)\n";
    ASSERT_NE(text.find(a), std::string::npos) << text;
    EXPECT_LT(text.find("-2\n+3\n"), text.find(u)) << text;
}

TEST_F(FailureFiles, TheProgramThatShowsDifferencesIsThePersons) {
    write("basics_a.py.exp", "1\n");
    write("basics_a.py.out", "2\n");
    ::setenv("MICROPY_DIFF", "echo 'with blanks'", 1);
    EXPECT_EQ(printed(), "\nFAILURE " + (root() / "basics_a.py").string() + "\nwith blanks " +
                             (root() / "basics_a.py.exp").string() + " " +
                             (root() / "basics_a.py.out").string() + "\n");
}

TEST_F(FailureFiles, CleaningLeavesWhatIsNotOurs) {
    for (const char* name : {"a.exp", "a.out", "_results.json", "_last_run.json", "notes.txt"})
        write(name, "x");
    ASSERT_TRUE(clean_failures(root()));
    for (const char* name : {"a.exp", "a.out", "_results.json", "_last_run.json"})
        EXPECT_FALSE(fs::exists(root() / name)) << name;
    EXPECT_TRUE(fs::exists(root() / "notes.txt"));
    EXPECT_EQ(printed(), "");
}

TEST_F(FailureFiles, NoFolderHasNoFailures) {
    EXPECT_TRUE(print_failures(root() / "missing"));
    EXPECT_TRUE(clean_failures(root() / "missing"));
}

}  // namespace
}  // namespace harness
