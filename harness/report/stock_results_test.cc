#include "harness/report/stock_results.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "harness/base/files.h"
#include "harness/report/fixture.h"

namespace harness {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class StockResultFilesTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto made = TemporaryDirectory::create("stock-results-test-");
        ASSERT_TRUE(made);
        folder_.emplace(std::move(*made));
    }

    [[nodiscard]] fs::path path(const std::string& name) const { return folder_->path() / name; }
    [[nodiscard]] std::string text(const std::string& name) const {
        const auto found = read_file(path(name));
        return found ? *found : "(no file)";
    }
    void put(const std::string& name, std::string_view octets) const {
        ASSERT_TRUE(write_file_atomically(path(name), octets));
    }
    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> found;
        for (const auto& entry : fs::directory_iterator(folder_->path()))
            found.push_back(entry.path().filename().string());
        std::ranges::sort(found);
        return found;
    }
    /// A run of these results and nothing else.
    void run(const std::vector<JobResult>& results, std::vector<DroppedJob> dropped = {}) {
        StockArguments arguments;
        arguments.filters = {{true, "int"}};
        StockResultFiles files(folder_->path(), arguments);
        PlanSummary plan;
        for (const JobResult& result : results) plan.jobs.push_back({result.job, {}});
        plan.dropped = std::move(dropped);
        plan.environment.targets.emplace_back();
        plan.environment.targets.front().capabilities.emplace().platform = "linux";
        files.run_started(plan);
        for (const JobResult& result : results) files.job_judged(result);
        const auto written = files.run_finished(RunRecord{});
        ASSERT_TRUE(written) << written.error().text();
    }
    [[nodiscard]] json results_file() const { return json::parse(text("_results.json")); }

    static JobResult failed(const std::string& id, const std::string& target = "unix-x64") {
        JobResult made = fixture::result(fixture::job(id, Emitter::Native, target), Verdict::Fail, Stage::Run,
                                         "output differs at line 1");
        made.judgement.compared = true;
        made.judgement.expected = "1\n";
        made.judgement.actual = "0\n";
        return made;
    }

    std::optional<TemporaryDirectory> folder_;
};

TEST(StockResults, FilesAreNamedAsTheStockRunnerNamesThem) {
    EXPECT_EQ(stock_result_stem("basics/0prelim.py"), "basics_0prelim.py");
    EXPECT_EQ(stock_result_stem("/x/y.py"), "_x_y.py");
    EXPECT_EQ(stock_result_stem("../a/./b.py"), "__a_b.py");
    EXPECT_EQ(stock_result_stem("./basics/a.py"), "basics_a.py");
}

TEST_F(StockResultFilesTest, AFailureLeavesItsPairAndAPassRemovesIt) {
    run({failed("basics/int1.py")});
    EXPECT_THAT(names(), ElementsAre("_results.json", "basics_int1.py.exp", "basics_int1.py.out"));
    EXPECT_EQ(text("basics_int1.py.exp"), "1\n");
    EXPECT_EQ(text("basics_int1.py.out"), "0\n");
    run({fixture::passed(fixture::job("basics/int1.py", Emitter::Native, "unix-x64"), 1)});
    EXPECT_THAT(names(), ElementsAre("_results.json"));
}

TEST_F(StockResultFilesTest, ASkipLeavesWhatIsThere) {
    put("basics_int1.py.exp", "1\n");
    put("basics_int1.py.out", "0\n");
    run({fixture::result(fixture::job("basics/int1.py", Emitter::Native, "unix-x64"), Verdict::Skip,
                         Stage::Run, "too large for the target's memory")});
    EXPECT_THAT(names(), ElementsAre("_results.json", "basics_int1.py.exp", "basics_int1.py.out"));
    EXPECT_EQ(results_file()["results"], json::parse(R"([["basics/int1.py", "skip", "too large"]])"));
}

TEST_F(StockResultFilesTest, AUnittestHasNoExpectationAndAnOldOneGoes) {
    put("basics_int1.py.exp", "old\n");
    JobResult result = failed("basics/int1.py");
    result.judgement.compared = false;
    result.judgement.expected.clear();
    run({result});
    EXPECT_THAT(names(), ElementsAre("_results.json", "basics_int1.py.out"));
}

TEST_F(StockResultFilesTest, AnEmptyExpectationIsAnEmptyFile) {
    JobResult result = failed("basics/int1.py");
    result.judgement.expected.clear();
    run({result});
    EXPECT_EQ(text("basics_int1.py.exp"), "");
}

TEST_F(StockResultFilesTest, LongOutputIsWrittenWhole) {
    JobResult result = failed("basics/int1.py");
    result.judgement.actual.assign(3 * kKeptOctets, 'x');
    run({result});
    EXPECT_EQ(text("basics_int1.py.out").size(), 3 * kKeptOctets);
}

