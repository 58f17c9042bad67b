#include "harness/report/stock_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/base/files.h"
#include "harness/report/text.h"

namespace harness {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
    return text;
}

/// Ids of MicroPython's tests stand as they are; ours carry their suite.
std::string name_of(const Job& job) {
    return job.test->suite == "micropython" ? job.test->id
                                            : fmt::format("{}:{}", job.test->suite, job.test->id);
}

/// "unix-x64-native-x64-mpy-cross-1.25.0".
std::string combination_of(const Job& job) {
    std::string text = fmt::format("{}-{}", job.target, job.row());
    for (const std::string* part : {&job.arch, &job.compiler})
        if (!part->empty()) text += "-" + *part;
    return replaced(std::move(text), " ", "-");
}

/// The worst counts. Source of the words: test-conventions 7.6.
int weight(std::string_view result) {
    constexpr std::string_view kFromBest[] = {"skip", "pass", "ignored", "fail"};
    return static_cast<int>(std::find(std::begin(kFromBest), std::end(kFromBest), result) - kFromBest);
}

Result<void> remove_file(const fs::path& path) {
    std::error_code error;
    fs::remove(path, error);
    if (error) return io_error(fmt::format("cannot remove {}: {}", path.string(), error.message()));
    return {};
}

Json text_or_null(const std::string& text) {
    return text.empty() ? Json(nullptr) : Json(as_utf8(text));
}

Json texts(const auto& list) {
    Json json = Json::array();
    for (const std::string& text : list) json.push_back(as_utf8(text));
    return json;
}

Json arguments_json(const StockArguments& arguments, const fs::path& folder,
                    const std::optional<Capabilities>& target) {
    Json filters = Json::array();
    for (const auto& [include, pattern] : arguments.filters)
        filters.push_back({include ? "include" : "exclude", as_utf8(pattern)});
    Json json{{"test_instance", as_utf8(arguments.test_instance)},
              {"test_dirs", arguments.test_dirs.empty() ? Json(nullptr) : texts(arguments.test_dirs)},
              {"result_dir", as_utf8(folder.string())},
              {"filters", std::move(filters)},
              {"emit", as_utf8(arguments.emitter)},
              {"heapsize", text_or_null(arguments.heap_size)},
              {"via_mpy", arguments.via_mpy},
              {"mpy_cross_flags", as_utf8(arguments.mpy_cross_flags)},
              {"keep_path", arguments.keep_path},
              {"jobs", arguments.jobs},
              {"files", texts(arguments.files)},
              {"run_failures", arguments.run_failures},
              // A run that writes this file has none of these.
              {"dry_run", false},
              {"print_failures", false},
              {"clean_failures", false}};
    if (!target) return json;
    json["platform"] = as_utf8(target->platform);
    json["arch"] = text_or_null(target->arch);
    json["arch_flags"] = target->arch_flags;
    json["inlineasm_arch"] = text_or_null(target->inline_asm);
    json["inlineasm_features"] = texts(target->inline_asm_features);
    json["build"] = as_utf8(target->build);
    json["thread"] = target->thread == "None" ? Json(nullptr) : text_or_null(target->thread);
    json["float_prec"] = target->float_bits;
    json["unicode"] = target->unicode;
    json["error_reporting"] = as_utf8(target->error_reporting);
    return json;
}

Error not_results(const fs::path& path, std::string_view what) {
    return configuration_error(
        fmt::format("is no result file of a test run: {}. Remove it, or run the tests again", what),
        path.string());
}

/// A row of `results`: [test, result, reason].
bool is_row(const Json& row) {
    return row.is_array() && row.size() == 3 &&
           std::all_of(row.begin(), row.end(), [](const Json& part) { return part.is_string(); });
}

}  // namespace

std::vector<std::string> StockResults::failed() const {
    std::vector<std::string> tests;
    for (const StockResult& result : results)
        if (result.result == "fail") tests.push_back(result.test);
    return tests;
}

Result<std::optional<StockResults>> read_stock_results(const fs::path& folder) {
    const fs::path path = folder / kStockResultsFile;
    std::error_code error;
    if (!fs::exists(path, error)) return std::optional<StockResults>();
    MPY_TRY(const std::string text, read_file(path));
    const Json json = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) return not_results(path, "it does not hold one JSON object");
    StockResults found;
    if (const auto rows = json.find("results"); rows != json.end()) {
        if (!rows->is_array()) return not_results(path, "'results' is no list");
        for (const Json& row : *rows) {
            if (!is_row(row))
                return not_results(path, "a row of 'results' is not three texts: test, result, reason");
            found.results.push_back({row[0], row[1], row[2]});
        }
        return std::optional(std::move(found));
    }
    const auto failed = json.find("failed_tests");
    if (failed == json.end() || !failed->is_array())
        return not_results(path, "it has neither a list 'results' nor a list 'failed_tests'");
    for (const Json& test : *failed) {
        if (!test.is_string()) return not_results(path, "an entry of 'failed_tests' is no text");
        found.results.push_back({test, "fail", ""});
    }
    return std::optional(std::move(found));
}

std::string stock_result_stem(std::string_view test) {
    return replaced(replaced(replaced(std::string(test), "..", "_"), "./", ""), "/", "_");
}

Result<std::vector<fs::path>> stock_failure_stems(const fs::path& folder) {
    std::vector<fs::path> stems;
    std::error_code error;
    if (!fs::exists(folder, error)) return stems;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        // As a shell's *.out: a name that starts with a dot does not count.
        if (!name.starts_with('.') && name.ends_with(".out"))
            stems.push_back(at->path().parent_path() / name.substr(0, name.size() - 4));
    }
    if (error)
        return io_error(fmt::format("cannot read the folder {}: {}", folder.string(), error.message()));
    std::ranges::sort(stems);
    return stems;
}

