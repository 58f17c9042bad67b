#include "harness/report/report_reader.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <ctime>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "harness/report/reports.h"

namespace harness {
namespace {

using Json = nlohmann::json;

/// Inside this file troubles are thrown, as the JSON library does; read_report turns them into an Error.
[[noreturn]] void refuse(const std::string& what) {
    throw std::runtime_error(what);
}

std::string text_or_empty(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found == object.end() ? std::string() : found->get<std::string>();
}

std::chrono::nanoseconds duration(const Json& seconds) {
    return std::chrono::nanoseconds(std::llround(seconds.get<double>() * 1e9));
}

/// The value of an enum from `first` to `last` that is called so.
template <class Enum>
Enum named(const std::string& name, Enum first, Enum last) {
    for (int value = static_cast<int>(first); value <= static_cast<int>(last); ++value)
        if (word(static_cast<Enum>(value)) == name) return static_cast<Enum>(value);
    refuse(fmt::format("the word \"{}\" is not known", name));
}

std::string octets(const Json& object, const std::string& key) {
    const auto digits = object.find(key + "_hex");
    if (digits == object.end()) return text_or_empty(object, key.c_str());
    const auto text = digits->get<std::string>();
    std::string result;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
        unsigned value = 0;
        const auto [end, failure] = std::from_chars(text.data() + i, text.data() + i + 2, value, 16);
        if (failure != std::errc() || end != text.data() + i + 2)
            refuse(key + "_hex is no hexadecimal number");
        result += static_cast<char>(value);
    }
    return result;
}

std::size_t whole_length(const Json& object, const std::string& key, const std::string& kept) {
    return object.value(key + "_octets", kept.size());
}

Job read_job(const Json& json) {
    auto test = std::make_shared<Test>();
    test->suite = json.at("suite");
    test->id = json.at("test");
    Job job;
    job.test = std::move(test);
    job.mode = named(json.at("mode"), Mode::Source, Mode::Mpy);
    job.emitter = named(json.at("emitter"), Emitter::Bytecode, Emitter::Viper);
    job.arch = json.at("arch");
    job.compiler = json.at("compiler");
    job.target = json.at("target");
    if (const std::string key = json.at("key"); key != job.key())
        refuse(fmt::format("the job \"{}\" has the parts of \"{}\"", key, job.key()));
    return job;
}

/// A job without a verdict is named by its key alone. Its test's name may hold blanks, the words behind it do
/// not.
Job job_of_key(const std::string& key) {
    std::string words[5];  // from the end: target, compiler, arch, emitter, mode
    std::size_t end = key.size();
    for (std::string& one : words) {
        const std::size_t blank = end == 0 ? std::string::npos : key.rfind(' ', end - 1);
        if (blank == std::string::npos) refuse(fmt::format("\"{}\" is no key of a job", key));
        one = key.substr(blank + 1, end - blank - 1);
        end = blank;
    }
    const std::string test = key.substr(0, end);
    const std::size_t colon = test.find(':');
    if (colon == std::string::npos) refuse(fmt::format("\"{}\" is no key of a job", key));
    const auto or_none = [](const std::string& text) { return text == "-" ? std::string() : text; };
    return read_job({{"key", key},
                     {"suite", test.substr(0, colon)},
                     {"test", test.substr(colon + 1)},
                     {"mode", words[4]},
                     {"emitter", words[3]},
                     {"arch", or_none(words[2])},
                     {"compiler", or_none(words[1])},
                     {"target", words[0]}});
}

Verdict read_verdict(const Json& json) {
    return named(json.at("verdict"), Verdict::Pass, Verdict::Error);
}

void read_outcome(const Json& json, Outcome& outcome) {
    outcome.ending = named(json.at("ending"), Ending::Exited, Ending::Unavailable);
    outcome.exit_code = json.value("exit_code", 0);
    outcome.output_truncated = json.value("output_truncated", false);
    outcome.trouble = text_or_empty(json, "trouble");
    outcome.fault_report = text_or_empty(json, "fault_report");
    if (const std::string name = text_or_empty(json, "signal"); !name.empty()) {
        const auto number = signal_named(name);
        if (!number && !name.starts_with("signal ")) refuse(fmt::format("there is no signal \"{}\"", name));
        outcome.signal_number = number ? *number : std::stoi(name.substr(7));
    }
}

void read_notes(const Json& json, JobResult& result) {
    if (const auto known = json.find("known_failure"); known != json.end()) {
        using State = KnownFailureNote::State;
        const std::string state = known->at("state");
        if (state != "matches" && state != "changed" && state != "gone")
            refuse(fmt::format("the word \"{}\" is not known", state));
        result.known_failure = {
            state == "matches" ? State::Matches : (state == "changed" ? State::Changed : State::Gone),
            known->at("reason"), known->at("entry")};
    }
    if (const auto note = json.find("quarantine"); note != json.end())
        result.quarantine = {note->at("reason"), note->at("entry"), note->at("expires")};
    if (const auto flaky = json.find("flaky"); flaky != json.end()) result.flaky = flaky->get<std::string>();
}

RecordedResult read_result(const Json& json) {
    RecordedResult recorded;
    JobResult& result = recorded.result;
    Judgement& judgement = result.judgement;
    result.job = read_job(json);
    judgement.verdict = read_verdict(json);
    judgement.stage = named(json.at("stage"), Stage::Plan, Stage::Run);
    judgement.reason = json.at("reason");
    judgement.cases = json.at("cases");
    judgement.expected = octets(json, "expected");
    judgement.actual = octets(json, "actual");
    recorded.expected_octets = whole_length(json, "expected", judgement.expected);
    recorded.actual_octets = whole_length(json, "actual", judgement.actual);
    recorded.difference = text_or_empty(json, "difference");
    if (const auto outcome = json.find("outcome"); outcome != json.end())
        read_outcome(*outcome, result.outcome);
    read_notes(json, result);
    result.artifact_bytes = json.value("artifact_bytes", std::size_t{0});
    result.repeat_command = text_or_empty(json, "repeat");
    const Json& measured = json.at("measured");
    result.timings.compile = duration(measured.at("compile_seconds"));
    result.timings.compile_cached = measured.at("compile_cached");
    result.timings.oracle = duration(measured.at("oracle_seconds"));
    result.timings.oracle_cached = measured.at("oracle_cached");
    result.timings.run_wall = duration(measured.at("run_wall_seconds"));
    result.timings.run_cpu = duration(measured.at("run_cpu_seconds"));
    result.outcome.peak_memory_bytes = measured.at("peak_memory_bytes");
    if (const std::string standing = json.at("standing"); standing != word(standing_of(result)))
        refuse(fmt::format("\"{}\" stands as {}, but by its verdict it is {}", result.job.key(), standing,
                           word(standing_of(result))));
    return recorded;
}

Capabilities read_capabilities(const Json& json) {
    Capabilities found;
    found.platform = json.at("platform");
    found.build = json.at("build");
    found.release = json.at("release");
    found.arch = json.at("arch");
    found.arch_flags = json.at("arch_flags");
    found.mpy_version = json.at("mpy_version");
    found.mpy_sub_version = json.at("mpy_sub_version");
    found.small_int_bits = json.at("small_int_bits");
    found.thread = json.at("thread");
    found.float_bits = json.at("float_bits");
    found.unicode = json.at("unicode");
    found.error_reporting = json.at("error_reporting");
    found.byte_order = json.at("byte_order");
    found.inline_asm = json.at("inline_asm");
    json.at("inline_asm_features").get_to(found.inline_asm_features);
    json.at("features").get_to(found.features);
    return found;
}

TargetSummary read_target(const Json& json) {
    TargetSummary target;
    TargetDescription& description = target.description;
    description.name = json.at("name");
    description.runtime = json.at("runtime");
    description.machine = json.at("machine");
    description.release = json.at("release");
    description.arch = json.at("arch");
    json.at("accepts").get_to(description.accepts);
    description.compiler_release = json.at("compiler_release");
    description.checks_only = json.at("checks_only");
    json.at("packages").get_to(description.packages);
    description.unavailable = text_or_empty(json, "unavailable");
    target.lost = json.value("lost", false);
    if (const auto found = json.find("capabilities"); found != json.end())
        target.capabilities = read_capabilities(*found);
    return target;
}

Environment read_environment(const Json& report) {
    const Json& json = report.at("environment");
    Environment environment;
    environment.harness_version = report.at("mpyconform");
    environment.cpython = json.at("cpython");
    environment.cpython_path = json.at("cpython_path");
    environment.hash_seed = json.at("hash_seed");
    for (const Json& one : json.at("compilers"))
        environment.compilers.push_back({one.at("name"), one.at("release"), one.at("version"),
                                         one.at("package"), one.at("path"), one.at("hash")});
    for (const Json& one : json.at("targets")) environment.targets.push_back(read_target(one));
    json.at("tools").get_to(environment.tools);
    json.at("trees").get_to(environment.trees);
    return environment;
}

void read_plan(const Json& report, PlanSummary& plan) {
    const Json& json = report.at("plan");
    plan.environment = read_environment(report);
    plan.tests = json.at("tests");
    plan.shard = json.at("shard");
    if (const auto whole = json.find("whole"); whole != json.end())
        plan.whole =
            WholePlan{whole->at("tests"), whole->at("jobs"), whole->at("dropped"), whole->at("fingerprint")};
    if (const auto lines = json.find("expired_quarantine"); lines != json.end())
        lines->get_to(plan.expired_quarantine);
    for (const Json& one : report.at("dropped"))
        plan.dropped.push_back({read_job(one), read_verdict(one), one.at("reason")});
    const Json& run = report.at("run");
    plan.workers = run.at("workers");
    plan.command_line = run.at("command");
}

std::chrono::system_clock::time_point read_time(const std::string& text) {
    std::tm parts{};
    const char* end = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
    if (end == nullptr || *end != '\0') refuse(fmt::format("\"{}\" is no time", text));
    return std::chrono::system_clock::from_time_t(timegm(&parts));
}

RunFacts read_facts(const Json& report) {
    const Json& run = report.at("run");
    RunFacts facts;
    facts.interrupted = report.at("interrupted");
    facts.started_at = read_time(run.at("started_at"));
    facts.wall = duration(run.at("wall_seconds"));
    const auto counts = [](const Json& json) { return CacheCounts{json.at("hits"), json.at("misses")}; };
    facts.artifacts = counts(run.at("cache").at("artifacts"));
    facts.expectations = counts(run.at("cache").at("expectations"));
    for (const auto& [name, json] : run.at("machines").items())
        facts.machines[name] = {json.at("boots"),
                                duration(json.at("boot_seconds")),
                                json.at("runs"),
                                duration(json.at("run_seconds")),
                                duration(json.at("restart_seconds")),
                                json.at("replaced"),
                                json.at("killed"),
                                duration(json.at("emulator_cpu_seconds"))};
    run.at("notes").get_to(facts.notes);
    return facts;
}

void check_totals(const Json& json, const Totals& counted) {
    const auto check = [&](const char* key, std::size_t number) {
        if (json.at(key) != number)
            refuse(fmt::format("its totals say {} {}, but there are {}", json.at(key).dump(), key, number));
    };
    check("planned", counted.planned);
    check("finished", counted.finished);
    check("dropped", counted.dropped);
}

RunRecord read_record(const Json& report) {
    if (!report.is_object() || !report.contains("schema")) refuse("there is no \"schema\" in it");
    if (report.at("schema") != 1)
        refuse(fmt::format("its schema is {}, this mpyconform reads schema 1", report.at("schema").dump()));
    RunRecord record;
    read_plan(report, record.plan);
    record.facts = read_facts(report);
    for (const Json& one : report.at("results")) {
        record.results.push_back(read_result(one));
        record.plan.jobs.push_back({record.results.back().result.job});
    }
    for (const Json& key : report.at("not_run")) {
        record.not_run.push_back(key.get<std::string>());
        record.plan.jobs.push_back({job_of_key(record.not_run.back())});
    }
    record.totals = totals_of(record.plan, record.results);
    check_totals(report.at("totals"), record.totals);
    return record;
}

}  // namespace

Result<RunRecord> read_report(std::string_view text, const std::string& file) {
    try {
        return read_record(Json::parse(text));
    } catch (const std::exception& trouble) {
        return configuration_error(
            fmt::format("{} is no report that can be used: {}. Expected is a whole file that --json wrote",
                        file, trouble.what()));
    }
}

}  // namespace harness
