#include "harness/report/report_reader.h"

#include <gmock/gmock.h>

#include "harness/report/file_report.h"
#include "harness/report/fixture.h"

namespace harness {
namespace {

using ::testing::HasSubstr;

RunRecord finished_run() {
    fixture::FakeTerminal terminal;
    return fixture::run(terminal)->record();
}

std::string refusal(std::string text) {
    const auto record = read_report(text, "r.json");
    return record ? "accepted" : record.error().text();
}

std::string with(std::string text, const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

TEST(ReportReader, GivesBackWhatWasWritten) {
    const std::string text = json_report(finished_run());
    const auto record = read_report(text, "r.json");
    ASSERT_TRUE(record) << record.error().text();
    EXPECT_EQ(json_report(*record), text);
}

TEST(ReportReader, GivesBackAShardThatWasInterrupted) {
    RunRecord interrupted = finished_run();
    interrupted.plan.shard = "2/3";
    interrupted.plan.whole = WholePlan{30, 60, 5, "0123"};
    interrupted.facts.interrupted = true;
    interrupted.not_run = {"micropython:basics/a b.py source bytecode - - unix-x64",
                           "micropython:basics/x.py mpy native x64 mpy-cross-1.25.0 unix-x64"};
    interrupted.totals.planned += 2;
    const std::string text = json_report(interrupted);
    const auto record = read_report(text, "r.json");
    ASSERT_TRUE(record) << record.error().text();
    EXPECT_EQ(json_report(*record), text);
    EXPECT_EQ(record->plan.whole, interrupted.plan.whole);
    EXPECT_EQ(record->plan.jobs.back().job.emitter, Emitter::Native);
    EXPECT_EQ(record->plan.jobs[record->plan.jobs.size() - 2].job.test->id, "basics/a b.py");
}

TEST(ReportReader, GivesBackOctetsThatAreNoText) {
    RunRecord run;
    run.results.push_back(recorded(fixture::output_differs()));
    run.totals = totals_of(run.plan, run.results);
    run.totals.planned = 1;
    const auto record = read_report(json_report(run), "r.json");
    ASSERT_TRUE(record) << record.error().text();
    EXPECT_EQ(record->results[0].result.judgement.actual, fixture::output_differs().judgement.actual);
}

TEST(ReportReader, RefusesWhatIsNoReportOrContradictsItself) {
    const std::string text = json_report(finished_run());
    EXPECT_THAT(refusal(""), HasSubstr("r.json is no report that can be used"));
    EXPECT_THAT(refusal("[]"), HasSubstr("no \"schema\""));
    EXPECT_THAT(refusal(text.substr(0, text.size() / 2)), HasSubstr("r.json is no report"));
    EXPECT_THAT(refusal(with(text, "\"schema\": 1", "\"schema\": 2")), HasSubstr("schema is 2"));
    EXPECT_THAT(refusal(with(text, "\"verdict\":\"timeout\"", "\"verdict\":\"pass\"")),
                HasSubstr("by its verdict it is passed"));
    EXPECT_THAT(refusal(with(text, "\"stage\":\"run\"", "\"stage\":\"walk\"")),
                HasSubstr("\"walk\" is not known"));
    EXPECT_THAT(refusal(with(text, "\"finished\": 17", "\"finished\": 18")), HasSubstr("there are 17"));
}

}  // namespace
}  // namespace harness
