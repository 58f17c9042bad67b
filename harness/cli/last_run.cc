#include "harness/cli/last_run.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <stdexcept>

#include "harness/base/files.h"
#include "harness/report/stock_results.h"
#include "harness/report/text.h"

namespace harness {
namespace {

using Json = nlohmann::ordered_json;
namespace fs = std::filesystem;

constexpr int kSchema = 1;

/// A file that is there is kept as an absolute path: the next run may start somewhere else. NAME=FILE keeps
/// its name; ids of tests and commands that are looked for on PATH stay what they are.
std::string absolute_file(const std::string& text) {
    const std::size_t equals = text.find('=');
    const std::size_t start = equals == std::string::npos ? 0 : equals + 1;
    std::error_code error;
    const fs::path path = fs::absolute(text.substr(start), error);
    if (error || !fs::exists(path, error)) return text;
    return text.substr(0, start) + path.lexically_normal().string();
}

/// Every option that is taken over, by its key in the file, but for a board's password: that is no matter for
/// a file. `of` is one RunOptions or const RunOptions.
template <class Options, class Visit>
void each_kept(Options&& of, Visit visit) {
    visit("via_mpy", of.via_mpy);
    visit("archs", of.archs);
    visit("targets", of.targets);
    visit("tests", of.tests);
    visit("test_dirs", of.test_dirs);
    visit("mpy_cross", of.mpy_cross);
    visit("micropython", of.micropython);
    visit("cpython", of.cpython);
    visit("micropython_tests", of.micropython_tests);
    visit("micropython_tree", of.micropython_tree);
    visit("firmware", of.firmware);
    visit("tests_release", of.tests_release);
    visit("skip_rules", of.skip_rules);
    visit("mpy_cross_flags", of.mpy_cross_flags);
    visit("heap_size", of.heap_size);
    visit("keep_path", of.keep_path);
    visit("known_failures", of.known_failures);
    visit("no_known_failures", of.no_known_failures);
    visit("quarantine", of.quarantine);
    visit("icount", of.icount);
    visit("prologue", of.board.prologue);
    visit("baudrate", of.board.baudrate);
    visit("user", of.board.user);
    visit("power_cycle", of.board.power_cycle);
}

/// Those that are not at their default.
Json kept_json(const RunOptions& options) {
    Json kept = Json::object();
    each_kept(options, [&](const char* key, const auto& value) { kept[key] = value; });
    each_kept(RunOptions{}, [&](const char* key, const auto& value) {
        if (kept.at(key) == Json(value)) kept.erase(key);
    });
    for (const Emitter emitter : options.emitters) kept["emitters"].push_back(word(emitter));
    return kept;
}

void read_kept(const Json& kept, RunOptions& options) {
    each_kept(options, [&](const char* key, auto& value) {
        if (kept.contains(key)) kept.at(key).get_to(value);
    });
    if (!kept.contains("emitters")) return;
    options.emitters.clear();
    for (const Json& name : kept.at("emitters")) {
        const auto emitter = emitter_named(name.get<std::string>());
        if (!emitter) throw std::runtime_error("there is no emitter " + name.dump());
        options.emitters.push_back(*emitter);
    }
}

RunOptions with_absolute_files(RunOptions options) {
    for (auto* files : {&options.mpy_cross, &options.micropython, &options.firmware, &options.known_failures,
                        &options.quarantine, &options.skip_rules})
        for (std::string& file : *files) file = absolute_file(file);
    // A bare word is an id, a suite or a folder of the tests tree, whatever lies here under that name.
    for (auto* names : {&options.tests, &options.test_dirs})
        for (std::string& name : *names)
            if (name.find('/') != std::string::npos) name = absolute_file(name);
    for (std::string* path : {&options.micropython_tests, &options.micropython_tree})
        if (!path->empty()) *path = absolute_file(*path);
    // "python3" is looked for on PATH, whatever lies beside it.
    if (options.cpython.find('/') != std::string::npos) options.cpython = absolute_file(options.cpython);
    return options;
}

}  // namespace

Result<void> save_last_run(const fs::path& folder, const RunRecord& record, const RunOptions& options) {
    const fs::path file = folder / kLastRunFile;
    Json failed = Json::array();
    std::set<std::string> tests;
    for (const RecordedResult& recorded : record.results) {
        const Standing standing = standing_of(recorded.result);
        if (standing != Standing::Failed && standing != Standing::Error) continue;
        failed.push_back(recorded.result.job.key());
        tests.insert(stock_result_of(recorded.result).test);
    }
    try {
        const Json run{{"schema", kSchema},
                       {"command", as_utf8(record.plan.command_line)},
                       {"options", kept_json(with_absolute_files(options))},
                       {"failed", std::move(failed)},
                       {"failed_tests", tests}};
        return write_file_atomically(file, run.dump(1) + "\n");
    } catch (const Json::exception& trouble) {  // a path that is not UTF-8
        return io_error(
            fmt::format("{} was not written, so that --run-failures does not know of this run: {}",
                        file.string(), trouble.what()));
    }
}

Result<std::optional<LastRun>> load_last_run(const fs::path& folder) {
    const fs::path file = folder / kLastRunFile;
    std::error_code error;
    if (!fs::exists(file, error)) return std::nullopt;
    MPY_TRY(const std::string text, read_file(file));
    LastRun last;
    try {
        const Json run = Json::parse(text);
        if (run.at("schema") != kSchema) throw std::runtime_error("it was written by another version");
        last.command = run.at("command");
        run.at("failed").get_to(last.failed);
        run.at("failed_tests").get_to(last.failed_tests);
        read_kept(run.at("options"), last.options);
    } catch (const std::exception& trouble) {
        return configuration_error(
            fmt::format("the record of the last run {} cannot be read: {}; run something to write a new one",
                        file.string(), trouble.what()));
    }
    return last;
}

void take_over(const LastRun& last, RunOptions& options) {
    Json kept = kept_json(last.options);
    kept.update(kept_json(options));
    read_kept(kept, options);
}

Result<void> choose_failures(const fs::path& folder, RunOptions& options) {
    MPY_TRY(const auto stock, read_stock_results(folder));
    MPY_TRY(auto last, load_last_run(folder));
    if (!last && !stock)
        return usage_error(
            fmt::format("--run-failures: no run is recorded in {}: run something first", folder.string()));
    std::set<std::string> failed;
    if (stock) {
        const std::vector<std::string> names = stock->failed();
        failed.insert(names.begin(), names.end());
    }
    if (last && (!stock || failed == last->failed_tests)) {
        take_over(*last, options);
        options.only_jobs = std::move(last->failed);
    } else {
        options.tests.assign(failed.begin(), failed.end());
        if (failed.empty()) options.only_jobs.emplace();
    }
    return {};
}

}  // namespace harness
