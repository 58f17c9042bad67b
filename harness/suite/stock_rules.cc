#include "harness/suite/stock_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "harness/base/glob.h"
#include "harness/base/toml_reader.h"

namespace harness {

/// Generated from stock_rules.toml by CMake.
extern const std::string_view kStockRulesText;

namespace {

/// Stands for "newer than every row" when a tree's release is not known.
constexpr Release kNewest{9999, 0, 0, false};

Result<Requirement> requirement(TomlReader& toml, std::string_view key) {
    const auto text = toml.text(key);
    if (!text) return Requirement();
    auto parsed = Requirement::parse(*text);
    if (!parsed) return toml.error_at(key, fmt::format("{}: {}", key, parsed.error().message));
    if (parsed->is_empty()) return toml.error_at(key, fmt::format("'{}' is empty: leave it out", key));
    return parsed;
}

/// The path of a folder row with the target's facts put in.
std::string with_facts(std::string path, const RequirementScope& scope) {
    for (const std::string_view fact : {"port", "inline_asm"}) {
        const std::string hole = fmt::format("{{{}}}", fact);
        if (const auto at = path.find(hole); at != std::string::npos)
            path.replace(at, hole.size(), fact_text(fact, scope));
    }
    return path;
}

}  // namespace

/// Reads the tables; those of other releases are checked like the rest, and dropped.
class StockRules::Loader {
  public:
    enum class From { Program, User };
    Loader(StockRules& rules, const Release& release, From from)
        : rules_(rules), release_(release), from_(from) {}

    Result<void> load(TomlReader& toml) {
        const auto schema = toml.number("schema");
        const bool replaces = from_ == From::Program || toml.flag("replaces").value_or(false);
        const auto newest = toml.text("newest_release");
        auto runs = from_ == From::User ? toml.tables("run") : std::vector<TomlReader>();
        auto folders = toml.tables("folder");
        auto skips = toml.tables("skip");
        auto patterns = toml.tables("pattern");
        auto flaky = toml.tables("flaky");
        auto exclusives = toml.tables("exclusive");
        auto timed = toml.tables("timed");
        MPY_CHECK_OK(toml.finish());
        if (schema != 1)
            return toml.error_at("schema", "'schema' has to be 1, the form that this program reads");
        if (!replaces && newest)
            return toml.error_at("newest_release",
                                 "'newest_release' belongs to rules that stand in for all others: say "
                                 "'replaces = true', or leave it out");
        if (replaces) {
            if (!newest)
                return toml.error_at(
                    "newest_release",
                    "'newest_release' is missing: the newest release that the rows describe");
            const auto parsed = Release::parse(*newest);
            if (!parsed) return toml.error_at("newest_release", parsed.error().message);
            rules_ = StockRules();
            rules_.newest_ = *parsed;
        }
        rules_.skips_.emplace(rules_.skips_.begin());
        for (auto& table : folders) MPY_CHECK_OK(folder(table));
        for (auto& table : skips) MPY_CHECK_OK(skip(table));
        for (auto& table : runs) MPY_CHECK_OK(run(table));
        for (auto& table : patterns) MPY_CHECK_OK(pattern(table));
        for (auto& table : flaky) MPY_CHECK_OK(flake(table));
        for (auto& table : exclusives) MPY_CHECK_OK(exclusive(table));
        for (auto& table : timed) MPY_CHECK_OK(timed_row(table));
        return {};
    }

  private:
    Result<bool> holds_for_release(TomlReader& toml) {
        const auto text = toml.text("releases");
        if (!text) return true;
        const auto range = ReleaseRange::parse(*text);
        if (!range) return toml.error_at("releases", fmt::format("releases: {}", range.error().message));
        return range->contains(release_);
    }

    Result<void> folder(TomlReader& toml) {
        const auto paths = toml.texts("path");
        MPY_TRY(const Requirement when, requirement(toml, "when"));
        MPY_TRY(const bool holds, holds_for_release(toml));
        MPY_CHECK_OK(toml.finish());
        if (paths.empty())
            return toml.error_at("path", "'path' is missing here: name a folder below the tree");
        if (!holds) return {};
        for (const std::string& path : paths) rules_.folders_.push_back({path, when});
        return {};
    }

