#include "harness/report/console.h"

#include <gmock/gmock.h>

#include <regex>
#include <sstream>

#include "harness/report/file_report.h"
#include "harness/report/fixture.h"
#include "harness/report/golden.h"
#include "harness/report/matrix.h"
#include "harness/report/text.h"

namespace harness {
namespace {

using fixture::FakeTerminal;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using namespace std::chrono_literals;

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

TEST(Console, AWholeRunInAPipe) {
    FakeTerminal pipe;
    fixture::run(pipe);
    golden::expect_text("console-pipe.txt", pipe.written);
    EXPECT_THAT(pipe.written, Not(HasSubstr("\x1b")));
    EXPECT_THAT(pipe.written, Not(HasSubstr("\r")));
}

TEST(Console, AWholeRunOnANarrowColouredTerminal) {
    FakeTerminal terminal;
    terminal.interactive = terminal.colour = true;
    terminal.columns = 72;
    fixture::run(terminal);
    std::string shown = terminal.written;
    // Control characters are written out so that the recorded file is plain text.
    for (std::size_t at; (at = shown.find('\x1b')) != std::string::npos;) shown.replace(at, 1, "<ESC>");
    for (std::size_t at; (at = shown.find('\r')) != std::string::npos;) shown.replace(at, 1, "<CR>");
    golden::expect_text("console-terminal.txt", shown);
}

/// What a person sees: applies carriage return, erase line and newline; wraps at the width.
std::vector<std::string> screen(const std::string& written, std::size_t width) {
    std::vector<std::string> lines{""};
    std::size_t column = 0;
    for (std::size_t i = 0; i < written.size(); ++i) {
        if (written.compare(i, 3, "\x1b[K") == 0) {
            lines.back().resize(std::min(column, lines.back().size()));
            i += 2;
        } else if (written[i] == '\r') {
            column = 0;
        } else if (written[i] == '\n') {
            lines.emplace_back();
            column = 0;
        } else {
            if (column == width) {
                lines.emplace_back();
                column = 0;
            }
            if (lines.back().size() <= column) lines.back().resize(column + 1, ' ');
            lines.back()[column++] = written[i];
        }
    }
    return lines;
}

TEST(Console, TheLiveLineLeavesNothingBehind) {
    FakeTerminal terminal;
    terminal.interactive = true;
    terminal.columns = 90;
    fixture::run(terminal);
    EXPECT_THAT(terminal.written, HasSubstr("running: "));
    const std::vector<std::string> seen = screen(terminal.written, 10'000);
    for (const std::string& line : seen) EXPECT_THAT(line, Not(HasSubstr("running: "))) << line;
    FakeTerminal pipe;
    pipe.columns = 90;
    fixture::run(pipe);
    std::vector<std::string> plain;
    for (const std::string& line : lines_of(pipe.written))
        if (!line.starts_with("[")) plain.push_back(line);
    plain.emplace_back();
    EXPECT_EQ(seen, plain);
}

TEST(Console, TheLiveLineNeverReachesTheLastColumn) {
    FakeTerminal terminal;
    terminal.interactive = true;
    terminal.columns = 40;
    LiveLine live(terminal);
    live.set(std::string(100, 'x'));
    EXPECT_EQ(terminal.written, "\r\x1b[K" + std::string(38, 'x') + "…");
}

TEST(Console, TheEndIsTheClosingLineAloneThenTheKnownFailures) {
    FakeTerminal pipe;
    fixture::run(pipe);
    const std::vector<std::string> lines = lines_of(pipe.written);
    ASSERT_GE(lines.size(), 2U);
    EXPECT_EQ(lines[lines.size() - 2], "4 passed, 6 failed, 6 skipped");
    EXPECT_EQ(lines.back(), "known failures: 3 (1 as recorded, 1 changed, 1 gone)");
    const std::regex closing("^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$");
    EXPECT_EQ(std::count_if(lines.begin(), lines.end(),
                            [&](const std::string& line) { return std::regex_match(line, closing); }),
              1);
}

TEST(Console, AnEmptyRunStillEndsInTheSameWay) {
    FakeTerminal pipe;
    Reports reports(std::make_unique<Console>(pipe));
    reports.run_started({});
    EXPECT_TRUE(reports.run_finished({}).empty());
    EXPECT_THAT(pipe.written, EndsWith("0 passed, 0 failed, 0 skipped\nknown failures: 0\n"));
}

TEST(Console, AnInterruptedRunSaysWhatIsMissing) {
    FakeTerminal pipe;
    Reports reports(std::make_unique<Console>(pipe));
    reports.run_started(fixture::plan());
    reports.job_finished(fixture::passed(fixture::job("basics/list1.py", Emitter::Native, "unix-x64"), 4));
    RunFacts facts = fixture::facts();
    facts.interrupted = true;
    EXPECT_TRUE(reports.run_finished(facts).empty());
    EXPECT_THAT(pipe.written, HasSubstr("interrupted: 16 of 17 jobs have no verdict\n"));
    EXPECT_THAT(pipe.written, HasSubstr("1 not run"));
    EXPECT_THAT(pipe.written, HasSubstr("1 passed, 0 failed, 4 skipped\n"));
}

TEST(Console, ManyFailuresAreListedBeyondTheFirst) {
    RunRecord record;
    for (int i = 0; i < 5; ++i) {
        JobResult result =
            fixture::result(fixture::job("t" + std::to_string(i) + ".py", Emitter::Native, "unix-x64"),
                            Verdict::Fail, Stage::Run, "output differs at line 1");
        record.totals.add(result);
        record.results.push_back(recorded(std::move(result)));
    }
    const std::string text = console_summary(record, 160, false, 2);
    EXPECT_THAT(text, HasSubstr("Failures: 5\n"));
    std::size_t blocks = 0;
    for (const std::string& line : lines_of(text)) blocks += line.starts_with("repeat: ") ? 1U : 0U;
    EXPECT_EQ(blocks, 2U);
    EXPECT_THAT(text, HasSubstr("FAIL  micropython:t4.py  native x64  unix-x64"));
}

TEST(Console, TroubleWithAReportIsToldButTheVerdictsArePrinted) {
    FakeTerminal pipe;
    std::vector<std::unique_ptr<Report>> others;
    others.push_back(std::make_unique<FileReport>("/dev/null/report.json", json_report));
    std::vector<Error> troubles;
    fixture::run(pipe, std::move(others), &troubles);
    ASSERT_EQ(troubles.size(), 1U);
    EXPECT_THAT(pipe.written, HasSubstr("note: report not written: cannot write /dev/null/report.json"));
    EXPECT_THAT(pipe.written, HasSubstr("4 passed, 6 failed, 6 skipped\n"));
}

TEST(Console, AFullStandardOutputIsReported) {
    FakeTerminal pipe;
    pipe.fails = true;
    std::vector<Error> troubles;
    fixture::run(pipe, {}, &troubles);
    ASSERT_EQ(troubles.size(), 1U);
    EXPECT_THAT(troubles[0].text(), HasSubstr("No space left"));
}

TEST(Console, ToldToSayMoreItHasALineForEveryResult) {
    FakeTerminal pipe;
    ConsoleOptions options;
    options.verbose = true;
    Reports reports(std::make_unique<Console>(pipe, options));
    reports.run_started(fixture::plan());
    for (JobResult& result : fixture::results()) reports.job_finished(std::move(result));
    for (const char* line :
         {"\npass  micropython:basics/list1.py  native x64  unix-x64  mpy-cross-1.25.0\n",
          "\nskip  micropython:extmod/ssl.py", "\nunsupported  micropython:basics/try_reraise.py",
          "\nchecked  micropython:basics/list1.py", "\nKNOWN FAILURE  conformance:limits/locals.py[n=128]",
          "\nFLAKY  micropython:thread/stress_recurse.py", "\nFAIL  micropython:basics/int1.py"})
        EXPECT_THAT(pipe.written, HasSubstr(line));
}

TEST(Progress, TellsTheTimeLeftFromKnownDurations) {
    PlanSummary plan;
    std::vector<Job> jobs;
    for (int i = 0; i < 3; ++i)
        jobs.push_back(fixture::job("t" + std::to_string(i), Emitter::Native, "unix-x64"));
    plan.jobs = {{jobs[0], 30s}, {jobs[1], 10s}, {jobs[2], 0s}};  // the unknown one counts as the mean, 20 s
    Progress progress;
    const Progress::Time start{};
    progress.run_started(plan, start);
    EXPECT_FALSE(progress.time_left(start + 5s));
    progress.job_started(jobs[0], start);
    progress.job_started(jobs[1], start);
    progress.job_finished(fixture::passed(jobs[0], 1));
    EXPECT_EQ(progress.time_left(start + 30s),
              30s);  // two workers: 30 s of work took 30 s, 30 s of work are left
    EXPECT_EQ(progress.live_line(start + 30s),
              "[1/3] 1 passed, 0 failed, 0 skipped | 0:30 left | 1 running: t1 native unix-x64 (30 s)");
    EXPECT_FALSE(progress.time_left(start + 500ms));
}

TEST(Progress, WritesTimesAsAClock) {
    EXPECT_EQ(clock_text(42s), "0:42");
    EXPECT_EQ(clock_text(725s), "12:05");
    EXPECT_EQ(clock_text(3723s), "1:02:03");
}

TEST(Matrix, NamesArchAndCompilerOnlyWhereATargetHasSeveral) {
    RunRecord record;
    const auto add = [&](const char* target, const char* arch, const char* compiler) {
        record.results.push_back(
            recorded(fixture::passed(fixture::job("a.py", Emitter::Native, target, arch, compiler), 1)));
    };
    add("one", "x64", "c1");
    add("archs", "armv6m", "c1");
    add("archs", "armv7m", "c1");
    add("compilers", "x64", "c1");
    add("compilers", "x64", "c2");
    EXPECT_THAT(make_matrix(record).rows,
                ::testing::UnorderedElementsAre("one", "archs armv6m", "archs armv7m", "compilers c1",
                                                "compilers c2"));
}

}  // namespace
}  // namespace harness
