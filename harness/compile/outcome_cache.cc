#include "harness/compile/outcome_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "harness/base/files.h"

namespace harness {
namespace fs = std::filesystem;

namespace {

/// The number at the end changes with the form of an entry.
constexpr std::string_view kMagic = "mpyconform-entry-1\n";
constexpr std::size_t kHashDigits = 32;
constexpr std::string_view kFolderName = "compiled";
constexpr std::string_view kStampName = "pruned";
constexpr std::time_t kLookInterval = 3600;
constexpr std::time_t kTouchInterval = 24 * 3600;
constexpr std::time_t kLeftoverAge = 3600;

void put_number(std::string& to, std::uint64_t number) {
    char octets[sizeof number];
    std::memcpy(octets, &number, sizeof number);
    to.append(octets, sizeof octets);
}

void put_text(std::string& to, std::string_view text) {
    put_number(to, text.size());
    to += text;
}

/// Takes numbers and texts from the front; an entry that is too short gives nothing and clears ok.
struct Taker {
    std::string_view rest;
    bool ok = true;

    std::uint64_t number() {
        std::uint64_t value = 0;
        if (rest.size() < sizeof value) {
            ok = false;
            return 0;
        }
        std::memcpy(&value, rest.data(), sizeof value);
        rest.remove_prefix(sizeof value);
        return value;
    }
    std::string_view text() {
        const std::uint64_t length = number();
        if (!ok || length > rest.size()) {
            ok = false;
            return {};
        }
        const std::string_view value = rest.substr(0, length);
        rest.remove_prefix(length);
        return value;
    }
};

std::string packed(const CompileOutcome& outcome) {
    std::string content;
    put_number(content, static_cast<std::uint64_t>(outcome.kind));
    put_number(content, static_cast<std::uint64_t>(outcome.exit_code));
    put_number(content, static_cast<std::uint64_t>(outcome.wall.count()));
    put_number(content, static_cast<std::uint64_t>(outcome.cpu.count()));
    put_text(content, outcome.message);
    put_text(content, outcome.octets ? std::string_view(*outcome.octets) : std::string_view{});
    return content;
}

std::optional<CompileOutcome> unpacked(std::string_view content) {
    Taker taker{content};
    CompileOutcome outcome;
    const std::uint64_t kind = taker.number();
    outcome.kind = static_cast<CompileOutcome::Kind>(kind);
    outcome.exit_code = static_cast<int>(taker.number());
    outcome.wall = std::chrono::nanoseconds(taker.number());
    outcome.cpu = std::chrono::nanoseconds(taker.number());
    outcome.message = taker.text();
    const std::string_view octets = taker.text();
    if (!taker.ok || !taker.rest.empty() || kind > static_cast<std::uint64_t>(CompileOutcome::Kind::Error))
        return std::nullopt;
    if (outcome.kind == CompileOutcome::Kind::Artifact)
        outcome.octets = std::make_shared<const std::string>(octets);
    outcome.cached = true;
    return outcome;
}

bool is_kept(const CompileOutcome& outcome) {
    switch (outcome.kind) {
        case CompileOutcome::Kind::Artifact:
        case CompileOutcome::Kind::Refused:
            return true;
        // mpy-cross ends with 1 when it refuses a program. Other numbers are nothing that it does.
        case CompileOutcome::Kind::Error:
            return outcome.exit_code == 1 && !outcome.message.empty();
        case CompileOutcome::Kind::Crash:
        case CompileOutcome::Kind::Hang:
        case CompileOutcome::Kind::Wrong:
            break;
    }
    return false;
}

}  // namespace

fs::path cache_folder(const fs::path& project_root) {
    const char* named = std::getenv("MPYCONFORM_CACHE");
    if (named != nullptr && *named != '\0') return fs::absolute(named);
    return fs::absolute(project_root) / ".cache";
}

OutcomeCache::OutcomeCache(fs::path folder, std::uint64_t limit_bytes)
    : folder_(std::move(folder) / kFolderName), limit_bytes_(limit_bytes) {}

fs::path OutcomeCache::entry_path(const std::string& key) const {
    return folder_ / key.substr(0, 2) / key.substr(2);
}

std::optional<std::string> OutcomeCache::read_entry(const std::string& key) {
    const fs::path path = entry_path(key);
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return std::nullopt;
    struct stat status {};
    std::string entry;
    std::size_t filled = 0;
    if (::fstat(file, &status) == 0 && S_ISREG(status.st_mode)) {
        entry.resize(static_cast<std::size_t>(status.st_size));
        while (filled < entry.size()) {
            const ssize_t got = ::read(file, entry.data() + filled, entry.size() - filled);
            if (got < 0 && errno == EINTR) continue;
            if (got <= 0) break;
            filled += static_cast<std::size_t>(got);
        }
        // The time of the last change is the time of the last use; once a day is exact enough.
        if (std::time(nullptr) - status.st_mtim.tv_sec > kTouchInterval) ::futimens(file, nullptr);
    }
    ::close(file);
    entry.resize(filled);

    const std::string_view whole(entry);
    const std::size_t head = kMagic.size() + kHashDigits;
    if (whole.size() > head && whole.starts_with(kMagic) &&
        whole.substr(kMagic.size(), kHashDigits) == content_hash(whole.substr(head))) {
        Taker taker{whole.substr(head)};
        if (taker.text() == key && taker.ok) return std::string(taker.rest);
    }
    ++counts_.damaged;
    ::unlink(path.c_str());
    return std::nullopt;
}

void OutcomeCache::write_entry(const std::string& key, std::string_view content) {
    std::string body;
    put_text(body, key);
    body += content;
    const std::string entry = fmt::format("{}{}{}", kMagic, content_hash(body), body);
    if (const auto written = write_file_atomically(entry_path(key), entry); !written) {
        note_once("the cache of compilations cannot be written: " + written.error().message);
        return;
    }
    ++counts_.stored;
    stored_bytes_ += entry.size();
}

std::optional<CompileOutcome> OutcomeCache::find(const std::string& key) {
    if (const auto content = read_entry(key)) {
        if (auto outcome = unpacked(*content)) {
            ++counts_.hits;
            return outcome;
        }
        ++counts_.damaged;
    }
    ++counts_.misses;
    return std::nullopt;
}

void OutcomeCache::store(const std::string& key, const CompileOutcome& outcome) {
    if (is_kept(outcome)) write_entry(key, packed(outcome));
}

std::optional<std::string> OutcomeCache::find_text(const std::string& key) {
    return read_entry(key);
}

void OutcomeCache::store_text(const std::string& key, const std::string& text) {
    write_entry(key, text);
}

bool OutcomeCache::should_look() const {
    if (stored_bytes_ == 0) return false;
    if (stored_bytes_ >= limit_bytes_ / 16) return true;
    struct stat status {};
    const fs::path stamp = folder_ / kStampName;
    return ::stat(stamp.c_str(), &status) != 0 || std::time(nullptr) - status.st_mtim.tv_sec >= kLookInterval;
}

void OutcomeCache::prune() {
    if (!should_look()) return;
    struct Entry {
        timespec used;
        std::uint64_t bytes;
        fs::path path;
    };
    std::vector<Entry> entries;
    std::uint64_t all_bytes = 0;
    const std::time_t now = std::time(nullptr);
    std::error_code error;
    for (fs::recursive_directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
        struct stat status {};
        if (::lstat(at->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
        if (at->path().filename() == kStampName) continue;
        if (at->path().extension() == ".tmp") {
            // A run that was killed between writing and renaming leaves this; a run that is alive needs it.
            if (now - status.st_mtim.tv_sec > kLeftoverAge) ::unlink(at->path().c_str());
            continue;
        }
        const auto bytes = static_cast<std::uint64_t>(status.st_blocks) * 512;
        entries.push_back({status.st_mtim, bytes, at->path()});
        all_bytes += bytes;
    }
    if (all_bytes > limit_bytes_) {
        std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
            return std::pair(a.used.tv_sec, a.used.tv_nsec) < std::pair(b.used.tv_sec, b.used.tv_nsec);
        });
        for (const Entry& entry : entries) {
            if (all_bytes <= limit_bytes_ / 4 * 3) break;
            if (::unlink(entry.path.c_str()) == 0) all_bytes -= entry.bytes;
        }
    }
    if (const auto written = write_file_atomically(folder_ / kStampName, {}); !written)
        note_once("the cache of compilations cannot be written: " + written.error().message);
    stored_bytes_ = 0;
}

void OutcomeCache::note_once(std::string note) {
    // The reason may name another file each time; one line is enough to act on.
    if (notes_.empty()) notes_.push_back(std::move(note));
}

}  // namespace harness
