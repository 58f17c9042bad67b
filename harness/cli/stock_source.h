// A MicroPython tests tree as the plan sees it.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/run/plan.h"
#include "harness/suite/stock_tree.h"

namespace harness {

struct StockWishes {
    std::filesystem::path tests;
    std::string release;  ///< empty = found out
    std::vector<std::string> folders;
    /// What the person named on the command line; names of files and folders of the tree, or of files
    /// anywhere, are taken from it.
    std::vector<std::string> selection;
    /// Names below here belong to our own suites.
    std::filesystem::path suites;
    bool takes_viper = false;
    /// The user's own rules.
    std::vector<std::string> skip_rules;
};

class StockSource : public TestSource {
  public:
    [[nodiscard]] static Result<std::unique_ptr<StockSource>> create(const StockWishes& wishes);

    [[nodiscard]] std::string_view name() const override { return kStockSuite; }
    [[nodiscard]] Result<std::vector<std::shared_ptr<const Test>>> tests_for(
        const PlannedTarget& target) override;
    [[nodiscard]] std::optional<LeftOut> left_out(const Test& test,
                                                  const Combination& combination) const override;
    [[nodiscard]] bool wants_newest_compiler() const override { return false; }
    [[nodiscard]] std::optional<std::string> flaky_reason(const Test& test,
                                                          const RequirementScope& scope) const override {
        return tree_.flaky(test, scope);
    }
    [[nodiscard]] const std::string& release_text() const { return tree_.release_text(); }
    [[nodiscard]] bool rules_fit() const { return tree_.rules_fit(); }

  private:
    explicit StockSource(StockTree tree) : tree_(std::move(tree)) {}
    StockTree tree_;
};

}  // namespace harness
