#include "harness/suite/stock_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "harness/base/files.h"
#include "harness/suite/stock_directives.h"

namespace harness {
namespace {

namespace fs = std::filesystem;

/// Absolute and free of "." and "..", links not followed: what Python's abspath gives.
fs::path absolute_path(const fs::path& path) {
    std::error_code error;
    fs::path absolute = fs::absolute(path, error);
    if (error) absolute = path;
    absolute = absolute.lexically_normal();
    return absolute.has_filename() ? absolute : absolute.parent_path();
}

fs::path canonical_path(const fs::path& path) {
    std::error_code error;
    fs::path canonical = fs::weakly_canonical(path, error);
    return error ? path : canonical;
}

/// The file's name without folder and last suffix; a leading dot is no suffix.
std::string stem_of(std::string_view id) {
    return fs::path(id).stem().string();
}

bool is_below(const fs::path& path, std::string_view folder) {
    // A plain prefix: the tree's own runner compares text (test-conventions 4.1).
    return path.native().starts_with(folder);
}

std::optional<int> defined_number(std::string_view text, std::string_view name) {
    const std::string define = fmt::format("#define {} ", name);
    const auto at = text.find(define);
    if (at == std::string_view::npos) return std::nullopt;
    std::string_view rest = text.substr(at + define.size());
    int number = 0;
    bool any = false;
    for (const char c : rest) {
        if (c == ' ' || c == '(') {
            if (any) break;
            continue;
        }
        if (c < '0' || c > '9' || number > 100000) break;
        number = number * 10 + (c - '0');
        any = true;
    }
    return any ? std::optional(number) : std::nullopt;
}

}  // namespace

Result<Release> release_of_source_tree(const fs::path& tree) {
    const fs::path header = tree / "py" / "mpconfig.h";
    MPY_TRY(const std::string text, read_file(header));
    const auto major = defined_number(text, "MICROPY_VERSION_MAJOR");
    const auto minor = defined_number(text, "MICROPY_VERSION_MINOR");
    const auto micro = defined_number(text, "MICROPY_VERSION_MICRO");
    if (!major || !minor || !micro)
        return configuration_error("states no release: MICROPY_VERSION_MAJOR, _MINOR or _MICRO is missing",
                                   header.string());
    const bool preview = defined_number(text, "MICROPY_VERSION_PRERELEASE").value_or(0) != 0;
    return Release{*major, *minor, *micro, preview};
}

Result<StockTree> StockTree::open(StockTreeOptions options) {
    const fs::path root = absolute_path(options.root);
    const fs::path canonical_root = canonical_path(root);
    std::error_code ignored;
    if (!fs::is_directory(root / "basics", ignored))
        return usage_error(
            fmt::format("{} is no MicroPython tests tree: it has no folder basics/. Name the folder tests/ "
                        "of a MicroPython source "
                        "tree",
                        options.root.string()));

    std::optional<Release> release = options.release;
    std::string told_by = "stated";
    if (!release) {
        auto found = release_of_source_tree(root.parent_path());
        if (!found) found = release_of_source_tree(canonical_root.parent_path());
        if (found) {
            release = *found;
            told_by = "py/mpconfig.h";
        }
    }

    Result<StockRules> rules = StockRules::built_in(release);
    if (!rules) return rules.error();
    for (const fs::path& file : options.rules_files) {
        MPY_TRY(const std::string text, read_file(file));
        MPY_CHECK_OK(rules->add(text, file.string(), release));
    }
    for (const auto& [test, where] : rules->named_tests())
        if (!fs::exists(root / test, ignored))
            return configuration_error(fmt::format("names the test '{}', which the tree {} does not have; a "
                                                   "row that is meant for other trees "
                                                   "says so with 'releases'",
                                                   test, root.string()),
                                       where);
    const Release newest = rules->newest_release();
    const bool fit = release && *release <= newest;
    std::string release_text;
    if (fit)
        release_text = fmt::format("{} ({})", release->text(), told_by);
    else if (release)
        release_text = fmt::format("{}.{}, the newest here: the tree is of {} ({})", newest.major,
                                   newest.minor, release->text(), told_by);
    else
        release_text = fmt::format(
            "{}.{}, the newest here: no py/mpconfig.h beside the tree tells its release (--tests-release "
            "does)",
            newest.major, newest.minor);
    StockTree tree(std::move(options), std::move(*rules));
    tree.root_ = root;
    tree.canonical_root_ = canonical_root;
    tree.release_ = release;
    tree.release_text_ = std::move(release_text);
    tree.rules_fit_ = fit;
    MPY_CHECK_OK(tree.check_named());
    return tree;
}

fs::path StockTree::locate(const std::string& spelled) const {
    const fs::path below = absolute_path(root_ / spelled);  // an absolute name stays itself
    std::error_code ignored;
    if (fs::exists(below, ignored)) return below;
    return absolute_path(spelled);
}

Result<void> StockTree::check_named() const {
    std::error_code ignored;
    for (const std::string& file : options_.files)
        if (!fs::is_regular_file(locate(file), ignored))
            return usage_error(fmt::format("there is no test '{}', neither in {} nor in the current folder",
                                           file, root_.string()));
    for (const std::string& folder : options_.folders) {
        const fs::path path = locate(folder);
        if (!fs::is_directory(path, ignored))
            return usage_error(fmt::format("there is no folder '{}', neither in {} nor in the current folder",
                                           folder, root_.string()));
        if (canonical_path(path) == canonical_root_) continue;
        std::vector<Found> found;
        add_folder(folder, true, found);
        if (found.empty()) return usage_error(fmt::format("the folder '{}' has no tests (*.py)", folder));
    }
    return {};
}

std::string StockTree::id_of(const fs::path& path) const {
    const fs::path relative = path.lexically_relative(root_);
    if (relative.empty() || relative.native().starts_with("..")) return path.generic_string();
    return relative.generic_string();
}

void StockTree::add_folder(const std::string& spelled, bool named, std::vector<Found>& found) const {
    const fs::path folder = locate(spelled);
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        std::error_code ignored;
        if (name.starts_with('.') || !name.ends_with(".py") || !at->is_regular_file(ignored)) continue;
        const fs::path path = absolute_path(folder / name);
        found.push_back({(fs::path(spelled) / name).string(), id_of(path), path, named});
    }
}

