#include "harness/suite/quarantine.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "harness/base/files.h"
#include "harness/base/glob.h"
#include "harness/base/toml_reader.h"

namespace harness {
namespace {

bool any_glob_matches(const std::vector<std::string>& patterns, std::string_view text) {
    return std::ranges::any_of(patterns, [&](const auto& pattern) { return glob_matches(pattern, text); });
}

std::string text_of(std::chrono::year_month_day date) {
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

Result<QuarantineEntry> read_entry(TomlReader& toml) {
    QuarantineEntry entry;
    entry.place = fmt::format("{}:{}", toml.file(), toml.line());
    entry.suite = toml.text("suite").value_or("");
    entry.tests = toml.texts("test");
    entry.targets = toml.texts("target");
    for (const std::string& name : toml.texts("emitter")) {
        const auto emitter = emitter_named(name);
        if (!emitter)
            return toml.error_at(
                "emitter",
                fmt::format("emitter = '{}' is not known: it is one of bytecode, native, viper", name));
        entry.emitters.push_back(*emitter);
    }
    entry.reason = toml.required_text("reason");
    const auto expires = toml.date("expires");
    MPY_CHECK_OK(toml.finish());
    if (!entry.suite.empty() && entry.suite != "micropython" && entry.suite != "conformance")
        return toml.error_at(
            "suite", fmt::format("suite = '{}' is not known: it is micropython or conformance", entry.suite));
    if (entry.tests.empty()) return toml.error_at("test", "'test' is missing here: name the test or a glob");
    if (entry.reason.empty()) return toml.error_at("reason", "'reason' is empty: say who looks into what");
    if (!expires)
        return toml.error_at("expires",
                             "'expires' is missing here: give the last day on which the entry holds, such as "
                             "expires = 2026-12-31");
    if (!expires->ok())
        return toml.error_at("expires", fmt::format("{} is no day of the calendar", text_of(*expires)));
    entry.expires = *expires;
    return entry;
}

}  // namespace

bool QuarantineEntry::concerns(const Job& job) const {
    return (suite.empty() || suite == job.test->suite) && any_glob_matches(tests, job.test->id) &&
           (targets.empty() || any_glob_matches(targets, job.target)) &&
           (emitters.empty() || std::ranges::find(emitters, job.emitter) != emitters.end());
}

Result<void> Quarantine::add_text(std::string_view text, std::string file) {
    MPY_TRY(TomlReader toml, TomlReader::parse(text, std::move(file)));
    std::vector<TomlReader> tables = toml.tables("quarantine");
    MPY_CHECK_OK(toml.finish());
    for (TomlReader& table : tables) {
        MPY_TRY(QuarantineEntry entry, read_entry(table));
        entries_.push_back(std::move(entry));
    }
    return {};
}

Result<void> Quarantine::add_file(const std::filesystem::path& path) {
    auto text = read_file(path);
    if (!text) return usage_error(fmt::format("--quarantine: {}", text.error().text()));
    return add_text(*text, path.string());
}

std::optional<QuarantineNote> Quarantine::look_up(const JobResult& result) const {
    const Verdict verdict = result.judgement.verdict;
    if (verdict != Verdict::Pass && !counts_as_failure(verdict)) return std::nullopt;
    for (const QuarantineEntry& entry : entries_)
        if (holds(entry) && entry.concerns(result.job))
            return QuarantineNote{entry.reason, entry.place, text_of(entry.expires)};
    return std::nullopt;
}

std::vector<std::string> Quarantine::expired() const {
    std::vector<std::string> lines;
    for (const QuarantineEntry& entry : entries_)
        if (!holds(entry))
            lines.push_back(
                fmt::format("{}: the quarantine of {} ended on {} ({}): repair the test and remove the "
                            "entry, or give a new "
                            "date",
                            entry.place, fmt::join(entry.tests, ", "), text_of(entry.expires), entry.reason));
    return lines;
}

std::chrono::year_month_day today_utc() {
    return std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
}

}  // namespace harness
