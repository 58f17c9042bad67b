// A MicroPython tests tree, unchanged and of any release, as a suite: finds its tests, reads their metadata,
// decides what applies to a target.
//
// The tree is data; nothing is ever written into it. Which folders are run, what is skipped and why stands in
// stock_rules. Test ids are those of the tree's own runner: "basics/int1.py", or the absolute path of a test
// that lies outside the tree.
//
// Source: test-conventions, sections 1, 3, 4.1, 4.3, 6.2.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/release.h"
#include "harness/model/target.h"
#include "harness/model/test.h"
#include "harness/suite/requirement.h"
#include "harness/suite/stock_rules.h"

namespace harness {

/// Name of the suite in ids, reports and known failures.
inline constexpr std::string_view kStockSuite = "micropython";

struct StockTreeOptions {
    /// The tests root: the folder that holds basics/.
    std::filesystem::path root;
    /// Release of the tree; nothing = read it from py/mpconfig.h beside the tree.
    std::optional<Release> release;
    /// The user's own rules, each added to those before or replacing them (StockRules::add).
    std::vector<std::filesystem::path> rules_files;
    /// Tests that the person named, run in this order whatever folder they are in. Relative names are looked
    /// for below the tree, then from the current folder.
    std::vector<std::string> files;
    /// Folders that the person named instead of the default ones (`--test-dirs`), looked for in the same way.
    /// One that is the tree itself stands for the default folders.
    std::vector<std::string> folders;
    /// Take `viper` as an emitter for whole files; MicroPython's tests are not written for it.
    bool takes_viper = false;
    /// The environment variables that rules may look at.
    std::map<std::string, std::string> environment;
};

class StockTree {
  public:
    /// Reads the release and the rules and looks at what was named. Errors: the folder is no tests tree, a
    /// named file or folder is not there, a named folder has no tests, the rules are broken.
    [[nodiscard]] static Result<StockTree> open(StockTreeOptions options);

    /// The tests that a target with these capabilities is asked to run: what was named, else the default
    /// folders, sorted by id as the tree's own runner does. The same test is the same object for every
    /// target. Error: a file cannot be read.
    [[nodiscard]] Result<std::vector<std::shared_ptr<const Test>>> tests_for(const Capabilities& target);

    /// Why the test is not run there: one line that names what is missing. Nothing when it is run.
    [[nodiscard]] std::optional<std::string> left_out(const Test& test, const RequirementScope& scope) const;

    /// Why a fail of the test does not fail the run; nothing for most tests.
    [[nodiscard]] std::optional<std::string> flaky(const Test& test, const RequirementScope& scope) const;

    [[nodiscard]] const std::filesystem::path& root() const { return root_; }
    /// Nothing when it could not be found out: then the newest rules hold.
    [[nodiscard]] const std::optional<Release>& release() const { return release_; }
    /// For the report, behind "rules of MicroPython": "1.25.0 (py/mpconfig.h)", "1.29, the newest here: …".
    [[nodiscard]] const std::string& release_text() const { return release_text_; }
    /// False when the rules are a guess: the release is unknown, or newer than every rule.
    [[nodiscard]] bool rules_fit() const { return rules_fit_; }

  private:
    /// A test as it was found, before it is read.
    struct Found {
        std::string sort_key;  ///< path as it was spelled
        std::string id;
        std::filesystem::path path;  ///< absolute, links not followed
        bool named = false;
    };

    StockTree(StockTreeOptions options, StockRules rules)
        : options_(std::move(options)), rules_(std::move(rules)) {}

    [[nodiscard]] Result<void> check_named() const;
    [[nodiscard]] std::filesystem::path locate(const std::string& spelled) const;
    [[nodiscard]] std::string id_of(const std::filesystem::path& path) const;
    void add_folder(const std::string& spelled, bool named, std::vector<Found>& found) const;
    [[nodiscard]] Result<std::shared_ptr<const Test>> read_test(const Found& found);
    void add_expectation(Test& test) const;
    [[nodiscard]] RequirementScope with_environment(const RequirementScope& scope) const;

    StockTreeOptions options_;
    StockRules rules_;
    std::filesystem::path root_;            ///< absolute, as spelled
    std::filesystem::path canonical_root_;  ///< links followed
    std::optional<Release> release_;
    std::string release_text_;
    bool rules_fit_ = true;
    std::map<std::string, std::shared_ptr<const Test>> tests_;  ///< by id
    std::map<const Test*, std::string> canonical_ids_;
};

/// The release that a py/mpconfig.h states. Error: there is no such file or it states none.
[[nodiscard]] Result<Release> release_of_source_tree(const std::filesystem::path& tree);

}  // namespace harness