    Result<void> skip(TomlReader& toml) {
        const auto tests = toml.texts("tests");
        const auto stems = toml.texts("stems");
        MPY_TRY(Requirement needs, requirement(toml, "needs"));
        MPY_TRY(Requirement when, requirement(toml, "when"));
        std::string reason = toml.text("reason").value_or("");
        MPY_TRY(const bool holds, holds_for_release(toml));
        MPY_CHECK_OK(toml.finish());
        if (tests.empty() && stems.empty()) return toml.error_at("tests", "name 'tests' or 'stems' here");
        if (needs.is_empty() == when.is_empty())
            return toml.error_at("when", "give either 'needs' or 'when' here");
        if (reason.empty() == needs.is_empty())
            return toml.error_at("reason", "'reason' belongs to 'when', and 'when' needs one");
        if (holds) add(toml, tests, stems, {std::move(needs), std::move(when), std::move(reason), false});
        return {};
    }

    Result<void> run(TomlReader& toml) {
        const auto tests = toml.texts("tests");
        const auto stems = toml.texts("stems");
        MPY_TRY(Requirement when, requirement(toml, "when"));
        MPY_TRY(const bool holds, holds_for_release(toml));
        MPY_CHECK_OK(toml.finish());
        if (tests.empty() && stems.empty()) return toml.error_at("tests", "name 'tests' or 'stems' here");
        if (holds) add(toml, tests, stems, {{}, std::move(when), {}, true});
        return {};
    }

    void add(const TomlReader& toml, const std::vector<std::string>& tests,
             const std::vector<std::string>& stems, Skip skip) {
        SkipRows& own = rules_.skips_.front();
        const std::size_t row = own.rows.size();
        own.rows.push_back(std::move(skip));
        for (const std::string& test : tests) own.tests.add(test, row);
        for (const std::string& stem : stems) own.stems.add(stem, row);
        note_named(toml, "tests", tests);
    }

    /// What a person's file names has to be there; the program's own names tests of many releases.
    void note_named(const TomlReader& toml, std::string_view key, const std::vector<std::string>& tests) {
        if (from_ == From::Program) return;
        for (const std::string& test : tests)
            if (!is_glob(test))
                rules_.named_.emplace_back(test, fmt::format("{}:{}", toml.file(), toml.line_of(key)));
    }

    Result<void> pattern(TomlReader& toml) {
        const auto tests = toml.texts("tests");
        MPY_TRY(const bool holds, holds_for_release(toml));
        MPY_CHECK_OK(toml.finish());
        if (tests.empty()) return toml.error_at("tests", "'tests' is missing here");
        if (!holds) return {};
        rules_.patterns_.insert(rules_.patterns_.end(), tests.begin(), tests.end());
        note_named(toml, "tests", tests);
        return {};
    }

    Result<void> flake(TomlReader& toml) {
        Flaky row{toml.required_text("test"), {}, toml.required_text("reason")};
        MPY_TRY(row.when, requirement(toml, "when"));
        MPY_TRY(const bool holds, holds_for_release(toml));
        MPY_CHECK_OK(toml.finish());
        if (!holds) return {};
        note_named(toml, "test", {row.test});
        rules_.flaky_.push_back(std::move(row));
        return {};
    }

    Result<void> exclusive(TomlReader& toml) {
        const std::string source = toml.required_text("source");
        const std::string key = toml.required_text("key");
        MPY_TRY(const bool holds, holds_for_release(toml));
        MPY_CHECK_OK(toml.finish());
        auto regex = Regex::compile(source);
        if (!regex) return toml.error_at("source", regex.error().message);
        if (key.empty()) return toml.error_at("key", "'key' is empty");
        if (holds) rules_.exclusives_.push_back({std::move(*regex), key});
        return {};
    }

