// What CPython printed for a program, kept on disk under the hash of everything that it depends on. Safe with
// several runs at once (atomic writes; the same key always means the same content). A damaged entry is not
// used, and is overwritten.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "harness/base/result.h"

namespace harness {

/// How a program ended under CPython.
struct ProgramEnd {
    int exit_code = 0;      ///< 0 when a signal ended it
    int signal_number = 0;  ///< 0 = it ended by itself
    std::string output;     ///< stdout and stderr merged, as written
};

class ExpectationCache {
  public:
    /// An empty folder means: no cache.
    explicit ExpectationCache(std::filesystem::path folder) : folder_(std::move(folder)) {}

    [[nodiscard]] std::optional<ProgramEnd> load(const std::string& key) const;
    /// An Error says that the cache could not be written (a full disk); the run goes on without.
    [[nodiscard]] Result<void> store(const std::string& key, const ProgramEnd& end) const;

    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }

  private:
    [[nodiscard]] std::filesystem::path path_of(const std::string& key) const;
    std::filesystem::path folder_;
};

}  // namespace harness
