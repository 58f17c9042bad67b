// Files of the runner: whole reads, atomic writes, hashes. Not a virtual file system: tests use real
// temporary folders (TemporaryDirectory).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "harness/base/result.h"

namespace harness {

/// The whole file as octets.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path);

/// Writes to a temporary name in the same folder, then renames: a reader sees the old file or the new one,
/// never a part, and several runs may write the same name at once. Missing folders are made. The file is left
/// out, and the error says so, when the disk is full.
[[nodiscard]] Result<void> write_file_atomically(const std::filesystem::path& path, std::string_view octets);

/// 128-bit content hash (XXH3) as 32 hex digits; for cache keys, not for signatures.
[[nodiscard]] std::string content_hash(std::string_view octets);

/// Builds a cache key out of several parts; each part's length is hashed too, so that parts cannot run
/// together.
class KeyBuilder {
  public:
    KeyBuilder& add(std::string_view part);
    KeyBuilder& add_number(std::uint64_t number);
    [[nodiscard]] std::string hex() const;

  private:
    std::string buffer_;
};

/// Hash of a file's content. Remembers size and modification time for this process, so that asking twice
/// reads once.
[[nodiscard]] Result<std::string> file_hash(const std::filesystem::path& path);

/// The parent for folders of many small files that nobody keeps: memory where there is a quarter of a
/// gigabyte of it (`/dev/shm`), because a disk's file system makes a link in 60 microseconds after many were
/// removed; else, and where TMPDIR is set, empty: the system's temporary folder.
[[nodiscard]] std::filesystem::path folder_for_scratch();

/// A folder that is removed with everything in it when the object dies.
class TemporaryDirectory {
  public:
    /// Made below `parent` (default: the system's temporary folder); the name starts with `prefix`.
    [[nodiscard]] static Result<TemporaryDirectory> create(std::string_view prefix,
                                                           const std::filesystem::path& parent = {});
    TemporaryDirectory(TemporaryDirectory&& other) noexcept;
    TemporaryDirectory& operator=(TemporaryDirectory&& other) noexcept;
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    explicit TemporaryDirectory(std::filesystem::path path) : path_(std::move(path)) {}
    std::filesystem::path path_;
};

}  // namespace harness
