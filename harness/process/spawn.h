// Starting one process, cheaply: vfork and exec, with everything that has to be set between the two. Waiting,
// limits and killing are capture.h and family.h.
//
// Cost: vfork shares our memory until exec, so it does not grow with the size of the harness (fork copies
// page tables).
#pragma once

#include <sys/types.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/process/descriptor.h"

namespace harness {

/// What becomes descriptor 0, 1, 2 (and 3) of the child. -1 = /dev/null for 0…2, closed for 3. The caller
/// keeps ownership. Every other descriptor is closed in the child.
struct ChildDescriptors {
    int standard_input = -1;
    int standard_output = -1;
    int standard_error = -1;
    int third = -1;
};

struct SpawnOptions {
    std::uint64_t data_bytes = 0;  ///< RLIMIT_DATA; 0 = inherit
    unsigned open_files = 0;       ///< RLIMIT_NOFILE; 0 = inherit
    std::uint64_t file_bytes = 0;  ///< RLIMIT_FSIZE; 0 = inherit
    /// Standard input is a terminal that becomes the controlling one of the child's session.
    bool controlling_terminal = false;
};

/// From now on spawn() starts nothing and says that we are being stopped: whoever goes through a list of
/// programs would otherwise go on with the next one when the one that runs is killed. For good.
void refuse_new_children();

/// Starts `argv` in a session of its own, with default signal handlers, no core files, and SIGKILL when the
/// calling thread dies. Returns its process id; the caller has to reap it. `environment` is taken as it is.
[[nodiscard]] Result<pid_t> spawn(const std::vector<std::string>& argv,
                                  const std::filesystem::path& working_directory,
                                  const std::vector<std::string>& environment,
                                  const ChildDescriptors& descriptors, const SpawnOptions& options);

/// Path of a program: `name` itself when it holds a slash, else the first executable file along
/// `path_variable`.
[[nodiscard]] Result<std::filesystem::path> find_program(const std::string& name,
                                                         std::string_view path_variable);

/// A pipe, close-on-exec; the read end does not block.
[[nodiscard]] Result<PipeEnds> make_pipe();

/// /dev/null opened for reading and writing, once per process.
[[nodiscard]] int null_device();

/// A file in memory that holds `octets`, positioned at its start; never empty on success.
[[nodiscard]] Result<Descriptor> memory_file(std::string_view octets);

}  // namespace harness
