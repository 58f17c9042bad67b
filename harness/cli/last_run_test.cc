#include "harness/cli/last_run.h"

#include <gmock/gmock.h>

#include "harness/base/files.h"

namespace harness {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

class LastRunTest : public ::testing::Test {
  protected:
    void SetUp() override {
        auto folder = TemporaryDirectory::create("last-run-");
        ASSERT_TRUE(folder);
        folder_.emplace(std::move(*folder));
    }
    [[nodiscard]] fs::path results() const { return folder_->path() / "results"; }
    void write(std::string_view name, const std::string& text) {
        ASSERT_TRUE(write_file_atomically(results() / name, text));
    }

    static RecordedResult result(const std::string& id, Verdict verdict) {
        auto test = std::make_shared<harness::Test>();
        test->suite = "micropython";
        test->id = id;
        RecordedResult recorded;
        recorded.result.job.test = test;
        recorded.result.job.emitter = Emitter::Native;
        recorded.result.job.arch = "x64";
        recorded.result.job.compiler = "mpy-cross-1.25.0";
        recorded.result.job.target = "unix-x64";
        recorded.result.judgement.verdict = verdict;
        return recorded;
    }
    static std::string key(const std::string& id) { return result(id, Verdict::Pass).result.job.key(); }

    LastRun saved(const RunOptions& options, std::vector<RecordedResult> recorded = {}) {
        RunRecord record;
        record.results = std::move(recorded);
        record.plan.command_line = "./run-tests --via-mpy";
        const auto written = save_last_run(results(), record, options);
        EXPECT_TRUE(written) << written.error().text();
        auto last = load_last_run(results());
        EXPECT_TRUE(last) << last.error().text();
        return last && *last ? **last : LastRun();
    }

    std::optional<TemporaryDirectory> folder_;
};

TEST_F(LastRunTest, RemembersWhatFailedAndNothingElse) {
    RecordedResult flaky = result("flaky.py", Verdict::Fail);
    flaky.result.flaky = "passed when it was repeated alone, attempt 1";
    RecordedResult quarantined = result("quarantined.py", Verdict::Fail);
    quarantined.result.quarantine = QuarantineNote{"races", "q.toml:1", "2026-12-31"};
    const LastRun last = saved({}, {result("pass.py", Verdict::Pass), result("fail.py", Verdict::Fail),
                                    result("crash.py", Verdict::Crash), result("skip.py", Verdict::Skip),
                                    result("error.py", Verdict::Error), flaky, quarantined});
    EXPECT_THAT(last.failed, ElementsAre(key("fail.py"), key("crash.py"), key("error.py")));
    EXPECT_EQ(last.command, "./run-tests --via-mpy");
    EXPECT_THAT(saved({}, {result("pass.py", Verdict::Pass)}).failed, IsEmpty());
}

TEST_F(LastRunTest, TakesOverWhatTheNewCommandDoesNotSay) {
    ASSERT_TRUE(write_file_atomically(folder_->path() / "mp", "x"));
    RunOptions first;
    first.via_mpy = true;
    first.emitters = {Emitter::Native, Emitter::Viper};
    first.targets = {"unix-x64", "mp"};
    first.micropython = {"mp=" + (folder_->path() / "." / "mp").string()};
    first.tests = {"basics/int1.py"};
    first.micropython_tree = folder_->path().string() + "/./";
    first.firmware = {"mps2-an385=" + (folder_->path() / "." / "mp").string()};
    first.board.baudrate = 9600;
    first.board.password = "secret";
    first.heap_size = "2M";
    first.retries = 3;
    first.json = "out.json";
    const LastRun last = saved(first);

    RunOptions bare;
    take_over(last, bare);
    EXPECT_TRUE(bare.via_mpy);
    EXPECT_THAT(bare.emitters, ElementsAre(Emitter::Native, Emitter::Viper));
    EXPECT_THAT(bare.targets, ElementsAre("unix-x64", "mp"));
    EXPECT_THAT(bare.micropython, ElementsAre("mp=" + (folder_->path() / "mp").string()));
    EXPECT_THAT(bare.tests, ElementsAre("basics/int1.py"));
    EXPECT_EQ(bare.micropython_tree, folder_->path().string() + "/");
    EXPECT_THAT(bare.firmware, ElementsAre("mps2-an385=" + (folder_->path() / "mp").string()));
    EXPECT_EQ(bare.board.baudrate, 9600U);
    EXPECT_EQ(bare.board.password, BoardOptions().password);
    EXPECT_EQ(bare.heap_size, "2M");
    // How a run is made and what it writes are matters of the new command.
    EXPECT_EQ(bare.retries, 0U);
    EXPECT_EQ(bare.json, "");

    RunOptions picking;
    picking.emitters = {Emitter::Viper};
    picking.targets = {"unix-x64"};
    picking.jobs = 7;
    picking.board.baudrate = 300;
    take_over(last, picking);
    EXPECT_EQ(picking.board.baudrate, 300U);
    EXPECT_THAT(picking.emitters, ElementsAre(Emitter::Viper));
    EXPECT_THAT(picking.targets, ElementsAre("unix-x64"));
    EXPECT_TRUE(picking.via_mpy);
    EXPECT_EQ(picking.jobs, 7U);
}

TEST_F(LastRunTest, AMissingOrDamagedRecordIsTold) {
    RunOptions options;
    const auto chosen = choose_failures(results(), options);
    ASSERT_FALSE(chosen);
    EXPECT_THAT(chosen.error().text(), HasSubstr("no run is recorded"));
    for (const char* text : {"", "{}", "{\"schema\": 9}", "[1]"}) {
        write(kLastRunFile, text);
        const auto last = load_last_run(results());
        ASSERT_FALSE(last) << text;
        EXPECT_THAT(last.error().text(), HasSubstr("cannot be read"));
    }
}

TEST_F(LastRunTest, ResultsThatTheStockRunnerWroteLaterCount) {
    RunOptions first;
    first.via_mpy = true;
    saved(first, {result("basics/a.py", Verdict::Fail), result("basics/b.py", Verdict::Pass)});
    RunOptions ours;
    ASSERT_TRUE(choose_failures(results(), ours));
    EXPECT_THAT(ours.only_jobs, ::testing::Optional(ElementsAre(key("basics/a.py"))));

    // The same tests failed: it is the same run, whose jobs are known.
    write("_results.json", R"({"results": [["basics/a.py", "fail", ""], ["basics/b.py", "pass", ""]]})");
    RunOptions same;
    ASSERT_TRUE(choose_failures(results(), same));
    EXPECT_TRUE(same.only_jobs.has_value());
    EXPECT_TRUE(same.via_mpy);

    write("_results.json", R"({"results": [["basics/a.py", "pass", ""], ["basics/b.py", "fail", ""]]})");
    RunOptions later;
    ASSERT_TRUE(choose_failures(results(), later));
    EXPECT_FALSE(later.only_jobs.has_value());
    EXPECT_FALSE(later.via_mpy);
    EXPECT_THAT(later.tests, ElementsAre("basics/b.py"));

    write("_results.json", R"({"results": [["basics/a.py", "pass", ""]]})");
    RunOptions green;
    ASSERT_TRUE(choose_failures(results(), green));
    EXPECT_THAT(green.only_jobs, ::testing::Optional(IsEmpty()));
}

}  // namespace
}  // namespace harness
