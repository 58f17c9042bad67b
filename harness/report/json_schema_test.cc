// Holds real reports against docs/report.schema.json. The checker knows the keywords that the schema uses and
// fails on any other, so that no part of the schema is silently ignored.
#include <gmock/gmock.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "harness/base/files.h"
#include "harness/report/comparison.h"
#include "harness/report/file_report.h"
#include "harness/report/fixture.h"

namespace harness {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

class SchemaCheck {
  public:
    explicit SchemaCheck(json schema) : schema_(std::move(schema)) {}

    std::string first_trouble(const json& value) {
        trouble_.clear();
        check(schema_, value, "$");
        return trouble_;
    }

  private:
    void fail(const std::string& place, const std::string& what) {
        if (trouble_.empty()) trouble_ = place + ": " + what;
    }

    static bool has_type(const json& value, const std::string& type) {
        if (type == "object") return value.is_object();
        if (type == "array") return value.is_array();
        if (type == "string") return value.is_string();
        if (type == "boolean") return value.is_boolean();
        if (type == "integer") return value.is_number_integer();
        return type == "number" && value.is_number();
    }

    void check(const json& schema, const json& value, const std::string& place) {
        for (const auto& [keyword, rule] : schema.items()) {
            if (keyword == "$ref") {
                check(schema_.at(json::json_pointer(rule.get<std::string>().substr(1))), value, place);
            } else if (keyword == "type") {
                if (!has_type(value, rule)) return fail(place, "is not of type " + rule.get<std::string>());
            } else if (keyword == "const") {
                if (value != rule) fail(place, "is not " + rule.dump());
            } else if (keyword == "enum") {
                if (std::find(rule.begin(), rule.end(), value) == rule.end())
                    fail(place, value.dump() + " is not allowed");
            } else if (keyword == "minimum") {
                if (value < rule) fail(place, "is below " + rule.dump());
            } else if (keyword == "pattern") {
                if (!std::regex_search(value.get<std::string>(), std::regex(rule.get<std::string>())))
                    fail(place, value.dump() + " does not match");
            } else if (keyword == "items") {
                for (std::size_t i = 0; i < value.size(); ++i)
                    check(rule, value[i], place + "[" + std::to_string(i) + "]");
            } else if (keyword == "required") {
                for (const json& key : rule)
                    if (!value.contains(key.get<std::string>())) fail(place, key.dump() + " is missing");
            } else if (keyword == "properties") {
                for (const auto& [key, inner] : rule.items())
                    if (value.contains(key)) check(inner, value[key], place + "." + key);
            } else if (keyword == "additionalProperties") {
                check_others(schema, rule, value, place);
            } else if (keyword != "$schema" && keyword != "title" && keyword != "description" &&
                       keyword != "definitions") {
                fail(place, "the schema uses a keyword that this test does not know: " + keyword);
            }
        }
    }

    void check_others(const json& schema, const json& rule, const json& value, const std::string& place) {
        for (const auto& [key, inner] : value.items()) {
            if (schema.contains("properties") && schema["properties"].contains(key)) continue;
            if (rule.is_boolean())
                fail(place, "the key \"" + key + "\" is not in the schema");
            else
                check(rule, inner, place + "." + key);
        }
    }

