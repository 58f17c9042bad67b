// What a build was made of: name, size and modification time of every file, and what a change of them means.
//
// make looks at times only, and MicroPython's rules know no dependencies of generated headers on other
// headers. So the harness keeps the list of files that the last build was made of and decides from the
// difference whether make may go on where it stopped.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"

namespace harness {

class SourceManifest {
  public:
    struct Entry {
        std::uintmax_t size_bytes = 0;
        std::int64_t time = 0;  ///< ticks of the file system's clock
        bool operator==(const Entry&) const = default;
    };

    /// Adds a file, or every file below a folder. Folders of caches (`__pycache__`, `.git`) and of builds
    /// that somebody made in place (`build`, `build-…`) are left out. What does not exist adds nothing.
    void add(const std::filesystem::path& root, const std::filesystem::path& part);
    void add_entry(std::string name, Entry entry) { entries_[std::move(name)] = entry; }

    /// When the build began that this list is for, in the same ticks.
    void set_started(std::int64_t ticks) { started_ = ticks; }
    [[nodiscard]] std::int64_t started() const { return started_; }

    [[nodiscard]] bool empty() const { return entries_.empty(); }
    [[nodiscard]] const std::map<std::string, Entry>& entries() const { return entries_; }

    /// The start, then one file on a line; parse() reads it back, and takes what it cannot read as empty.
    [[nodiscard]] std::string text() const;
    [[nodiscard]] static SourceManifest parse(std::string_view text);

  private:
    std::int64_t started_ = 0;
    std::map<std::string, Entry> entries_;  ///< by name below the root
};

/// How much of an earlier build can be kept.
enum class Rebuild {
    Nothing,  ///< nothing changed
    Changed,  ///< make finds out by itself what the changed files touch
    Headers,  ///< generated headers are made anew too: a header changed, and they are made from those
    All,      ///< rules or scripts changed, or a file came back with an older time, which make does not see
};

/// What became of `then`, the list of the last attempt, in `now`.
[[nodiscard]] Rebuild rebuild_needed(const SourceManifest& then, const SourceManifest& now);

}  // namespace harness
