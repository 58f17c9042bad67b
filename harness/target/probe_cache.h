// Remembers what a target said it can do, keyed by the identity of its runtime and of the questions.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "harness/target/probe_scripts.h"

namespace harness {

/// `folder` may be empty: then nothing is kept.
class ProbeCache {
  public:
    explicit ProbeCache(std::filesystem::path folder) : folder_(std::move(folder)) {}
    /// Nothing when it is not there or damaged.
    [[nodiscard]] std::optional<ProbeAnswers> find(const std::string& key) const;
    /// A cache that cannot be written costs time, not verdicts: trouble is not reported.
    void keep(const std::string& key, const ProbeAnswers& answers) const;

  private:
    std::filesystem::path folder_;
};

}  // namespace harness
