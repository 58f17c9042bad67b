#include "harness/oracle/folder_fingerprint.h"

#include <algorithm>
#include <system_error>
#include <vector>

#include "harness/base/files.h"

namespace harness {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t kMostEntries = 20'000;
constexpr std::uintmax_t kLargeFile = std::uintmax_t{1} << 20;

bool is_ignored(const fs::path& name) {
    return name.native().starts_with('.') || name.extension() == ".mpy" || name.extension() == ".exp" ||
           name == "__pycache__";
}

bool add_file(KeyBuilder& key, const fs::directory_entry& entry) {
    std::error_code error;
    const std::uintmax_t size = entry.file_size(error);
    if (error) return false;
    if (size <= kLargeFile) {
        const auto hash = file_hash(entry.path());
        if (!hash) return false;
        key.add(*hash);
        return true;
    }
    const auto modified = entry.last_write_time(error);
    if (error) return false;
    key.add_number(size).add_number(static_cast<std::uint64_t>(modified.time_since_epoch().count()));
    return true;
}

bool add_folder(KeyBuilder& key, const fs::path& folder, std::size_t& entries) {
    std::error_code error;
    std::vector<fs::directory_entry> found;
    for (fs::directory_iterator it(folder, error), last; !error && it != last; it.increment(error)) {
        if (is_ignored(it->path().filename())) continue;
        if (++entries > kMostEntries) return false;
        found.push_back(*it);
    }
    if (error) return false;
    std::sort(found.begin(), found.end());
    for (const fs::directory_entry& entry : found) {
        key.add(entry.path().filename().native());
        if (entry.is_symlink(error)) {
            // A link to a folder is not followed: it may lead in a circle.
            key.add("link").add(fs::read_symlink(entry.path(), error).native());
            if (!entry.is_regular_file(error)) continue;
        }
        if (entry.is_directory(error)) {
            key.add("folder");
            if (!add_folder(key, entry.path(), entries)) return false;
            key.add("end");
        } else if (entry.is_regular_file(error)) {
            // One that vanished since the listing is a temporary file of somebody's: not counted.
            key.add("file");
            if (!add_file(key, entry) && fs::exists(entry.path(), error)) return false;
        } else {
            key.add("other");
        }
    }
    return true;
}

}  // namespace

std::optional<std::string> FolderFingerprints::of(const fs::path& folder) {
    const auto found = known_.find(folder);
    if (found != known_.end()) return found->second;
    KeyBuilder key;
    std::size_t entries = 0;
    std::optional<std::string> fingerprint;
    if (add_folder(key, folder, entries)) fingerprint = key.hex();
    known_.emplace(folder, fingerprint);
    return fingerprint;
}

}  // namespace harness