    Result<void> timed_row(TomlReader& toml) {
        const std::string source = toml.required_text("source");
        MPY_TRY(const bool holds, holds_for_release(toml));
        MPY_CHECK_OK(toml.finish());
        auto regex = Regex::compile(source);
        if (!regex) return toml.error_at("source", regex.error().message);
        if (holds) rules_.timed_.push_back(std::move(*regex));
        return {};
    }

    StockRules& rules_;
    const Release release_;
    const From from_;
};

void StockRules::NameIndex::add(const std::string& name, std::size_t row) {
    if (is_glob(name)) {
        globs.emplace_back(name, row);
    } else {
        whole[name].push_back(row);
    }
}

void StockRules::NameIndex::find(std::string_view name, std::vector<std::size_t>& rows) const {
    if (const auto at = whole.find(std::string(name)); at != whole.end())
        rows.insert(rows.end(), at->second.begin(), at->second.end());
    for (const auto& [glob, row] : globs)
        if (glob_matches(glob, name)) rows.push_back(row);
}

Result<StockRules> StockRules::parse(std::string_view text, const std::string& file,
                                     const std::optional<Release>& release) {
    MPY_TRY(TomlReader toml, TomlReader::parse(text, file));
    StockRules rules;
    MPY_CHECK_OK(Loader(rules, release.value_or(kNewest), Loader::From::Program).load(toml));
    return rules;
}

Result<void> StockRules::add(std::string_view text, const std::string& file,
                             const std::optional<Release>& release) {
    MPY_TRY(TomlReader toml, TomlReader::parse(text, file));
    return Loader(*this, release.value_or(kNewest), Loader::From::User).load(toml);
}

Result<StockRules> StockRules::built_in(const std::optional<Release>& release) {
    return parse(kStockRulesText, "harness/suite/stock_rules.toml", release);
}

std::string_view StockRules::built_in_text() {
    return kStockRulesText;
}

std::vector<std::string> StockRules::folders(const RequirementScope& scope) const {
    std::vector<std::string> paths;
    for (const Folder& folder : folders_)
        if (folder.when.holds(scope)) paths.push_back(with_facts(folder.path, scope));
    return paths;
}

std::optional<StockRules::Skip> StockRules::SkipRows::find(const StockName& name,
                                                           const RequirementScope& scope) const {
    std::vector<std::size_t> found;
    tests.find(name.canonical, found);
    if (name.canonical != name.id) tests.find(name.id, found);
    stems.find(name.stem, found);
    // The first row of the file decides, so that the reason does not depend on how rows are looked up.
    std::ranges::sort(found);
    for (const std::size_t row : found) {
        const Skip& skip = rows[row];
        const bool applies = skip.needs.is_empty() ? skip.when.is_empty() || skip.when.holds(scope)
                                                   : skip.needs.unmet(scope).has_value();
        if (applies) return skip;
    }
    return std::nullopt;
}

std::optional<std::string> StockRules::skip_reason(const StockName& name,
                                                   const RequirementScope& scope) const {
    for (const SkipRows& file : skips_) {
        const auto skip = file.find(name, scope);
        if (!skip) continue;
        if (skip->runs) return std::nullopt;
        return skip->needs.is_empty() ? skip->reason : fmt::format("needs {}", *skip->needs.unmet(scope));
    }
    return std::nullopt;
}

bool StockRules::is_pattern(std::string_view id) const {
    return std::ranges::find(patterns_, id) != patterns_.end();
}

std::optional<std::string> StockRules::flaky(std::string_view id, const RequirementScope& scope) const {
    for (const Flaky& row : flaky_)
        if (row.test == id && row.when.holds(scope)) return row.reason;
    return std::nullopt;
}

Result<std::string> StockRules::exclusive_key(std::string_view source) const {
    for (const Exclusive& row : exclusives_) {
        MPY_TRY(const bool found, row.source.search(source));
        if (found) return row.key;
    }
    return std::string();
}

Result<bool> StockRules::is_timed(std::string_view source) const {
    for (const Regex& row : timed_) {
        MPY_TRY(const bool found, row.search(source));
        if (found) return true;
    }
    return false;
}

}  // namespace harness
