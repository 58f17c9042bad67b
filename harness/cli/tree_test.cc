// `--micropython-tree` and `--base` with a tree of our own (fixtures/source-tree), through the real program.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "harness/base/files.h"
#include "harness/cli/project.h"
#include "harness/compile/toolset.h"
#include "harness/process/process.h"
#include "harness/testing/run_coroutine.h"

namespace harness {
namespace {
namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class TreeRun : public ::testing::Test {
  protected:
    void SetUp() override {
        const auto tools = load_toolset(deps_folder(MPYCONFORM_SOURCE_DIR));
        ASSERT_TRUE(tools) << tools.error().text();
        const RuntimeTool* runtime = tools->runtime_named("unix-x64");
        const CompilerTool* compiler = tools->compiler_of_release("1.25.0");
        ASSERT_TRUE(runtime != nullptr && compiler != nullptr);
        compiler_ = compiler->path.string();
        runtime_ = fmt::format("{}", fmt::join(runtime->argv, " "));
        auto made = TemporaryDirectory::create("tree-run-");
        ASSERT_TRUE(made);
        folder_.emplace(std::move(*made));
        fs::copy(fs::path(MPYCONFORM_SOURCE_DIR) / "fixtures" / "source-tree", tree(),
                 fs::copy_options::recursive);
    }

    [[nodiscard]] fs::path tree() const { return folder_->path() / "tree"; }
    [[nodiscard]] fs::path file(const std::string& name) const { return folder_->path() / name; }

    ProcessResult run(const std::vector<std::string>& words) const {
        Command command;
        command.argv = {MPYCONFORM_PROGRAM, "run",      "--micropython-tree",
                        tree().string(),    "--target", "unix-x64"};
        command.argv.insert(command.argv.end(), words.begin(), words.end());
        command.environment =
            inherited_environment({{"MPYCONFORM_ROOT", MPYCONFORM_SOURCE_DIR},
                                   {"MPYCONFORM_CACHE", (folder_->path() / "cache").string()},
                                   {"FAKE_MPY_CROSS", compiler_},
                                   {"FAKE_MICROPYTHON", runtime_}},
                                  {"MICROPY_MICROPYTHON", "MICROPY_MPYCROSS", "MICROPY_CPYTHON3"});
        Limits limits;
        limits.wall = std::chrono::seconds(100);
        auto result = testing::run_coroutine(run_process(command, limits));
        EXPECT_TRUE(result);
        return result ? std::move(*result) : ProcessResult{};
    }

    [[nodiscard]] int sh(const std::string& script) const {
        return std::system(("cd '" + folder_->path().string() + "' && " + script).c_str());
    }

    /// How often rules that print this word were called since the start.
    [[nodiscard]] int calls(const std::string& word) const {
        const std::string count =
            fmt::format("cat cache/builds/*/*/calls 2>/dev/null | grep -c '^{}' > count", word);
        (void)sh(count);
        const auto text = read_file(file("count"));
        return text ? std::atoi(text->c_str()) : -1;
    }

    /// Every file and folder with its time and size, and those that came or changed.
    [[nodiscard]] int list(const std::string& name) const {
        return sh("find tree -printf '%p %T@ %s\\n' | sort > " + name);
    }

    std::optional<TemporaryDirectory> folder_;
    std::string compiler_;
    std::string runtime_;
};

TEST_F(TreeRun, BuildsOnceAndWritesNothingIntoTheTree) {
    ASSERT_EQ(list("before"), 0);
    ASSERT_EQ(sh("chmod -R a-w tree"), 0);
    const ProcessResult first = run({"--via-mpy", "basics/hello.py"});
    EXPECT_EQ(first.exit_code, 0) << first.output;
    EXPECT_THAT(first.output, HasSubstr("1 passed, 0 failed"));
    EXPECT_THAT(first.output, HasSubstr("is built without frozen modules of micropython-lib"));
    EXPECT_EQ(run({"basics/hello.py"}).exit_code, 0);
    EXPECT_EQ(calls("mpy-cross"), 1);
    EXPECT_EQ(calls("unix ssl=0"), 1);
    ASSERT_EQ(sh("chmod -R u+w tree"), 0);
    EXPECT_EQ(list("after"), 0);
    EXPECT_EQ(sh("cmp before after"), 0);
}

TEST_F(TreeRun, AnEditedFileRebuildsOnlyWhatItTouches) {
    ASSERT_EQ(run({"basics/hello.py"}).exit_code, 0);
    ASSERT_EQ(sh("echo '# edited' >> tree/ports/unix/main.sh"), 0);
    EXPECT_EQ(run({"basics/hello.py"}).exit_code, 0);
    EXPECT_EQ(calls("mpy-cross"), 1);
    EXPECT_EQ(calls("unix"), 2);
}

TEST_F(TreeRun, TwoRunsAtOnceBuildOnce) {
    const std::string one = fmt::format(
        "MPYCONFORM_ROOT='{}' MPYCONFORM_CACHE=$PWD/cache FAKE_MPY_CROSS='{}' FAKE_MICROPYTHON='{}' '{}' run "
        "--micropython-tree tree --target unix-x64 basics/hello.py > ",
        MPYCONFORM_SOURCE_DIR, compiler_, runtime_, MPYCONFORM_PROGRAM);
    EXPECT_EQ(sh("{ " + one + "a & first=$!; " + one + "b && wait $first; }"), 0) << *read_file(file("a"));
    EXPECT_EQ(calls("mpy-cross"), 1);
    EXPECT_EQ(calls("unix"), 1);
}

TEST_F(TreeRun, ACompilerThatDoesNotBuildEndsTheRun) {
    ASSERT_EQ(sh("echo 'planted' >> tree/mpy-cross/main.sh"), 0);
    const ProcessResult ran = run({"basics/hello.py"});
    EXPECT_EQ(ran.exit_code, 3);
    EXPECT_THAT(ran.output, HasSubstr("the mpy-cross of " + tree().string() + " could not be built"));
    EXPECT_THAT(ran.output, HasSubstr("error: a planted mistake"));
    EXPECT_THAT(ran.output, Not(HasSubstr("passed")));
}

TEST_F(TreeRun, APortThatDoesNotBuildIsALostTarget) {
    ASSERT_EQ(sh("echo 'planted' >> tree/ports/unix/main.sh"), 0);
    const ProcessResult ran = run({"basics/hello.py"});
    EXPECT_EQ(ran.exit_code, 3);
    EXPECT_THAT(ran.output, HasSubstr("the target unix-x64 cannot be used: the unix port (unix-x64) of"));
    EXPECT_THAT(ran.output, HasSubstr("error: a planted mistake"));
}

TEST_F(TreeRun, BaseTellsWhatChanged) {
    ASSERT_EQ(
        sh("cd tree && git init -q . && git add . && git -c user.name=n -c user.email=e commit -qm base && "
           "echo 'raise SystemExit(3)' >> /dev/null"),
        0);
    const ProcessResult same = run({"--base", "HEAD", "basics/hello.py"});
    EXPECT_EQ(same.exit_code, 0) << same.output;
    EXPECT_THAT(same.output, HasSubstr("0 newly failing, 0 newly passing, 0 otherwise changed, 1 unchanged"));
    // A "patch" that breaks the runtime: it prints something else in front.
    ASSERT_EQ(sh("sed -i '2i case \"$*\" in *hello*) echo broken;; esac' tree/ports/unix/main.sh"), 0);
    const ProcessResult worse = run({"--base", "HEAD", "--json", file("out.json").string(), "--markdown",
                                     file("out.md").string(), "basics/hello.py"});
    EXPECT_EQ(worse.exit_code, 1) << worse.output;
    EXPECT_THAT(worse.output, HasSubstr("1 newly failing, 0 newly passing"));
    const auto markdown = read_file(file("out.md"));
    ASSERT_TRUE(markdown);
    EXPECT_THAT(*markdown, HasSubstr("**1 newly failing"));
    const auto json = nlohmann::json::parse(*read_file(file("out.json")));
    EXPECT_EQ(json["comparison"]["newly_failing"][0]["test"], "basics/hello.py");
    // Mended, with the broken state as the base.
    ASSERT_EQ(sh("cd tree && git -c user.name=n -c user.email=e commit -qam broken && sed -i 2d "
                 "ports/unix/main.sh"),
              0);
    const ProcessResult better = run({"--base", "HEAD", "basics/hello.py"});
    EXPECT_EQ(better.exit_code, 0) << better.output;
    EXPECT_THAT(better.output, HasSubstr("0 newly failing, 1 newly passing"));
    EXPECT_EQ(run({"--base", "nothing", "basics/hello.py"}).exit_code, 2);
}

TEST_F(TreeRun, BaseLosesATargetThatDoesNotBuildAnyMore) {
    ASSERT_EQ(
        sh("cd tree && git init -q . && git add . && git -c user.name=n -c user.email=e commit -qm base && "
           "echo planted >> mpy-cross/main.sh"),
        0);
    const ProcessResult ran = run({"--base", "HEAD", "basics/hello.py"});
    EXPECT_EQ(ran.exit_code, 3) << "without a compiler there is nothing to compare";
    EXPECT_THAT(ran.output, HasSubstr("error: a planted mistake"));
}

TEST_F(TreeRun, RefusesWhatMakesNoSense) {
    EXPECT_EQ(run({"--base", "HEAD", "--list"}).exit_code, 2);
    EXPECT_EQ(run({"--base", "HEAD", "basics/hello.py"}).exit_code, 2) << "no git checkout";
    ASSERT_EQ(sh("rm -r tree/py"), 0);
    const ProcessResult ran = run({"basics/hello.py"});
    EXPECT_EQ(ran.exit_code, 2);
    EXPECT_THAT(ran.output, HasSubstr("expected the root of a MicroPython source tree"));
}

}  // namespace
}  // namespace harness
