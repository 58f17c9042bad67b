#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "harness/report/file_report.h"
#include "harness/report/text.h"

namespace harness {
namespace {

// Keys keep the order in which they are written here.
using Json = nlohmann::ordered_json;

constexpr int kSchema = 1;

double seconds(std::chrono::nanoseconds time) {
    // Microseconds are as precise as anything here is measured.
    return std::round(std::chrono::duration<double, std::micro>(time).count()) / 1e6;
}

Json texts(const std::map<std::string, std::string>& map) {
    Json result = Json::object();
    for (const auto& [key, value] : map) result[as_utf8(key)] = as_utf8(value);
    return result;
}

Json text_list(const auto& list) {
    Json result = Json::array();
    for (const std::string& element : list) result.push_back(as_utf8(element));
    return result;
}

/// Output octets: readable as text, and as hexadecimal digits when text cannot hold them.
void put_octets(Json& object, const std::string& key, const std::string& octets, std::size_t whole_length) {
    object[key] = as_utf8(octets);
    if (!is_utf8(octets)) {
        std::string digits;
        for (const char c : octets) digits += fmt::format("{:02x}", static_cast<unsigned char>(c));
        object[key + "_hex"] = std::move(digits);
    }
    if (octets.size() != whole_length) object[key + "_octets"] = whole_length;
}

Json capabilities_json(const Capabilities& found) {
    return {{"platform", as_utf8(found.platform)},
            {"build", as_utf8(found.build)},
            {"release", as_utf8(found.release)},
            {"arch", as_utf8(found.arch)},
            {"arch_flags", found.arch_flags},
            {"mpy_version", found.mpy_version},
            {"mpy_sub_version", found.mpy_sub_version},
            {"small_int_bits", found.small_int_bits},
            {"thread", as_utf8(found.thread)},
            {"float_bits", found.float_bits},
            {"unicode", found.unicode},
            {"error_reporting", as_utf8(found.error_reporting)},
            {"byte_order", as_utf8(found.byte_order)},
            {"inline_asm", as_utf8(found.inline_asm)},
            {"inline_asm_features", text_list(found.inline_asm_features)},
            {"features", text_list(found.features)}};
}

Json target_json(const TargetSummary& target) {
    const TargetDescription& description = target.description;
    Json result{{"name", as_utf8(description.name)},
                {"runtime", as_utf8(description.runtime)},
                {"machine", as_utf8(description.machine)},
                {"release", as_utf8(description.release)},
                {"arch", as_utf8(description.arch)},
                {"accepts", text_list(description.accepts)},
                {"compiler_release", as_utf8(description.compiler_release)},
                {"checks_only", description.checks_only},
                {"packages", texts(description.packages)}};
    if (!description.unavailable.empty()) result["unavailable"] = as_utf8(description.unavailable);
    if (target.lost) result["lost"] = true;
    if (target.capabilities) result["capabilities"] = capabilities_json(*target.capabilities);
    return result;
}

Json environment_json(const Environment& environment) {
    Json compilers = Json::array();
    for (const CompilerSummary& compiler : environment.compilers)
        compilers.push_back({{"name", as_utf8(compiler.name)},
                             {"release", as_utf8(compiler.release)},
                             {"version", as_utf8(compiler.version)},
                             {"package", as_utf8(compiler.package)},
                             {"path", as_utf8(compiler.path)},
                             {"hash", as_utf8(compiler.hash)}});
    Json targets = Json::array();
    for (const TargetSummary& target : environment.targets) targets.push_back(target_json(target));
    return {{"cpython", as_utf8(environment.cpython)},
            {"cpython_path", as_utf8(environment.cpython_path)},
            {"hash_seed", as_utf8(environment.hash_seed)},
            {"compilers", std::move(compilers)},
            {"targets", std::move(targets)},
            {"tools", texts(environment.tools)},
            {"trees", texts(environment.trees)}};
}

Json job_json(const Job& job) {
    return {{"key", as_utf8(job.key())},         {"suite", as_utf8(job.test->suite)},
            {"test", as_utf8(job.test->id)},     {"mode", word(job.mode)},
            {"emitter", word(job.emitter)},      {"arch", as_utf8(job.arch)},
            {"compiler", as_utf8(job.compiler)}, {"target", as_utf8(job.target)}};
}

Json dropped_json(const DroppedJob& dropped) {
    Json result = job_json(dropped.job);
    result["verdict"] = word(dropped.verdict);
    result["reason"] = as_utf8(dropped.reason);
    return result;
}

Json outcome_json(const Outcome& outcome) {
    Json result{{"ending", word(outcome.ending)}};
    if (outcome.ending == Ending::Exited) result["exit_code"] = outcome.exit_code;
    if (outcome.ending == Ending::Signalled) result["signal"] = signal_name(outcome.signal_number);
    if (outcome.output_truncated) result["output_truncated"] = true;
    if (!outcome.trouble.empty()) result["trouble"] = as_utf8(outcome.trouble);
    if (!outcome.fault_report.empty()) result["fault_report"] = as_utf8(outcome.fault_report);
    return result;
}

std::string_view word_of(KnownFailureNote::State state) {
    switch (state) {
        case KnownFailureNote::State::Matches:
            return "matches";
        case KnownFailureNote::State::Changed:
            return "changed";
        case KnownFailureNote::State::Gone:
            break;
    }
    return "gone";
}

Json result_json(const RecordedResult& recorded) {
    const JobResult& result = recorded.result;
    const Judgement& judgement = result.judgement;
    Json json = job_json(result.job);
    json["verdict"] = word(judgement.verdict);
    json["standing"] = word(standing_of(result));
    json["stage"] = word(judgement.stage);
    json["reason"] = as_utf8(judgement.reason);
    json["cases"] = judgement.cases;
    if (judgement.stage == Stage::Load || judgement.stage == Stage::Run || !result.outcome.trouble.empty())
        json["outcome"] = outcome_json(result.outcome);
    if (recorded.expected_octets != 0 && !judgement.expected.empty())
        put_octets(json, "expected", judgement.expected, recorded.expected_octets);
    if (recorded.actual_octets != 0 && !judgement.actual.empty())
        put_octets(json, "actual", judgement.actual, recorded.actual_octets);
    if (!recorded.difference.empty()) json["difference"] = as_utf8(recorded.difference);
    if (result.known_failure)
        json["known_failure"] = {{"state", word_of(result.known_failure->state)},
                                 {"reason", as_utf8(result.known_failure->reason)},
                                 {"entry", as_utf8(result.known_failure->entry)}};
    if (result.flaky) json["flaky"] = as_utf8(*result.flaky);
    if (result.quarantine)
        json["quarantine"] = {{"reason", as_utf8(result.quarantine->reason)},
                              {"entry", as_utf8(result.quarantine->entry)},
                              {"expires", result.quarantine->expires}};
    if (result.artifact_bytes != 0) json["artifact_bytes"] = result.artifact_bytes;
    if (!result.repeat_command.empty()) json["repeat"] = as_utf8(result.repeat_command);
    json["measured"] = {{"compile_seconds", seconds(result.timings.compile)},
                        {"compile_cached", result.timings.compile_cached},
                        {"oracle_seconds", seconds(result.timings.oracle)},
                        {"oracle_cached", result.timings.oracle_cached},
                        {"run_wall_seconds", seconds(result.timings.run_wall)},
                        {"run_cpu_seconds", seconds(result.timings.run_cpu)},
                        {"peak_memory_bytes", result.outcome.peak_memory_bytes}};
    if (!result.outcome_of.empty()) json["measured"]["outcome_of"] = as_utf8(result.outcome_of);
    return json;
}

Json plan_json(const PlanSummary& plan) {
    Json json{{"tests", plan.tests}, {"shard", as_utf8(plan.shard)}};
    if (plan.whole)
        json["whole"] = {{"tests", plan.whole->tests},
                         {"jobs", plan.whole->jobs},
                         {"dropped", plan.whole->dropped},
                         {"fingerprint", plan.whole->fingerprint}};
    if (!plan.expired_quarantine.empty()) json["expired_quarantine"] = text_list(plan.expired_quarantine);
    return json;
}

Json totals_json(const Totals& totals) {
    Json standings = Json::object();
    for (const Standing standing : kStandings) standings[std::string(word(standing))] = totals[standing];
    Json verdicts = Json::object();
    for (const Verdict verdict : kVerdicts) verdicts[std::string(word(verdict))] = totals[verdict];
    return {{"planned", totals.planned},
            {"finished", totals.finished},
            {"dropped", totals.dropped},
            {"cases", totals.cases},
            {"standings", std::move(standings)},
            {"verdicts", std::move(verdicts)},
            {"known_failures",
             {{"matching", totals[Standing::Known]},
              {"changed", totals.known_changed},
              {"gone", totals.known_gone}}}};
}

Json cache_json(const CacheCounts& counts) {
    return {{"hits", counts.hits}, {"misses", counts.misses}};
}

/// Where the time of all jobs went: seconds, and their share in percent.
Json time_json(const RunRecord& record) {
    Timings sum;
    for (const RecordedResult& recorded : record.results) {
        const Timings& timings = recorded.result.timings;
        if (!timings.compile_cached) sum.compile += timings.compile;
        if (!timings.oracle_cached) sum.oracle += timings.oracle;
        sum.run_wall += timings.run_wall;
    }
    const double whole = seconds(sum.compile + sum.oracle + sum.run_wall);
    Json result = Json::object();
    const auto put = [&](const char* name, std::chrono::nanoseconds time) {
        const double percent = whole > 0 ? std::round(seconds(time) / whole * 1000) / 10 : 0.0;
        result[name] = {{"seconds", seconds(time)}, {"percent", percent}};
    };
    put("compile", sum.compile);
    put("oracle", sum.oracle);
    put("run", sum.run_wall);
    return result;
}

std::string utc(std::chrono::system_clock::time_point time) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(time)));
}

