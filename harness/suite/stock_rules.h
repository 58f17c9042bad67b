// Which tests of a MicroPython tests tree are run where: the rules of that tree's own runner, read from data
// (stock_rules.toml, built into the program), and by files of the user's that add to it, overrule it or
// replace it.
//
// A file of the user's has the tables of stock_rules.toml, `schema` too, and two more things:
//
//     replaces = true     it stands in for all rules so far and needs `newest_release`; without it, it adds
//     to them
//     [[run]]             tests or stems, when, releases: these run although an earlier file leaves them out
//
// Its own [[skip]] rows come before its [[run]] rows, and both before what earlier files say.
//
// A StockRules object is narrowed to one release of the tree: rows for other releases are gone. It knows
// names and targets only; files are the business of stock_tree.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "harness/base/regex.h"
#include "harness/base/result.h"
#include "harness/model/release.h"
#include "harness/suite/requirement.h"

namespace harness {

/// The names that a test is known by.
struct StockName {
    std::string_view id;         ///< "basics/int1.py", or an absolute path outside the tree
    std::string_view canonical;  ///< the same with links followed; equals `id` when there are none
    std::string_view stem;       ///< "int1"
};

class StockRules {
  public:
    /// Parses a whole file and keeps the rows that hold for `release`; without one (it could not be found
    /// out) the rows that hold for the newest. `file` is what messages name.
    [[nodiscard]] static Result<StockRules> parse(std::string_view text, const std::string& file,
                                                  const std::optional<Release>& release);
    /// Adds a file of the user's to these rules, or puts it in their place. Errors as parse().
    [[nodiscard]] Result<void> add(std::string_view text, const std::string& file,
                                   const std::optional<Release>& release);
    /// The rules that are built into the program.
    [[nodiscard]] static Result<StockRules> built_in(const std::optional<Release>& release);
    [[nodiscard]] static std::string_view built_in_text();

    /// Tests that rows of add()ed files name in full, each with file and line of its row: they have to be
    /// there.
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& named_tests() const {
        return named_;
    }

    /// The newest release that the rows describe; a newer tree gets the same rows.
    [[nodiscard]] const Release& newest_release() const { return newest_; }

    /// Folders below the tree whose tests the target runs when none are named, in the order of the file.
    [[nodiscard]] std::vector<std::string> folders(const RequirementScope& scope) const;

    /// Why the test is left out: one line that names what is missing. Nothing when no rule says so.
    [[nodiscard]] std::optional<std::string> skip_reason(const StockName& name,
                                                         const RequirementScope& scope) const;

    /// The test's .exp is a pattern file.
    [[nodiscard]] bool is_pattern(std::string_view id) const;
    /// Why a fail of this test does not fail the run.
    [[nodiscard]] std::optional<std::string> flaky(std::string_view id, const RequirementScope& scope) const;
    /// Key of the tests that must not run at the same time as one with this source; empty = none.
    [[nodiscard]] Result<std::string> exclusive_key(std::string_view source) const;
    /// A test with this source looks at a clock or waits for threads.
    [[nodiscard]] Result<bool> is_timed(std::string_view source) const;

  private:
    struct Folder {
        std::string path;
        Requirement when;
    };
    struct Skip {
        Requirement needs;
        Requirement when;
        std::string reason;
        /// It lets the test run: no later row is asked.
        bool runs = false;
    };
    struct Flaky {
        std::string test;
        Requirement when;
        std::string reason;
    };
    struct Exclusive {
        Regex source;
        std::string key;
    };
    /// Rows by name: whole names are looked up, globs are tried one after the other.
    struct NameIndex {
        std::unordered_map<std::string, std::vector<std::size_t>> whole;
        std::vector<std::pair<std::string, std::size_t>> globs;

        void add(const std::string& name, std::size_t row);
        void find(std::string_view name, std::vector<std::size_t>& rows) const;
    };
    class Loader;

    Release newest_;
    std::vector<Folder> folders_;
    /// The rows of one file, found by name; the first that applies decides.
    struct SkipRows {
        std::vector<Skip> rows;
        NameIndex tests;
        NameIndex stems;

        /// The row that decides about the test; null when none does.
        [[nodiscard]] std::optional<Skip> find(const StockName& name, const RequirementScope& scope) const;
    };
    std::vector<SkipRows> skips_;  ///< the file that was added last comes first
    std::vector<std::string> patterns_;
    std::vector<Flaky> flaky_;
    std::vector<Exclusive> exclusives_;
    std::vector<Regex> timed_;
    std::vector<std::pair<std::string, std::string>> named_;
};

}  // namespace harness
