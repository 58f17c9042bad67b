// Folders to run programs in.
//
// A test resolves file names beside itself and some write files there. Two jobs that run at the same time
// must not see each other's files, and the user's tree must stay as it is. A workspace is therefore a folder
// tree of its own in which every file of the test's folder appears as a symbolic link. It is made once per
// (slot, folder) and used again while it is clean: a folder whose modification time has moved is made anew.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/files.h"
#include "harness/base/result.h"

namespace harness {

class WorkspacePool;

/// A workspace in use by one job; given back when the object dies.
class Workspace {
  public:
    Workspace(Workspace&& other) noexcept;
    Workspace& operator=(Workspace&&) = delete;
    Workspace(const Workspace&) = delete;
    ~Workspace();

    /// Stand-in for the folder that was asked for.
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    /// An empty folder for the job's own files (the artifact), not below folder().
    [[nodiscard]] const std::filesystem::path& scratch() const { return scratch_; }

  private:
    friend class WorkspacePool;
    Workspace(WorkspacePool* pool, std::size_t slot, std::filesystem::path original,
              std::filesystem::path folder, std::filesystem::path scratch)
        : pool_(pool),
          slot_(slot),
          original_(std::move(original)),
          folder_(std::move(folder)),
          scratch_(std::move(scratch)) {}

    WorkspacePool* pool_;
    std::size_t slot_;
    std::filesystem::path original_;
    std::filesystem::path folder_;
    std::filesystem::path scratch_;
};

class WorkspacePool {
  public:
    /// Everything is made below a temporary folder that dies with the pool.
    [[nodiscard]] static Result<std::unique_ptr<WorkspacePool>> create();

    /// A workspace for programs of `folder`; the folder's neighbours can be reached by relative names as
    /// well.
    [[nodiscard]] Result<Workspace> acquire(const std::filesystem::path& folder);

  private:
    friend class Workspace;

    /// One mirrored folder: its own mtime and its sub-folders' at the time it was made.
    struct Mirror {
        std::filesystem::path path;
        std::vector<std::pair<std::filesystem::path, std::filesystem::file_time_type>> made;
    };
    struct Slot {
        bool busy = false;
        std::map<std::filesystem::path, Mirror> mirrors;  ///< by original folder
    };

    explicit WorkspacePool(TemporaryDirectory root) : root_(std::move(root)) {}
    [[nodiscard]] std::filesystem::path slot_path(std::size_t slot) const;
    [[nodiscard]] Result<Mirror> make_mirror(std::size_t slot, const std::filesystem::path& original) const;
    void release(std::size_t slot, const std::filesystem::path& original);

    TemporaryDirectory root_;
    std::vector<Slot> slots_;
};

}  // namespace harness
