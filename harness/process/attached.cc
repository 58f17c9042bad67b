#include "harness/process/attached.h"

#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <vector>

namespace harness {
namespace {

/// Ignores the terminal's signals while it lives.
class IgnoredSignals {
  public:
    IgnoredSignals() {
        struct sigaction ignore {};
        ignore.sa_handler = SIG_IGN;
        ::sigaction(SIGINT, &ignore, &interrupt_);
        ::sigaction(SIGQUIT, &ignore, &quit_);
    }
    IgnoredSignals(const IgnoredSignals&) = delete;
    IgnoredSignals& operator=(const IgnoredSignals&) = delete;
    ~IgnoredSignals() {
        ::sigaction(SIGINT, &interrupt_, nullptr);
        ::sigaction(SIGQUIT, &quit_, nullptr);
    }

  private:
    struct sigaction interrupt_ {};
    struct sigaction quit_ {};
};

std::vector<char*> pointers(const std::vector<std::string>& words) {
    std::vector<char*> list;
    list.reserve(words.size() + 1);
    // posix_spawn() promises not to write to the strings.
    for (const std::string& word : words) list.push_back(const_cast<char*>(word.c_str()));
    list.push_back(nullptr);
    return list;
}

}  // namespace

Result<int> run_attached(const Command& command) {
    if (command.argv.empty() || !command.input.empty())
        return internal_error("an attached child needs a program and takes no input text");
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    if (!command.working_directory.empty())
        ::posix_spawn_file_actions_addchdir_np(&actions, command.working_directory.c_str());
    // The harness itself ignores some signals, and what is ignored stays ignored across exec.
    sigset_t defaults;
    ::sigemptyset(&defaults);
    for (const int number : {SIGINT, SIGQUIT, SIGPIPE, SIGTERM}) ::sigaddset(&defaults, number);
    sigset_t none;
    ::sigemptyset(&none);
    ::posix_spawnattr_setsigdefault(&attributes, &defaults);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    const IgnoredSignals ignored;
    pid_t pid = 0;
    const int failed = ::posix_spawnp(&pid, command.argv.front().c_str(), &actions, &attributes,
                                      pointers(command.argv).data(), pointers(command.environment).data());
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) {
        std::string text = fmt::format("cannot start {}: {}", command.argv.front(), std::strerror(failed));
        return failed == ENOENT ? missing_tool(std::move(text)) : io_error(std::move(text));
    }
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return io_error(fmt::format("cannot wait for a child: {}", std::strerror(errno)));
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace harness
