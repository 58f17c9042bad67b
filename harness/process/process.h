// Running a child process to its end, bounded in time, output and memory.
//
// This room is the only one that starts processes. It runs on one Asio io_context that is driven by ONE
// thread (coroutines, no locks); the thread that starts a child has to live as long as the child does,
// because Linux ties the "kill me when my parent dies" signal to it. Longer conversations with a child are
// harness/process/child_stream.h.
//
// What a family is: every child starts a session of its own (setsid), so that it, its process group and all
// its descendants can be told from everybody else's. However the child ends, its whole family is killed and
// reaped before the result is handed out: the group by one signal, and those that left the group or the
// session because they are reparented to us (PR_SET_CHILD_SUBREAPER) and carry our marker in their
// environment. See family.h for what is possible and what is not, guard.h for what happens when the harness
// itself is killed.
//
// Why not Boost.Process v2 (1.81): its waiting is waitpid(), which has no processor time and no peak memory;
// its default launcher forks the whole harness; its vfork launcher notifies Asio of a fork from inside the
// vforked child, which closes the PARENT's epoll descriptor through the shared memory; it cannot put a child
// into a session, set resource limits or a parent-death signal before exec without hooks of our own for each.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/outcome.h"

namespace harness {

struct Command {
    /// argv[0] is the program: a path, or a name that is looked for along PATH (the PATH of `environment`).
    std::vector<std::string> argv;
    /// Empty = ours.
    std::filesystem::path working_directory;
    /// The whole environment as "NAME=value". See inherited_environment().
    std::vector<std::string> environment;
    /// What the child reads from its standard input (a seekable file in memory, then end of file).
    /// Empty = /dev/null.
    std::string input;

    /// As a person would type it into a shell: `cd DIR && argv…`, quoted where needed. The environment is
    /// left out.
    [[nodiscard]] std::string shell_text() const;
};

/// Our own environment with some variables replaced or added. A value that is std::nullopt removes the name.
[[nodiscard]] std::vector<std::string> inherited_environment(
    const std::vector<std::pair<std::string, std::string>>& overrides = {},
    const std::vector<std::string>& removed = {});

struct Limits {
    /// From the start to the end of the child. Zero = none.
    std::chrono::milliseconds wall{30'000};
    /// Stdout and stderr together. The family is killed when it writes more; what is kept is this much.
    std::size_t output_bytes = std::size_t{16} << 20;
    /// Resident memory of the child and its descendants; 0 = none. Sampled while it runs and compared with
    /// the kernel's peak at the end. As a backstop between two samples no process of the family can have more
    /// than twice this much private writable memory (RLIMIT_DATA; RLIMIT_AS would break user-mode emulators
    /// and sanitizers, which reserve address space that they never use).
    std::uint64_t memory_bytes = 0;
    /// Soft and hard RLIMIT_NOFILE; 0 = inherit. Source: test-conventions 4.5 wants 1024 for tests.
    unsigned open_files = 0;
    /// RLIMIT_FSIZE: the longest file that the family may write; a longer one ends it by SIGXFSZ. 0 =
    /// inherit.
    std::uint64_t file_bytes = 0;
    /// True: stderr is captured apart (ProcessResult::error_output), and its order relative to stdout is
    /// lost.
    bool separate_stderr = false;
    /// After the child itself has ended, how long a descendant that still holds the output open may write.
    std::chrono::milliseconds grace{500};
};

struct ProcessResult {
    /// Exited, Signalled, TimedOut, OutputFlood, MemoryExceeded; Unavailable when the run was cancelled.
    Ending ending = Ending::Unavailable;
    int exit_code = 0;      ///< for Exited
    int signal_number = 0;  ///< for Signalled
    /// Stdout, and stderr merged in order unless Limits::separate_stderr.
    std::string output;
    std::string error_output;
    bool truncated = false;  ///< more was written than Limits::output_bytes
    std::chrono::nanoseconds wall{0};
    std::chrono::nanoseconds cpu{0};  ///< user + system, of the child and of those it waited for
    /// Peak resident size of the largest process that the child was or waited for. Linux carries the peak of
    /// the process that called exec (here: the harness) into the new program, so a peak below our own cannot
    /// be told: 0 then.
    std::uint64_t peak_memory_bytes = 0;
    /// A sentence for a person when something is worth saying (what was killed and why).
    std::string trouble;

    /// The same as the plain outcome that the judge reads.
    [[nodiscard]] Outcome to_outcome() &&;
};

/// Starts the command, captures what it writes, enforces the limits, kills and reaps its family. An Error
/// means that it could not be started (MissingTool: no such program; Io otherwise). Cancelling the coroutine,
/// or destroying it while it is suspended, kills the family as well; the cancelled coroutine returns
/// Ending::Unavailable, and the caller's next co_await throws as Asio always does.
[[nodiscard]] boost::asio::awaitable<Result<ProcessResult>> run_process(Command command, Limits limits);

/// Kills every family that is alive, at once and without waiting. For an impatient second Ctrl-C.
void kill_all_families();

}  // namespace harness
