// The whole program, run after run: what one leaves for the next (--run-failures, history), what several
// machines share (--shard, merge), what git picks (--changed-since). The cache is a folder of the test's own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/base/files.h"
#include "harness/process/process.h"
#include "harness/testing/run_coroutine.h"

namespace harness {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

class Steering : public ::testing::Test {
  protected:
    void SetUp() override {
        auto folder = TemporaryDirectory::create("steering-");
        ASSERT_TRUE(folder);
        folder_.emplace(std::move(*folder));
        for (const char* name : {"a_good", "b_good", "c_good", "d_good", "e_good", "f_good"})
            test(name, "print(1)\n", "1\n");
    }
    [[nodiscard]] fs::path root() const { return folder_->path(); }
    void write(const std::string& name, const std::string& text) {
        ASSERT_TRUE(write_file_atomically(root() / name, text));
    }
    void test(const std::string& name, const std::string& program, const std::string& expected) {
        write("tree/tests/basics/" + name + ".py", program);
        write("tree/tests/basics/" + name + ".py.exp", expected);
    }
    ProcessResult start(std::vector<std::string> argv) {
        Command command;
        command.argv = std::move(argv);
        command.environment = inherited_environment(
            {{"MPYCONFORM_ROOT", MPYCONFORM_SOURCE_DIR}, {"MPYCONFORM_CACHE", (root() / "cache").string()}},
            {"MICROPY_MICROPYTHON", "MICROPY_MPYCROSS", "MICROPY_CPYTHON3", "GIT_DIR", "GIT_WORK_TREE",
             "GIT_INDEX_FILE"});
        Limits limits;
        limits.wall = std::chrono::seconds(100);
        auto finished = testing::run_coroutine(run_process(std::move(command), limits));
        EXPECT_TRUE(finished) << finished.error().text();
        return finished ? std::move(*finished) : ProcessResult();
    }
    ProcessResult program(const std::string& command, std::vector<std::string> words) {
        words.insert(words.begin(), {MPYCONFORM_PROGRAM, command});
        return start(std::move(words));
    }
    /// The tree on one target.
    ProcessResult run(const std::vector<std::string>& more) {
        std::vector<std::string> words{"--micropython-tests",
                                       (root() / "tree/tests").string(),
                                       "--tests-release",
                                       "1.29.0",
                                       "--target",
                                       "unix-x64"};
        words.insert(words.end(), more.begin(), more.end());
        words.emplace_back("micropython");
        return program("run", words);
    }
    [[nodiscard]] std::string path(const std::string& name) const { return (root() / name).string(); }
    json report(const std::string& name) {
        const auto text = read_file(root() / name);
        EXPECT_TRUE(text) << name;
        return text ? json::parse(*text) : json();
    }
    static std::vector<std::string> tests_of(const json& report) {
        std::vector<std::string> names;
        for (const json& result : report.at("results")) names.push_back(result.at("test"));
        return names;
    }

