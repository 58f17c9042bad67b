// Compilations of earlier runs, on disk: artifacts, refusals and errors by the hash of everything that went
// into them.
//
// One file per entry below `folder`, spread over 256 folders, written to a temporary name and renamed: any
// number of runs may use it at once. Why not SQLite: a lookup of a 1.5 kB entry among 40 000 was measured at
// 4 microseconds with files and at 19 with SQLite, a write at 18 and at 40, and a damaged file costs one
// entry. An entry holds its key, its lengths and a hash over all of it; one that does not agree is taken for
// absent and removed. The cache is advice: that it cannot be read or written is told once and costs time,
// never a verdict.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/compile/compiler.h"

namespace harness {

/// `.cache` in the project, or the folder that the environment variable MPYCONFORM_CACHE names.
[[nodiscard]] std::filesystem::path cache_folder(const std::filesystem::path& project_root);

struct OutcomeCacheCounts {
    std::size_t hits = 0;
    std::size_t misses = 0;
    std::size_t damaged = 0;  ///< of the misses: entries that did not agree with themselves
    std::size_t stored = 0;
};

class OutcomeCache {
  public:
    static constexpr std::uint64_t kUsualLimit = std::uint64_t{1} << 30;

    /// Nothing is made before the first store().
    explicit OutcomeCache(std::filesystem::path folder, std::uint64_t limit_bytes = kUsualLimit);

    /// `key` is 32 hexadecimal digits. The outcome has `cached` set.
    [[nodiscard]] std::optional<CompileOutcome> find(const std::string& key);
    /// Keeps artifacts, refusals and ordinary errors. Crashes, hangs and wrong artifacts are never kept: a
    /// machine under load or a person with `kill` can cause them.
    void store(const std::string& key, const CompileOutcome& outcome);

    /// Any other small text (what a compiler says of itself), by a key of its own.
    [[nodiscard]] std::optional<std::string> find_text(const std::string& key);
    void store_text(const std::string& key, const std::string& text);

    /// Removes the entries that have not been used for longest until at most three quarters of the limit are
    /// left, and leftovers of runs that died. Looks at the folder only when this run stored something and the
    /// last look is an hour ago, or when this run alone stored a sixteenth of the limit. Costs about 2 ms for
    /// 1000 entries.
    void prune();

    [[nodiscard]] const OutcomeCacheCounts& counts() const { return counts_; }
    /// What a person should know: the folder cannot be written. At most one line each.
    [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

  private:
    [[nodiscard]] std::filesystem::path entry_path(const std::string& key) const;
    [[nodiscard]] std::optional<std::string> read_entry(const std::string& key);
    void write_entry(const std::string& key, std::string_view content);
    [[nodiscard]] bool should_look() const;
    void note_once(std::string note);

    std::filesystem::path folder_;
    std::uint64_t limit_bytes_;
    std::uint64_t stored_bytes_ = 0;
    OutcomeCacheCounts counts_;
    std::vector<std::string> notes_;
};

}  // namespace harness
