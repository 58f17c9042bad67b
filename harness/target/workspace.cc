#include "harness/target/workspace.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace harness {
namespace fs = std::filesystem;

namespace {

using Made = std::vector<std::pair<fs::path, fs::file_time_type>>;

bool is_clean(const Made& made) {
    return std::all_of(made.begin(), made.end(), [](const auto& entry) {
        std::error_code error;
        return fs::last_write_time(entry.first, error) == entry.second && !error;
    });
}

/// Folders become folders, everything else a link; `made` gets every folder with its final modification time.
bool mirror_folder(const fs::path& original, const fs::path& copy, Made& made, std::error_code& error) {
    fs::create_directories(copy, error);
    if (error) return false;
    for (fs::directory_iterator entry(original, error), end; !error && entry != end; entry.increment(error)) {
        const fs::path target = copy / entry->path().filename();
        if (entry->is_directory() && !entry->is_symlink()) {
            if (!mirror_folder(entry->path(), target, made, error)) return false;
        } else {
            fs::create_symlink(entry->path(), target, error);
            if (error) return false;
        }
    }
    if (error) return false;
    // A time long past: the clock that stamps folders ticks slowly, and a change right after this must show.
    const auto time = fs::file_time_type::clock::now() - std::chrono::hours(24);
    fs::last_write_time(copy, time, error);
    if (error) return false;
    made.emplace_back(copy, fs::last_write_time(copy, error));
    return !error;
}

void remove_quietly(const fs::path& path) {
    std::error_code ignored;
    fs::remove_all(path, ignored);
}

}  // namespace

Workspace::Workspace(Workspace&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      slot_(other.slot_),
      original_(std::move(other.original_)),
      folder_(std::move(other.folder_)),
      scratch_(std::move(other.scratch_)) {}

Workspace::~Workspace() {
    if (pool_ != nullptr) pool_->release(slot_, original_);
}

Result<std::unique_ptr<WorkspacePool>> WorkspacePool::create() {
    MPY_TRY(TemporaryDirectory root, TemporaryDirectory::create("mpyconform-", folder_for_scratch()));
    return std::unique_ptr<WorkspacePool>(new WorkspacePool(std::move(root)));
}

fs::path WorkspacePool::slot_path(std::size_t slot) const {
    return root_.path() / std::to_string(slot);
}

Result<WorkspacePool::Mirror> WorkspacePool::make_mirror(std::size_t slot, const fs::path& original) const {
    // The mirror's parent shows the original's neighbours, so that "../other/file" still resolves.
    const fs::path parent = slot_path(slot) / content_hash(original.parent_path().string()).substr(0, 16);
    Mirror mirror;
    mirror.path = parent / original.filename();
    std::error_code error;
    fs::create_directories(parent, error);
    remove_quietly(mirror.path);
    if (!mirror_folder(original, mirror.path, mirror.made, error))
        return io_error(
            fmt::format("cannot make a workspace for {}: {}", original.string(), error.message()));
    for (fs::directory_iterator entry(original.parent_path(), error), end; !error && entry != end;
         entry.increment(error)) {
        const fs::path neighbour = parent / entry->path().filename();
        std::error_code ignored;
        if (!fs::exists(fs::symlink_status(neighbour, ignored)))
            fs::create_symlink(entry->path(), neighbour, ignored);
    }
    return mirror;
}

Result<Workspace> WorkspacePool::acquire(const fs::path& folder) {
    const fs::path original = folder.lexically_normal();
    auto free_slot = std::find_if(slots_.begin(), slots_.end(), [](const Slot& slot) { return !slot.busy; });
    if (free_slot == slots_.end()) free_slot = slots_.emplace(slots_.end());
    const auto slot = static_cast<std::size_t>(free_slot - slots_.begin());
    auto found = free_slot->mirrors.find(original);
    if (found == free_slot->mirrors.end()) {
        MPY_TRY(Mirror mirror, make_mirror(slot, original));
        found = free_slot->mirrors.emplace(original, std::move(mirror)).first;
    }
    const fs::path scratch = slot_path(slot) / "scratch";
    std::error_code error;
    fs::create_directories(scratch, error);
    if (error) return io_error(fmt::format("cannot make {}: {}", scratch.string(), error.message()));
    free_slot->busy = true;
    return Workspace(this, slot, original, found->second.path, scratch);
}

void WorkspacePool::release(std::size_t slot, const fs::path& original) {
    Slot& used = slots_[slot];
    used.busy = false;
    const auto found = used.mirrors.find(original);
    if (found != used.mirrors.end() && !is_clean(found->second.made)) {
        remove_quietly(found->second.path);
        used.mirrors.erase(found);
    }
    std::error_code error;
    for (fs::directory_iterator entry(slot_path(slot) / "scratch", error), end; !error && entry != end;
         entry.increment(error))
        remove_quietly(entry->path());
}

}  // namespace harness