    std::optional<TemporaryDirectory> folder_;
};

TEST_F(Steering, TheFailedJobsOfTheLastRunAreRepeatedWithItsSubjects) {
    ProcessResult nothing = program("run", {"--run-failures"});
    EXPECT_EQ(nothing.exit_code, 2);
    EXPECT_THAT(nothing.output, HasSubstr("no run is recorded in"));

    test("bad", "print(2)\n", "1\n");
    test("worse", "print(3)\n", "1\n");
    EXPECT_EQ(run({"--via-mpy", "--emit", "bytecode,native"}).exit_code, 1);
    const ProcessResult listed = program("run", {"--run-failures", "--list"});
    EXPECT_THAT(listed.output, HasSubstr("4 jobs, 0 combinations left out"));

    // What is named beside it picks from them.
    EXPECT_THAT(program("run", {"--run-failures", "--list", "--emit", "native", "-e", "worse"}).output,
                AllOf(HasSubstr("1 jobs, "), HasSubstr("basics/bad.py mpy native")));
    EXPECT_EQ(program("run", {"--run-failures", "basics/bad.py"}).exit_code, 2);

    test("bad", "print(1)\n", "1\n");
    EXPECT_EQ(program("run", {"--run-failures", "--json", path("again.json")}).exit_code, 1);
    const json again = report("again.json");
    EXPECT_EQ(again["totals"]["standings"]["passed"], 2);
    EXPECT_EQ(again["totals"]["standings"]["failed"], 2);
    EXPECT_EQ(again["results"].size(), 4U);

    const ProcessResult shown = program("run", {"--print-failures"});
    EXPECT_EQ(shown.exit_code, 0);
    EXPECT_THAT(shown.output, AllOf(HasSubstr("FAILURE "), HasSubstr("basics_worse.py"),
                                    HasSubstr("-1\n+3\n"), Not(HasSubstr("basics_bad.py"))));

    fs::remove(root() / "tree/tests/basics/worse.py");
    const ProcessResult gone = program("run", {"--run-failures"});
    EXPECT_EQ(gone.exit_code, 2);
    EXPECT_THAT(gone.output, HasSubstr("none of the 2 jobs that failed in the last run is in this plan"));

    EXPECT_EQ(run({"--via-mpy"}).exit_code, 0);
    const ProcessResult green = program("run", {"--run-failures"});
    EXPECT_EQ(green.exit_code, 0);
    EXPECT_THAT(green.output, HasSubstr("nothing to repeat"));

    EXPECT_EQ(program("run", {"--clean-failures"}).exit_code, 0);
    EXPECT_EQ(program("run", {"--run-failures"}).exit_code, 2);
}

TEST_F(Steering, FiltersAreTakenInTheOrderOfTheCommandLine) {
    EXPECT_THAT(run({"--list", "-i", "_good"}).output, HasSubstr("6 jobs"));
    EXPECT_THAT(run({"--list", "-e", "_good", "-i", "a_g"}).output, HasSubstr("1 jobs"));
    EXPECT_THAT(run({"--list", "-e", "a_good", "-e", "b_good"}).output, HasSubstr("4 jobs"));
    EXPECT_THAT(run({"--list", "-i", "_good", "-e", "[ab]_good", "-i", "a_good"}).output,
                HasSubstr("5 jobs"));
    const ProcessResult none = run({"--list", "-i", "a_g", "-e", "_good"});
    EXPECT_EQ(none.exit_code, 2);
    EXPECT_THAT(none.output, HasSubstr("no test is selected"));
}

TEST_F(Steering, ShardsPutTogetherAreTheWholeRun) {
    test("bad", "print(2)\n", "1\n");
    test("skips", "print('SKIP')\nraise SystemExit\n", "");
    const ProcessResult whole = run({"--json", path("whole.json")});
    EXPECT_EQ(whole.exit_code, 1);
    std::size_t jobs = 0;
    for (const std::string index : {"1", "2", "3"}) {
        const ProcessResult part = run({"--shard", index + "/3", "--json", path(index + ".json")});
        const json written = report(index + ".json");
        EXPECT_EQ(part.exit_code, written["totals"]["standings"]["failed"] == 0 ? 0 : 1) << part.output;
        EXPECT_EQ(written["plan"]["shard"], index + "/3");
        jobs += written["results"].size();
    }
    EXPECT_EQ(jobs, report("whole.json")["results"].size());

    const ProcessResult merged = program("merge", {path("3.json"), path("1.json"), path("2.json"), "--json",
                                                   path("merged.json"), "--junit", path("merged.xml")});
    EXPECT_EQ(merged.exit_code, 1) << merged.output;
    EXPECT_TRUE(fs::exists(root() / "merged.xml"));
    json sum = report("merged.json");
    json one = report("whole.json");
    for (json* each : {&sum, &one}) {
        each->erase("run");
        for (json& result : (*each)["results"]) result.erase("measured");
    }
    EXPECT_EQ(sum, one);
    const auto matrix = [](const std::string& text) { return text.substr(text.find("\nunix-x64")); };
    EXPECT_THAT(matrix(merged.output), HasSubstr("6 pass, 1 fail, 1 skip"));
    EXPECT_THAT(matrix(whole.output), HasSubstr("6 pass, 1 fail, 1 skip"));

    const ProcessResult incomplete = program("merge", {path("3.json"), path("1.json")});
    EXPECT_EQ(incomplete.exit_code, 2);
    EXPECT_THAT(incomplete.output, HasSubstr("missing: 2/3"));
    EXPECT_EQ(program("merge", {path("whole.json")}).exit_code, 2);
    EXPECT_EQ(run({"-e", "a_good", "--shard", "2/3", "--json", path("other.json")}).exit_code >= 2, false);
    const ProcessResult mixed = program("merge", {path("1.json"), path("other.json"), path("3.json")});
    EXPECT_EQ(mixed.exit_code, 2);
    EXPECT_THAT(mixed.output, HasSubstr("different plans"));
    EXPECT_EQ(run({"--shard", "4/3"}).exit_code, 2);
}

TEST_F(Steering, AnEmptyShardIsAPartLikeAnother) {
    for (int index = 1; index <= 40; ++index) {
        const std::string shard = std::to_string(index) + "/40";
        const ProcessResult part = run({"--shard", shard, "--list"});
        ASSERT_EQ(part.exit_code, 0);
        if (part.output.find("0 jobs, 0 combinations") == std::string::npos) continue;
        const ProcessResult empty = run({"--shard", shard, "--json", path("empty.json")});
        EXPECT_EQ(empty.exit_code, 0) << empty.output;
        EXPECT_EQ(report("empty.json")["plan"]["whole"]["jobs"], 6);
        return;
    }
    FAIL() << "six tests fill forty shards";
}

TEST_F(Steering, ARetriedPassIsFlakyAndIsKeptInTheHistory) {
    // It fails as long as its mark is missing, and leaves it behind.
    const std::string mark = path("mark");
    test("unsteady",
         "try:\n    open('" + mark + "').close()\n    print(1)\nexcept OSError:\n    open('" + mark +
             "', 'w').close()\n    print(2)\n",
         "1\n");
    const ProcessResult flaky = run({"--retries", "2"});
    EXPECT_EQ(flaky.exit_code, 0) << flaky.output;
    EXPECT_THAT(flaky.output, AllOf(HasSubstr("FLAKY  micropython:basics/unsteady.py"),
                                    HasSubstr("passed when it was repeated alone, attempt 1"),
                                    HasSubstr("6 passed, 0 failed")));
    EXPECT_EQ(run({}).exit_code, 0);

    const ProcessResult overview = program("history", {});
    EXPECT_EQ(overview.exit_code, 0);
    EXPECT_THAT(overview.output,
                AllOf(HasSubstr("7 jobs, run 14 times"),
                      HasSubstr(" 50.0 %  1 of 2 runs  micropython:basics/unsteady.py source")));
    const ProcessResult one = program("history", {"basics/unsteady.py", "--target", "unix-*", "--json"});
    const json jobs = json::parse(one.output)["jobs"];
    ASSERT_EQ(jobs.size(), 1U);
    EXPECT_EQ(jobs[0]["recent"].size(), 2U);
    EXPECT_EQ(jobs[0]["recent"][0]["verdict"], "pass");
    EXPECT_EQ(jobs[0]["recent"][1]["verdict"], "fail");
    EXPECT_EQ(jobs[0]["recent"][1]["flaky"], true);
    EXPECT_THAT(program("history", {"basics/unsteady.py"}).output, HasSubstr("fail (flaky)"));
    const ProcessResult unknown = program("history", {"no/such.py"});
    EXPECT_EQ(unknown.exit_code, 2);
    EXPECT_THAT(unknown.output, HasSubstr("none of the 7 jobs"));
}

TEST_F(Steering, AShuffledRunHasTheSameVerdicts) {
    test("bad", "print(2)\n", "1\n");
    json first;
    for (const std::string seed : {"1", "2", "3"}) {
        EXPECT_EQ(run({"--shuffle", seed, "--json", path("shuffled.json")}).exit_code, 1);
        json seen = report("shuffled.json");
        seen.erase("run");
        for (json& result : seen["results"]) result.erase("measured");
        if (first.is_null()) first = seen;
        EXPECT_EQ(seen, first);
    }
}

TEST_F(Steering, OnlyWhatGitSaysWasTouched) {
    test("uses_helper", "import helper\nprint(helper.VALUE)\n", "1\n");
    write("tree/tests/basics/helper.py", "VALUE = 1\n");
    write("tree/tests/basics/helper.py.exp", "");
    ProcessResult unknown = run({"--changed-since", "HEAD"});
    EXPECT_EQ(unknown.exit_code, 2);
    EXPECT_THAT(unknown.output, HasSubstr("no git checkout"));
    const auto git = [&](std::vector<std::string> words) {
        words.insert(words.begin(),
                     {"git", "-C", path("tree"), "-c", "user.name=x", "-c", "user.email=x@example.org"});
        EXPECT_EQ(start(words).exit_code, 0);
    };
    git({"init", "--quiet"});
    git({"add", "--all"});
    git({"commit", "--quiet", "--message=x"});

    const ProcessResult none = run({"--changed-since", "HEAD", "--json", path("none.json")});
    EXPECT_EQ(none.exit_code, 4) << none.output;
    EXPECT_THAT(none.output, HasSubstr("no test is touched"));
    EXPECT_FALSE(fs::exists(root() / "none.json"));

    write("tree/tests/basics/b_good.py", "print(1)  # changed\n");
    write("tree/tests/basics/helper.py", "VALUE = 1  # changed\n");
    const ProcessResult some = run({"--changed-since", "HEAD", "--json", path("some.json")});
    EXPECT_EQ(some.exit_code, 0) << some.output;
    EXPECT_THAT(some.output, HasSubstr("2 files of"));
    EXPECT_EQ(tests_of(report("some.json")),
              (std::vector<std::string>{"basics/b_good.py", "basics/helper.py", "basics/uses_helper.py"}));
}

}  // namespace
}  // namespace harness