Result<std::vector<std::shared_ptr<const Test>>> StockTree::tests_for(const Capabilities& target) {
    std::vector<Found> found;
    const auto add_default_folders = [&](const fs::path& prefix) {
        const RequirementScope scope{.target = target, .environment = &options_.environment};
        for (const std::string& folder : rules_.folders(scope)) {
            std::error_code ignored;
            const std::string spelled = (prefix / folder).string();
            if (fs::is_directory(locate(spelled), ignored)) add_folder(spelled, false, found);
        }
    };
    for (const std::string& folder : options_.folders) {
        if (canonical_path(locate(folder)) == canonical_root_) {
            add_default_folders(folder);
        } else {
            add_folder(folder, true, found);
        }
    }
    if (options_.folders.empty() && options_.files.empty()) add_default_folders({});
    std::ranges::sort(found, {}, &Found::sort_key);
    // Files keep the order in which they were named, before the folders.
    std::vector<Found> files;
    for (const std::string& file : options_.files) {
        const fs::path path = locate(file);
        files.push_back({file, id_of(path), path, true});
    }
    found.insert(found.begin(), files.begin(), files.end());

    std::vector<std::shared_ptr<const Test>> tests;
    std::set<std::string_view> taken;
    for (const Found& one : found) {
        if (!taken.insert(one.id).second) continue;
        MPY_TRY(std::shared_ptr<const Test> test, read_test(one));
        tests.push_back(std::move(test));
    }
    return tests;
}

Result<std::shared_ptr<const Test>> StockTree::read_test(const Found& found) {
    if (const auto at = tests_.find(found.id); at != tests_.end()) return at->second;
    MPY_TRY(const std::string source, read_file(found.path));
    auto test = std::make_shared<Test>();
    test->id = found.id;
    test->suite = kStockSuite;
    test->path = found.path;
    test->working_directory = found.path.parent_path();
    test->source_name = found.id;
    test->named = found.named;
    const bool special = is_below(found.path, (root_ / "cmdline").native());
    if (special) {
        const bool typed = found.path.filename().native().starts_with("repl_");
        test->kind = typed ? TestKind::Repl : TestKind::CommandLine;
        CommandLine line = read_command_line(source, release_);
        test->arguments = std::move(line.arguments);
        test->wants_sigint = line.wants_sigint;
        if (typed) test->typed = read_typed_lines(source, line.wants_sigint, release_);
    }
    test->has_machine_code = asks_for_machine_code(source);
    auto key = rules_.exclusive_key(source);
    if (!key) return configuration_error(key.error().message, found.path.string());
    test->exclusive = std::move(*key);
    auto timed = rules_.is_timed(source);
    if (!timed) return configuration_error(timed.error().message, found.path.string());
    // How fast the prompt answers decides what it sees of the next line.
    test->timed = *timed || test->kind == TestKind::Repl;
    add_expectation(*test);

    const fs::path canonical = canonical_path(found.path).lexically_relative(canonical_root_);
    const bool inside = !canonical.empty() && !canonical.native().starts_with("..");
    canonical_ids_[test.get()] = inside ? canonical.generic_string() : found.id;
    tests_.emplace(found.id, test);
    return std::shared_ptr<const Test>(std::move(test));
}

void StockTree::add_expectation(Test& test) const {
    std::error_code ignored;
    const std::string path = test.path.string();
    if (fs::path exp = path + ".exp"; fs::is_regular_file(exp, ignored))
        test.expectation.exp_file = std::move(exp);
    for (const Emitter emitter : kEmitters) {
        fs::path exp = fmt::format("{}.{}.exp", path, word(emitter));
        if (fs::is_regular_file(exp, ignored))
            test.expectation.emitter_exp_files.emplace_back(emitter, std::move(exp));
    }
    test.expectation.exp_is_pattern = test.kind != TestKind::Program || rules_.is_pattern(test.id);
}

RequirementScope StockTree::with_environment(const RequirementScope& scope) const {
    RequirementScope extended = scope;
    extended.environment = &options_.environment;
    return extended;
}

std::optional<std::string> StockTree::left_out(const Test& test, const RequirementScope& scope) const {
    const auto canonical = canonical_ids_.find(&test);
    const std::string stem = stem_of(test.id);
    const StockName name{test.id, canonical == canonical_ids_.end() ? test.id : canonical->second, stem};
    if (auto reason = rules_.skip_reason(name, with_environment(scope))) return reason;
    if (scope.emitter == Emitter::Viper && !options_.takes_viper)
        return "is not written for viper as the emitter of a whole file";
    return std::nullopt;
}

std::optional<std::string> StockTree::flaky(const Test& test, const RequirementScope& scope) const {
    return rules_.flaky(test.id, with_environment(scope));
}

}  // namespace harness
