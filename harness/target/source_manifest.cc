#include "harness/target/source_manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace harness {
namespace fs = std::filesystem;

namespace {

bool is_left_out(const fs::path& folder) {
    const std::string name = folder.filename().string();
    return name == "__pycache__" || name == ".git" || name == "build" || name.starts_with("build-");
}

SourceManifest::Entry entry_of(const fs::directory_entry& file) {
    std::error_code error;
    SourceManifest::Entry entry;
    entry.size_bytes = file.file_size(error);
    entry.time = file.last_write_time(error).time_since_epoch().count();
    return entry;
}

bool is_rule(const fs::path& name) {
    const std::string extension = name.extension().string();
    return extension == ".mk" || extension == ".py" || extension == ".ld" || name.filename() == "Makefile";
}

}  // namespace

void SourceManifest::add(const fs::path& root, const fs::path& part) {
    std::error_code error;
    const fs::directory_entry top(root / part, error);
    if (!error && top.is_regular_file(error)) {
        add_entry(part.generic_string(), entry_of(top));
        return;
    }
    for (fs::recursive_directory_iterator entry(root / part, error), end; !error && entry != end;
         entry.increment(error)) {
        std::error_code unreadable;
        if (entry->is_directory(unreadable)) {
            if (is_left_out(entry->path())) entry.disable_recursion_pending();
            continue;
        }
        add_entry(entry->path().lexically_relative(root).generic_string(), entry_of(*entry));
    }
}

std::string SourceManifest::text() const {
    std::string text = fmt::format("0 {} started\n", started_);
    for (const auto& [name, entry] : entries_)
        text += fmt::format("{} {} {}\n", entry.size_bytes, entry.time, name);
    return text;
}

SourceManifest SourceManifest::parse(std::string_view text) {
    SourceManifest manifest;
    for (bool is_first = true; !text.empty(); is_first = false) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        Entry entry;
        const char* last = line.data() + line.size();
        const auto size = std::from_chars(line.data(), last, entry.size_bytes);
        if (size.ec != std::errc() || size.ptr == last) return {};
        const auto time = std::from_chars(size.ptr + 1, last, entry.time);
        if (time.ec != std::errc() || time.ptr == last) return {};
        if (is_first)
            manifest.set_started(entry.time);
        else
            manifest.add_entry(std::string(time.ptr + 1, last), entry);
    }
    return manifest;
}

Rebuild rebuild_needed(const SourceManifest& then, const SourceManifest& now) {
    Rebuild need = Rebuild::Nothing;
    const auto at_least = [&](Rebuild rebuild) { need = std::max(need, rebuild); };
    for (const auto& [name, entry] : then.entries())
        if (!now.entries().contains(name)) return Rebuild::All;
    for (const auto& [name, entry] : now.entries()) {
        const auto before = then.entries().find(name);
        if (before != then.entries().end() && before->second == entry) continue;
        if (is_rule(name)) return Rebuild::All;
        // A new file may be found where another one was before, or by a wildcard.
        if (before == then.entries().end()) return Rebuild::All;
        if (entry.time <= then.started()) return Rebuild::All;
        at_least(name.ends_with(".h") ? Rebuild::Headers : Rebuild::Changed);
    }
    return need;
}

}  // namespace harness
