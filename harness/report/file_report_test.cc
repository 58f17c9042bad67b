#include "harness/report/file_report.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <nlohmann/json.hpp>
#include <sstream>

#include "harness/report/fixture.h"
#include "harness/report/golden.h"

namespace harness {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

const RunRecord& finished_run() {
    static fixture::FakeTerminal terminal;
    static const std::unique_ptr<Reports> reports = fixture::run(terminal);
    return reports->record();
}

TEST(JsonReport, AWholeRun) {
    golden::expect_text("report.json", json_report(finished_run()));
}

TEST(JsonReport, HoldsEveryResultAndEveryDroppedJobSortedByKey) {
    const json report = json::parse(json_report(finished_run()));
    ASSERT_EQ(report["results"].size(), fixture::results().size());
    ASSERT_EQ(report["dropped"].size(), fixture::plan().dropped.size());
    for (const char* list : {"results", "dropped"})
        for (std::size_t i = 1; i < report[list].size(); ++i)
            EXPECT_LT(report[list][i - 1]["key"], report[list][i]["key"]);
}

TEST(JsonReport, OutputThatIsNotTextIsKeptWhole) {
    const json report = json::parse(json_report(finished_run()));
    for (const json& result : report["results"]) {
        if (result["test"] != "basics/int1.py") continue;
        EXPECT_THAT(result["actual"].get<std::string>(), HasSubstr("thr\x1b[31m\\xff"));
        EXPECT_THAT(result["actual_hex"].get<std::string>(), HasSubstr("7468721b5b33316dff00"));
        EXPECT_FALSE(result.contains("expected_hex"));
        return;
    }
    FAIL() << "the result is not there";
}

TEST(JsonReport, TwoRunsDifferOnlyInWhatCanBeStripped) {
    fixture::FakeTerminal terminal;
    Reports reports(std::make_unique<Console>(terminal));
    reports.run_started(fixture::plan());
    std::vector<JobResult> results = fixture::results();
    std::reverse(results.begin(), results.end());
    for (JobResult& result : results) {
        result.timings.run_wall *= 3;
        result.timings.compile_cached = true;
        result.outcome.peak_memory_bytes += 4096;
        reports.job_finished(std::move(result));
    }
    RunFacts facts = fixture::facts();
    facts.wall *= 2;
    facts.artifacts = {14, 0};
    EXPECT_TRUE(reports.run_finished(facts).empty());
    const auto stripped = [](const RunRecord& record) {
        json report = json::parse(json_report(record));
        report.erase("run");
        for (json& result : report["results"]) result.erase("measured");
        return report.dump(1);
    };
    EXPECT_NE(json_report(finished_run()), json_report(reports.record()));
    EXPECT_EQ(stripped(finished_run()), stripped(reports.record()));
}

TEST(JsonReport, LongOutputIsCutAndSaysHowLongItWas) {
    JobResult result = fixture::output_differs();
    result.judgement.actual = std::string(10 * kKeptOctets, 'a');
    RunRecord record;
    record.results.push_back(recorded(std::move(result)));
    const json report = json::parse(json_report(record));
    EXPECT_EQ(report["results"][0]["actual"].get<std::string>().size(), kKeptOctets);
    EXPECT_EQ(report["results"][0]["actual_octets"], 10 * kKeptOctets);
}

TEST(JUnitReport, AWholeRun) {
    golden::expect_text("report.xml", junit_report(finished_run()));
}

TEST(JUnitReport, IsXmlAndItsCountsAgree) {
    JobResult hostile = fixture::output_differs();
    for (int i = 0; i < 256; ++i) hostile.judgement.reason += static_cast<char>(i);
    hostile.judgement.reason += "]]>\xef\xbf\xbe";
    RunRecord record = finished_run();
    record.results.push_back(recorded(std::move(hostile)));
    const std::string text = junit_report(record);
    for (const char c : text) EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n');
    std::istringstream stream(text);
    boost::property_tree::ptree tree;
    ASSERT_NO_THROW(boost::property_tree::read_xml(stream, tree));
    std::size_t cases = 0;
    std::map<std::string, std::size_t> elements;
    for (const auto& [tag, suite] : tree.get_child("testsuites")) {
        if (tag != "testsuite") continue;
        std::size_t in_suite = 0;
        for (const auto& [inner_tag, testcase] : suite) {
            if (inner_tag != "testcase") continue;
            ++in_suite;
            for (const auto& element : testcase) ++elements[element.first];
        }
        EXPECT_EQ(suite.get<std::size_t>("<xmlattr>.tests"), in_suite);
        cases += in_suite;
    }
    EXPECT_EQ(cases,
              record.results.size() + record.plan.dropped.size() + record.plan.expired_quarantine.size());
    EXPECT_EQ(tree.get<std::size_t>("testsuites.<xmlattr>.tests"), cases);
    EXPECT_EQ(tree.get<std::size_t>("testsuites.<xmlattr>.failures"), elements["failure"]);
    EXPECT_EQ(tree.get<std::size_t>("testsuites.<xmlattr>.errors"), elements["error"]);
    EXPECT_EQ(tree.get<std::size_t>("testsuites.<xmlattr>.skipped"), elements["skipped"]);
    EXPECT_EQ(elements["failure"], 8U);
}

TEST(FileReport, WritesWholeFilesAndSaysWhyItCannot) {
    const auto folder = TemporaryDirectory::create("report-test-");
    ASSERT_TRUE(folder);
    FileReport report(folder->path() / "new" / "report.json", json_report);
    ASSERT_TRUE(report.run_finished(finished_run()));
    EXPECT_EQ(read_file(folder->path() / "new" / "report.json").value(), json_report(finished_run()));
    FileReport impossible(folder->path() / "new" / "report.json" / "x.json", json_report);
    const auto result = impossible.run_finished(finished_run());
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().text(), HasSubstr("x.json"));
}

TEST(FileReport, APathThatCannotBeWrittenIsFoundBeforeTheRun) {
    const auto folder = TemporaryDirectory::create("report-test-");
    ASSERT_TRUE(folder);
    EXPECT_TRUE(check_report_path(folder->path() / "a" / "report.json"));
    EXPECT_FALSE(check_report_path(folder->path()));
    EXPECT_FALSE(check_report_path("/dev/null/report.json"));
}

}  // namespace
}  // namespace harness
