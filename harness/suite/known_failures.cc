#include "harness/suite/known_failures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "harness/base/files.h"
#include "harness/base/glob.h"
#include "harness/base/toml_reader.h"
#include "mpy/facts/archs.h"

namespace harness {
namespace {

bool any_glob_matches(const std::vector<std::string>& patterns, std::string_view text) {
    return std::ranges::any_of(patterns, [&](const auto& pattern) { return glob_matches(pattern, text); });
}

template <class T>
bool allows(const std::vector<T>& allowed, const T& value) {
    return allowed.empty() || std::ranges::find(allowed, value) != allowed.end();
}

std::optional<Mode> mode_named(std::string_view name) {
    for (const Mode mode : {Mode::Source, Mode::Mpy})
        if (word(mode) == name) return mode;
    return std::nullopt;
}

/// The stages at which a subject can fail.
std::optional<Stage> stage_named(std::string_view name) {
    for (const Stage stage : {Stage::Compile, Stage::Check, Stage::Load, Stage::Run})
        if (word(stage) == name) return stage;
    return std::nullopt;
}

/// Reads a text or an array of texts through `named`, which gives nothing for an unknown word.
template <class T, class Named>
Result<std::vector<T>> words(TomlReader& toml, std::string_view key, std::string_view known, Named named) {
    std::vector<T> values;
    for (const std::string& text : toml.texts(key)) {
        const auto value = named(text);
        if (!value)
            return toml.error_at(key,
                                 fmt::format("{} = '{}' is not known: it is one of {}", key, text, known));
        values.push_back(*value);
    }
    return values;
}

Result<ReleaseRange> range(TomlReader& toml, std::string_view key) {
    const auto text = toml.text(key);
    if (!text) return ReleaseRange();
    auto parsed = ReleaseRange::parse(*text);
    if (!parsed) return toml.error_at(key, fmt::format("{}: {}", key, parsed.error().message));
    return parsed;
}

Result<void> read_scope(TomlReader& toml, KnownFailure& entry) {
    entry.suite = toml.required_text("suite");
    entry.tests = toml.texts("test");
    if (entry.tests.empty()) return toml.error_at("test", "'test' is missing here: name the test or a glob");
    if (const auto text = toml.text("when")) {
        auto when = Requirement::parse(*text);
        if (!when) return toml.error_at("when", fmt::format("when: {}", when.error().message));
        entry.when = std::move(*when);
    }
    entry.targets = toml.texts("target");
    MPY_TRY(entry.modes, words<Mode>(toml, "mode", "source, mpy", mode_named));
    MPY_TRY(entry.emitters, words<Emitter>(toml, "emitter", "bytecode, native, viper", emitter_named));
    MPY_TRY(entry.archs, words<std::string>(toml, "arch", "the archs of the .mpy format",
                                            [](const std::string& name) -> std::optional<std::string> {
                                                const auto* row = mpy::find_arch(name);
                                                if (!row || row->word_octets == 0) return std::nullopt;
                                                return name;
                                            }));
    MPY_TRY(entry.compiler_release, range(toml, "compiler_release"));
    MPY_TRY(entry.runtime_release, range(toml, "runtime_release"));
    return {};
}

Result<void> read_symptom(TomlReader& toml, KnownFailure& entry) {
    const std::string verdict = toml.required_text("verdict");
    const auto named = verdict_named(verdict);
    if (!verdict.empty() && (!named || !counts_as_failure(*named)))
        return toml.error_at(
            "verdict", fmt::format("verdict = '{}' is no failure: it is fail, crash or timeout", verdict));
    entry.verdict = named.value_or(Verdict::Fail);
    if (const auto text = toml.text("stage")) {
        entry.stage = stage_named(*text);
        if (!entry.stage)
            return toml.error_at(
                "stage", fmt::format("stage = '{}' is not known: it is compile, check, load or run", *text));
    }
    entry.output = toml.text("output");
    entry.output_contains = toml.texts("output_contains");
    entry.reason_contains = toml.text("reason_contains");
    if (const auto name = toml.text("signal")) {
        entry.signal_number = signal_named(*name);
        if (!entry.signal_number)
            return toml.error_at("signal", fmt::format("'{}' is no signal: write it as SIGSEGV", *name));
        if (entry.verdict != Verdict::Crash)
            return toml.error_at("signal", "'signal' belongs to verdict = \"crash\"");
    }
    if (const auto code = toml.number("exit_code")) {
        if (*code < 0 || *code > 255) return toml.error_at("exit_code", "'exit_code' lies between 0 and 255");
        entry.exit_code = static_cast<int>(*code);
        if (entry.verdict != Verdict::Fail)
            return toml.error_at("exit_code", "'exit_code' belongs to verdict = \"fail\"");
    }
    entry.sometimes = toml.flag("sometimes").value_or(false);
    const bool empty_text = std::ranges::any_of(entry.output_contains, &std::string::empty) ||
                            (entry.reason_contains && entry.reason_contains->empty());
    if (empty_text)
        return toml.error_at("output_contains",
                             "an empty text is inside everything: write a part of the symptom");
    const bool pinned = entry.output || !entry.output_contains.empty() || entry.reason_contains ||
                        entry.signal_number || entry.exit_code;
    if (!pinned && entry.verdict != Verdict::Timeout)
        return toml.error_at(
            "verdict",
            "the symptom is not pinned: add output, output_contains, reason_contains, exit_code or "
            "(for a crash) signal, so that another defect cannot hide behind this entry");
    return {};
}

Result<KnownFailure> read_entry(TomlReader& toml) {
    KnownFailure entry;
    entry.place = fmt::format("{}:{}", toml.file(), toml.line());
    MPY_CHECK_OK(read_scope(toml, entry));
    MPY_CHECK_OK(read_symptom(toml, entry));
    entry.reason = toml.required_text("reason");
    entry.program = toml.text("program").value_or("");
    MPY_CHECK_OK(toml.finish());
    if (entry.reason.empty())
        return toml.error_at("reason", "'reason' is empty: say what is wrong in MicroPython");
    return entry;
}

bool in_range(const ReleaseRange& releases, std::string_view text) {
    if (releases.is_everything()) return true;
    const auto release = Release::parse(text);
    return release && releases.contains(*release);
}

}  // namespace

bool KnownFailure::concerns(const Job& job, const RequirementScope& scope) const {
    const std::string_view compiler =
        scope.compiler_release.empty() ? std::string_view(scope.target.release) : scope.compiler_release;
    // The cheap questions first: each job is held against each entry.
    return suite == job.test->suite && allows(archs, job.arch) && allows(emitters, job.emitter) &&
           allows(modes, job.mode) && any_glob_matches(tests, job.test->id) &&
           (targets.empty() || any_glob_matches(targets, job.target)) &&
           in_range(compiler_release, compiler) && in_range(runtime_release, scope.target.release) &&
           when.holds(scope);
}

bool KnownFailure::has_symptom(const JobResult& result) const {
    const Judgement& judgement = result.judgement;
    if (judgement.verdict != verdict) return false;
    if (stage && judgement.stage != *stage) return false;
    if (output && judgement.actual != *output) return false;
    for (const std::string& part : output_contains)
        if (judgement.actual.find(part) == std::string::npos) return false;
    if (reason_contains && judgement.reason.find(*reason_contains) == std::string::npos) return false;
    if (signal_number &&
        (result.outcome.ending != Ending::Signalled || result.outcome.signal_number != *signal_number))
        return false;
    return !exit_code || (result.outcome.ending == Ending::Exited && result.outcome.exit_code == *exit_code);
}

Result<void> KnownFailures::add_text(std::string_view text, std::string file) {
    MPY_TRY(TomlReader toml, TomlReader::parse(text, std::move(file)));
    std::vector<TomlReader> tables = toml.tables("known-failure");
    MPY_CHECK_OK(toml.finish());
    for (TomlReader& table : tables) {
        MPY_TRY(KnownFailure entry, read_entry(table));
        entries_.push_back(std::move(entry));
    }
    return {};
}

Result<void> KnownFailures::add_file(const std::filesystem::path& path) {
    MPY_TRY(const std::string text, read_file(path));
    return add_text(text, path.string());
}

std::optional<KnownFailureMatch> KnownFailures::look_up(const JobResult& result,
                                                        const RequirementScope& scope) const {
    const Verdict verdict = result.judgement.verdict;
    const bool ran = verdict == Verdict::Pass || counts_as_failure(verdict);
    if (!ran) return std::nullopt;
    std::optional<KnownFailureMatch> contradiction;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        const KnownFailure& entry = entries_[i];
        if (!entry.concerns(result.job, scope)) continue;
        using State = KnownFailureNote::State;
        if (entry.has_symptom(result))
            return KnownFailureMatch{{State::Matches, entry.reason, entry.place}, i};
        if (verdict == Verdict::Pass && entry.sometimes) continue;
        const State state = verdict == Verdict::Pass ? State::Gone : State::Changed;
        if (!contradiction) contradiction = KnownFailureMatch{{state, entry.reason, entry.place}, i};
    }
    return contradiction;
}

std::vector<Error> KnownFailures::without_test(std::span<const std::shared_ptr<const Test>> tests) const {
    std::vector<Error> errors;
    for (const KnownFailure& entry : entries_) {
        for (const std::string& pattern : entry.tests) {
            const bool found = std::ranges::any_of(tests, [&](const auto& test) {
                return test->suite == entry.suite && glob_matches(pattern, test->id);
            });
            if (found) continue;
            errors.push_back(configuration_error(
                fmt::format("{}: the suite {} has no test '{}': correct the name or remove the entry",
                            entry.place, entry.suite, pattern)));
        }
    }
    return errors;
}

}  // namespace harness