    json schema_;
    std::string trouble_;
};

json schema() {
    const auto text = read_file(std::string(MPYCONFORM_SOURCE_DIR) + "/docs/report.schema.json");
    return json::parse(text.value());
}

json report() {
    fixture::FakeTerminal terminal;
    return json::parse(json_report(fixture::run(terminal)->record()));
}

TEST(JsonSchema, ARealReportFollowsIt) {
    EXPECT_EQ(SchemaCheck(schema()).first_trouble(report()), "");
}

TEST(JsonSchema, AComparisonFollowsIt) {
    fixture::FakeTerminal terminal;
    const auto run = fixture::run(terminal);
    RunRecord before = run->record();
    before.results.erase(before.results.begin(), before.results.begin() + 2);
    before.plan.environment.targets[2].description.unavailable.clear();
    const ComparedRun base{"before", &before, {{"unix-x64", {1, 2, 3}}}, {}};
    const ComparedRun head{"after", &run->record(), {{"unix-x64", {4, 5, 6}}}, {}};
    const Comparison comparison = compare_runs(base, head);
    EXPECT_FALSE(comparison.newly_failing.empty());
    EXPECT_FALSE(comparison.lost.empty());
    EXPECT_FALSE(comparison.artifacts.empty());
    const json compared = json::parse(compared_json_report(run->record(), comparison_json(comparison)));
    EXPECT_TRUE(compared.contains("comparison"));
    EXPECT_EQ(SchemaCheck(schema()).first_trouble(compared), "");
}

TEST(JsonSchema, AnInterruptedRunAndAnEmptyOneFollowIt) {
    fixture::FakeTerminal terminal;
    Reports reports(std::make_unique<Console>(terminal));
    PlanSummary plan = fixture::plan();
    RunFacts facts = fixture::facts();
    facts.interrupted = true;
    plan.shard = "1/3";
    plan.whole = WholePlan{40, 90, 12, "0123"};
    reports.run_started(plan);
    EXPECT_TRUE(reports.run_finished(facts).empty());
    const json interrupted = json::parse(json_report(reports.record()));
    EXPECT_EQ(SchemaCheck(schema()).first_trouble(interrupted), "");
    EXPECT_EQ(interrupted["interrupted"], true);
    EXPECT_EQ(interrupted["not_run"].size(), fixture::plan().jobs.size());
    EXPECT_EQ(SchemaCheck(schema()).first_trouble(json::parse(json_report(RunRecord{}))), "");
}

TEST(JsonSchema, RefusesWhatIsWrong) {
    SchemaCheck check(schema());
    json wrong = report();
    wrong["results"][3]["verdict"] = "maybe";
    EXPECT_THAT(check.first_trouble(wrong), HasSubstr("results[3].verdict"));
    wrong = report();
    wrong["totals"]["verdicts"].erase("pass");
    EXPECT_THAT(check.first_trouble(wrong), HasSubstr("totals.verdicts: \"pass\" is missing"));
    wrong = report();
    wrong["surprise"] = 1;
    EXPECT_THAT(check.first_trouble(wrong), HasSubstr("\"surprise\" is not in the schema"));
    wrong = report();
    wrong["run"]["started_at"] = "yesterday";
    EXPECT_THAT(check.first_trouble(wrong), HasSubstr("run.started_at"));
    wrong = report();
    wrong["results"][0]["cases"] = "7";
    EXPECT_THAT(check.first_trouble(wrong), HasSubstr("not of type integer"));
}

TEST(JsonSchema, NamesEveryWordThatTheRunnerHas) {
    const json result = schema()["definitions"]["result"]["properties"];
    std::set<std::string> words;
    for (const Verdict verdict : kVerdicts) words.emplace(word(verdict));
    EXPECT_EQ(result["verdict"]["enum"].get<std::set<std::string>>(), words);
    words.clear();
    for (const Standing standing : kStandings) words.emplace(word(standing));
    EXPECT_EQ(result["standing"]["enum"].get<std::set<std::string>>(), words);
    words.clear();
    for (int i = 0; i <= static_cast<int>(Stage::Run); ++i) words.emplace(word(static_cast<Stage>(i)));
    EXPECT_EQ(result["stage"]["enum"].get<std::set<std::string>>(), words);
    words.clear();
    for (int i = 0; i <= static_cast<int>(Ending::Unavailable); ++i)
        words.emplace(word(static_cast<Ending>(i)));
    EXPECT_EQ(schema()["definitions"]["outcome"]["properties"]["ending"]["enum"].get<std::set<std::string>>(),
              words);
}

}  // namespace
}  // namespace harness
