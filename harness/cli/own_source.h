// Our own suites as the plan sees them: programs of suites/, written out as files that both interpreters can
// run.
#pragma once

#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/run/plan.h"
#include "harness/suite/requirement.h"

namespace harness {

class OwnSource : public TestSource {
  public:
    /// Reads `suites` and writes every program and helper below `cache`, once for each content. Error: what
    /// is wrong with the suites, all of it.
    [[nodiscard]] static Result<std::unique_ptr<OwnSource>> create(const std::filesystem::path& suites,
                                                                   const std::filesystem::path& cache);

    [[nodiscard]] std::string_view name() const override { return "conformance"; }
    [[nodiscard]] Result<std::vector<std::shared_ptr<const Test>>> tests_for(const PlannedTarget&) override {
        return tests_;
    }
    [[nodiscard]] std::optional<LeftOut> left_out(const Test& test,
                                                  const Combination& combination) const override;
    [[nodiscard]] bool wants_newest_compiler() const override { return true; }

  private:
    OwnSource() = default;
    std::vector<std::shared_ptr<const Test>> tests_;
    /// Parsed once: requirement of each distinct `needs` text.
    std::map<std::string, Requirement> requirements_;
};

}  // namespace harness