Result<void> clean_stock_results(const fs::path& folder) {
    std::error_code error;
    if (!fs::exists(folder, error)) return {};
    std::vector<fs::path> files;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        const bool pair = !name.starts_with('.') && (name.ends_with(".exp") || name.ends_with(".out"));
        if (pair || name == kStockResultsFile) files.push_back(at->path());
    }
    if (error)
        return io_error(fmt::format("cannot read the folder {}: {}", folder.string(), error.message()));
    for (const fs::path& file : files) MPY_CHECK_OK(remove_file(file));
    return {};
}

StockResult stock_result_of(const JobResult& result) {
    StockResult row{name_of(result.job), "pass", ""};
    switch (standing_of(result)) {
        case Standing::Passed:
            break;
        case Standing::Failed:
            row.result = "fail";
            break;
        case Standing::Error:
            // It was not judged; whoever reruns failures wants to see it again.
            row.result = "fail";
            row.reason = "error: " + result.judgement.reason;
            break;
        case Standing::Skipped:
            row.result = "skip";
            if (result.judgement.verdict == Verdict::Unsupported) row.reason = result.judgement.reason;
            if (result.judgement.reason.starts_with("too large")) row.reason = "too large";
            break;
        case Standing::Checked:
            row.result = "skip";
            row.reason = "compiled and checked, not run";
            break;
        case Standing::Quarantined:
            row.result = "ignored";
            row.reason = "quarantine: " + result.quarantine->reason;
            break;
        case Standing::Known:
            row.result = "ignored";
            row.reason = "known failure: " + result.known_failure->reason;
            break;
        case Standing::Flaky:
            row.result = "ignored";
            row.reason = "flaky: " + *result.flaky;
            break;
    }
    return row;
}

void StockResultFiles::run_started(const PlanSummary& plan) {
    std::set<std::string> combinations;
    for (const PlannedJob& planned : plan.jobs) combinations.insert(combination_of(planned.job));
    single_ = combinations.size() <= 1;
    results_.clear();
    trouble_.reset();
    for (const DroppedJob& dropped : plan.dropped)
        count(dropped.job, {name_of(dropped.job), "skip",
                            dropped.verdict == Verdict::Unsupported ? dropped.reason : std::string()});
    capabilities_.reset();
    if (plan.environment.targets.size() == 1) capabilities_ = plan.environment.targets.front().capabilities;
    std::error_code error;
    fs::create_directories(folder_, error);
    if (error)
        keep_trouble(io_error(
            fmt::format("the folder for results {} cannot be made: {}", folder_.string(), error.message())));
    there_.clear();
    for (fs::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error))
        there_.insert(at->path().filename().string());
}

void StockResultFiles::remove(const fs::path& file) {
    if (there_.erase(file.filename().string()) != 0) keep_trouble(remove_file(file));
}

void StockResultFiles::remove_pair(const fs::path& stem) {
    remove(stem.string() + ".exp");
    remove(stem.string() + ".out");
}

void StockResultFiles::write(const fs::path& file, const std::string& text) {
    there_.insert(file.filename().string());
    keep_trouble(write_file_atomically(file, text));
}

void StockResultFiles::keep_trouble(Result<void> done) {
    if (!done && !trouble_) trouble_ = done.error();
}

void StockResultFiles::count(const Job& job, StockResult result) {
    StockResult& kept = results_.try_emplace(name_of(job), result).first->second;
    if (weight(result.result) > weight(kept.result)) kept = std::move(result);
}

void StockResultFiles::job_judged(const JobResult& result) {
    StockResult row = stock_result_of(result);
    const fs::path plain = folder_ / stock_result_stem(row.test);
    const fs::path own = plain.string() + "@" + combination_of(result.job);
    if (row.result == "pass") {
        remove_pair(plain);
        remove_pair(own);
    } else if (row.result != "skip") {
        // A pair that an earlier run of the other kind has left would tell of the same failure twice.
        remove_pair(single_ ? own : plain);
        const std::string stem = (single_ ? plain : own).string();
        const Judgement& judgement = result.judgement;
        if (judgement.compared)
            write(stem + ".exp", judgement.expected);
        else
            remove(stem + ".exp");
        // A test that did not run has no output; why is all that can be told.
        const bool said_something = judgement.compared || !judgement.actual.empty();
        write(stem + ".out", said_something ? judgement.actual : judgement.reason + "\n");
    }
    count(result.job, std::move(row));
}

Result<void> StockResultFiles::run_finished(const RunRecord&) {
    Json results = Json::array();
    Json failed = Json::array();
    Json ignored = Json::array();
    for (const auto& [test, row] : results_) {
        results.push_back({as_utf8(test), row.result, as_utf8(row.reason)});
        if (row.result == "fail") failed.push_back(as_utf8(test));
        if (row.result == "ignored") ignored.push_back(as_utf8(test));
    }
    const Json json{{"args", arguments_json(arguments_, folder_, capabilities_)},
                    {"results", std::move(results)},
                    {"failed_tests", std::move(failed)},
                    {"ignored_tests", std::move(ignored)}};
    keep_trouble(write_file_atomically(folder_ / kStockResultsFile, json.dump() + "\n"));
    if (trouble_) return *trouble_;
    return {};
}

}  // namespace harness
