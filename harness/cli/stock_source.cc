#include "harness/cli/stock_source.h"

#include <cstdlib>

extern char** environ;

namespace harness {
namespace fs = std::filesystem;

namespace {

bool is_below(const fs::path& path, const fs::path& folder) {
    const fs::path relative = path.lexically_relative(folder);
    return !relative.empty() && *relative.begin() != "..";
}

/// Sorts what the person named into files and folders of the tree, or files anywhere. Other names are ids,
/// which the plan looks for.
void take_named(const StockWishes& wishes, StockTreeOptions& options) {
    for (std::string name : wishes.selection) {
        if (name == kStockSuite) continue;  // the whole suite, not its folder of that name
        if (name.starts_with("micropython:")) name.erase(0, name.find(':') + 1);
        std::error_code error;
        fs::path path = wishes.tests / name;
        if (!fs::exists(path, error)) path = fs::absolute(name, error).lexically_normal();
        if (error || !fs::exists(path, error) || is_below(path, wishes.suites)) continue;
        if (fs::is_directory(path, error))
            options.folders.push_back(name);
        else
            options.files.push_back(name);
    }
}

std::map<std::string, std::string> environment() {
    std::map<std::string, std::string> variables;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const std::size_t equals = text.find('=');
        if (equals != std::string_view::npos)
            variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return variables;
}

}  // namespace

Result<std::unique_ptr<StockSource>> StockSource::create(const StockWishes& wishes) {
    StockTreeOptions options;
    options.root = wishes.tests;
    if (!wishes.release.empty()) {
        MPY_TRY(options.release, Release::parse(wishes.release));
    }
    options.folders = wishes.folders;
    take_named(wishes, options);
    options.takes_viper = wishes.takes_viper;
    options.environment = environment();
    options.rules_files.assign(wishes.skip_rules.begin(), wishes.skip_rules.end());
    MPY_TRY(StockTree tree, StockTree::open(std::move(options)));
    return std::unique_ptr<StockSource>(new StockSource(std::move(tree)));
}

Result<std::vector<std::shared_ptr<const Test>>> StockSource::tests_for(const PlannedTarget& target) {
    return tree_.tests_for(target.capabilities);
}

std::optional<LeftOut> StockSource::left_out(const Test& test, const Combination& combination) const {
    const RequirementScope scope{
        combination.target.capabilities, combination.mode, combination.emitter, combination.arch,
        combination.compiler == nullptr ? std::string_view() : combination.compiler->release};
    if (auto reason = tree_.left_out(test, scope)) return LeftOut{Verdict::Skip, std::move(*reason)};
    if (test.kind != TestKind::Program && !combination.target.description.takes_command_line)
        return LeftOut{Verdict::Skip, "needs a command line or a terminal, which the target does not have"};
    return std::nullopt;
}

}  // namespace harness