Json machines_json(const std::map<std::string, MachineCosts>& machines) {
    Json result = Json::object();
    for (const auto& [name, costs] : machines)
        result[as_utf8(name)] = {{"boots", costs.boots},
                                 {"boot_seconds", seconds(costs.booting)},
                                 {"runs", costs.runs},
                                 {"run_seconds", seconds(costs.running)},
                                 {"restart_seconds", seconds(costs.restarting)},
                                 {"replaced", costs.replaced},
                                 {"killed", costs.killed},
                                 {"emulator_cpu_seconds", seconds(costs.emulator_cpu)}};
    return result;
}

Json run_json(const RunRecord& record) {
    return {{"command", as_utf8(record.plan.command_line)},
            {"started_at", utc(record.facts.started_at)},
            {"wall_seconds", seconds(record.facts.wall)},
            {"workers", record.plan.workers},
            {"cache",
             {{"artifacts", cache_json(record.facts.artifacts)},
              {"expectations", cache_json(record.facts.expectations)}}},
            {"time", time_json(record)},
            {"machines", machines_json(record.facts.machines)},
            {"notes", text_list(record.facts.notes)}};
}

/// One element on a line.
template <class Range, class ToJson>
std::string lines(const Range& range, ToJson to_json) {
    std::string text = "[";
    bool first = true;
    for (const auto& element : range) {
        text += first ? "\n" : ",\n";
        first = false;
        text += to_json(element).dump();
    }
    return text + (first ? "]" : "\n]");
}

}  // namespace

std::string json_report(const RunRecord& record) {
    return compared_json_report(record, {});
}

std::string compared_json_report(const RunRecord& record, std::string_view comparison) {
    std::string text = "{\n";
    const auto put = [&](std::string_view key, const std::string& value) {
        text += fmt::format("\"{}\": {},\n", key, value);
    };
    put("schema", Json(kSchema).dump());
    put("mpyconform", Json(as_utf8(record.plan.environment.harness_version)).dump());
    put("interrupted", Json(record.facts.interrupted).dump());
    put("environment", environment_json(record.plan.environment).dump(1));
    put("plan", plan_json(record.plan).dump());
    put("totals", totals_json(record.totals).dump(1));
    put("dropped", lines(record.plan.dropped, dropped_json));
    put("results", lines(record.results, result_json));
    put("not_run", lines(record.not_run, [](const std::string& key) { return Json(as_utf8(key)); }));
    if (!comparison.empty()) put("comparison", std::string(comparison));
    return text + fmt::format("\"run\": {}\n}}\n", run_json(record).dump(1));
}

}  // namespace harness
