#include "harness/process/guard.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "harness/process/descriptor.h"

namespace harness {

namespace {

// The guard is a fork without exec of a program that may have threads: only system calls and memory of its
// own are allowed, no allocation.
constexpr std::size_t kMarkerLimit = 128;
constexpr std::size_t kEnvironmentLimit = std::size_t{256} << 10;
char guard_marker[kMarkerLimit];
char guard_buffer[kEnvironmentLimit];

struct DirectoryEntry {  // Source: getdents64(2)
    std::uint64_t inode;
    std::int64_t offset;
    unsigned short length;
    unsigned char type;
    char name[1];
};

bool carries_marker(const char* process) {
    char path[64];
    std::size_t used = 0;
    for (const char* part : {"/proc/", process, "/environ"})
        while (*part != '\0' && used + 1 < sizeof path) path[used++] = *part++;
    path[used] = '\0';
    const int file = ::open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    std::size_t size = 0;
    for (;;) {
        const ssize_t got = ::read(file, guard_buffer + size, kEnvironmentLimit - size);
        if (got <= 0) break;
        size += static_cast<std::size_t>(got);
        if (size == kEnvironmentLimit) break;
    }
    ::close(file);
    return ::memmem(guard_buffer, size, guard_marker, ::strlen(guard_marker) + 1) != nullptr;
}

/// One walk over /proc; the number of processes that were killed.
int kill_marked() {
    const int folder = ::open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0) return 0;
    int killed = 0;
    alignas(8) char entries[4096];
    for (;;) {
        const long got = ::syscall(SYS_getdents64, folder, entries, sizeof entries);
        if (got <= 0) break;
        for (long at = 0; at < got;) {
            const auto* entry = reinterpret_cast<const DirectoryEntry*>(entries + at);
            at += entry->length;
            int process = 0;
            const char* digit = entry->name;
            for (; *digit >= '0' && *digit <= '9'; ++digit) process = process * 10 + (*digit - '0');
            if (process <= 1 || *digit != '\0' || !carries_marker(entry->name)) continue;
            if (::kill(process, SIGKILL) == 0) ++killed;
        }
    }
    ::close(folder);
    return killed;
}

[[noreturn]] void guard(int pipe_end) {
    ::setsid();
    ::prctl(PR_SET_NAME, "mpyconform-grd");
    // Nothing that the harness had open may stay open for our sake: a reader of its output would wait.
    if (pipe_end > 0) ::syscall(SYS_close_range, 0U, static_cast<unsigned>(pipe_end - 1), 0U);
    ::syscall(SYS_close_range, static_cast<unsigned>(pipe_end + 1), ~0U, 0U);
    char octet;
    for (;;) {
        const ssize_t got = ::read(pipe_end, &octet, 1);
        if (got == 0 || (got < 0 && errno != EINTR)) break;
    }
    // A family may still be forking: walk until a walk finds nothing.
    for (int round = 0; round < 50; ++round) {
        if (kill_marked() == 0) break;
        ::usleep(10'000);
    }
    ::_exit(0);
}

}  // namespace

Result<pid_t> start_guard(std::string_view marker) {
    if (marker.size() + 1 > kMarkerLimit) return internal_error("guard: the marker is too long");
    std::memcpy(guard_marker, marker.data(), marker.size());
    guard_marker[marker.size()] = '\0';
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return io_error(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
    sigset_t every;
    sigset_t before;
    ::sigfillset(&every);
    ::pthread_sigmask(SIG_SETMASK, &every, &before);
    const pid_t pid = ::fork();
    if (pid == 0) guard(ends[0]);
    const int fork_error = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    ::close(ends[0]);
    if (pid < 0) {
        ::close(ends[1]);
        return io_error(fmt::format("cannot start the guard process: {}", std::strerror(fork_error)));
    }
    // The write end stays open, close-on-exec, until we end: that is its whole purpose.
    return pid;
}

}  // namespace harness