TEST_F(StockResultFilesTest, ATestThatCouldNotRunTellsWhy) {
    run({fixture::harness_trouble()});
    EXPECT_EQ(text("basics_list1.py.out"), "the emulator did not start\n");
    EXPECT_EQ(results_file()["results"][0],
              json::parse(R"(["basics/list1.py", "fail", "error: the emulator did not start"])"));
}

TEST_F(StockResultFilesTest, TheResultsFileHasTheStockKeys) {
    JobResult flaky = failed("thread/gc.py");
    flaky.flaky = "GC race condition";
    run({failed("basics/int1.py"), flaky,
         fixture::passed(fixture::job("basics/a.py", Emitter::Native, "unix-x64"), 1)},
        {{fixture::job("basics/b.py", Emitter::Native, "unix-x64"), Verdict::Skip, "needs slice"}});
    const json file = results_file();
    EXPECT_EQ(file["results"], json::parse(R"([["basics/a.py", "pass", ""], ["basics/b.py", "skip", ""],
        ["basics/int1.py", "fail", ""], ["thread/gc.py", "ignored", "flaky: GC race condition"]])"));
    EXPECT_EQ(file["failed_tests"], json::parse(R"(["basics/int1.py"])"));
    EXPECT_EQ(file["ignored_tests"], json::parse(R"(["thread/gc.py"])"));
    EXPECT_EQ(file["args"]["platform"], "linux");
    EXPECT_EQ(file["args"]["filters"], json::parse(R"([["include", "int"]])"));
    EXPECT_TRUE(file["args"]["heapsize"].is_null());
}

TEST_F(StockResultFilesTest, ARunOfSeveralCombinationsKeepsAPairForEach) {
    run({failed("basics/int1.py")});
    run({failed("basics/int1.py"),
         fixture::passed(fixture::job("basics/int1.py", Emitter::Native, "unix-x86"), 1)});
    EXPECT_THAT(names(),
                ElementsAre("_results.json", "basics_int1.py@unix-x64-native-x64-mpy-cross-1.25.0.exp",
                            "basics_int1.py@unix-x64-native-x64-mpy-cross-1.25.0.out"));
    EXPECT_EQ(results_file()["failed_tests"], json::parse(R"(["basics/int1.py"])"));
}

TEST_F(StockResultFilesTest, WhatIsWrittenIsReadAgain) {
    run({failed("basics/int1.py"), failed("basics/z.py"),
         fixture::passed(fixture::job("basics/a.py", Emitter::Native, "unix-x64"), 1)});
    const auto found = read_stock_results(folder_->path());
    ASSERT_TRUE(found && *found);
    EXPECT_THAT((*found)->failed(), ElementsAre("basics/int1.py", "basics/z.py"));
    EXPECT_EQ((*found)->results.size(), 3U);
}

TEST_F(StockResultFilesTest, TheFileOfAnOldRunnerGivesItsFailures) {
    put("_results.json", R"({"args": {}, "failed_tests": ["b.py", "a.py"]})");
    const auto found = read_stock_results(folder_->path());
    ASSERT_TRUE(found && *found);
    EXPECT_THAT((*found)->failed(), ElementsAre("b.py", "a.py"));
}

TEST_F(StockResultFilesTest, NoFileIsNoFailures) {
    const auto found = read_stock_results(folder_->path());
    ASSERT_TRUE(found);
    EXPECT_FALSE(*found);
}

TEST_F(StockResultFilesTest, OtherFilesAreRefusedByName) {
    for (const char* bad : {"", "[1]", "{", R"({"results": 3})", R"({"results": [["a", "pass"]]})",
                            R"({"results": [["a", "pass", 1]]})", R"({"failed_tests": [1]})", "{}"}) {
        put("_results.json", bad);
        const auto found = read_stock_results(folder_->path());
        ASSERT_FALSE(found) << bad;
        EXPECT_THAT(found.error().text(), HasSubstr("_results.json")) << bad;
        EXPECT_THAT(found.error().text(), HasSubstr("is no result file of a test run")) << bad;
    }
}

TEST_F(StockResultFilesTest, CleaningRemovesTheRunnersFilesAlone) {
    for (const char* name : {"a.exp", "a.out", "b.out", "_results.json", "notes.txt", ".hidden.out"})
        put(name, "x");
    const auto stems = stock_failure_stems(folder_->path());
    ASSERT_TRUE(stems);
    EXPECT_THAT(*stems, ElementsAre(path("a"), path("b")));
    ASSERT_TRUE(clean_stock_results(folder_->path()));
    EXPECT_THAT(names(), ElementsAre(".hidden.out", "notes.txt"));
    EXPECT_TRUE(clean_stock_results(path("nowhere")));
}

}  // namespace
}  // namespace harness
