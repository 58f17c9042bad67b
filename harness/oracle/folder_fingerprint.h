// What lies in a folder that a program could import or open, as one hash: part of an expectation's cache key.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace harness {

/// Names, kinds and contents of everything in a folder and below it, except what no CPython program reads:
/// `*.mpy`, `*.exp`, `__pycache__`, names starting with a dot. Contents, not times, so that a fresh checkout
/// finds its cache. A file above 1 MiB counts by size and modification time. Each folder is looked at once in
/// the life of the object.
class FolderFingerprints {
  public:
    /// nullopt: the folder cannot be read or holds more than 20 000 entries; nothing that depends on it may
    /// be cached.
    [[nodiscard]] std::optional<std::string> of(const std::filesystem::path& folder);

  private:
    std::map<std::filesystem::path, std::optional<std::string>> known_;
};

}  // namespace harness
