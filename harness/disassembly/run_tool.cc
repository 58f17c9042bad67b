#include "harness/disassembly/run_tool.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

extern char** environ;

namespace harness {
namespace {

constexpr std::size_t kMaxErrorOctets = 4096;

/// A descriptor that closes itself.
class Descriptor {
  public:
    Descriptor() = default;
    ~Descriptor() { reset(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    void reset(int fd = -1) {
        if (fd_ >= 0) ::close(fd_);
        fd_ = fd;
    }
    int get() const { return fd_; }
    bool open() const { return fd_ >= 0; }

  private:
    int fd_ = -1;
};

struct Pipe {
    Descriptor read;
    Descriptor write;

    bool make() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) return false;
        read.reset(ends[0]);
        write.reset(ends[1]);
        return true;
    }
};

struct SpawnSettings {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;

    SpawnSettings() {
        posix_spawn_file_actions_init(&actions);
        posix_spawnattr_init(&attributes);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
        posix_spawnattr_setpgroup(&attributes, 0);
    }
    ~SpawnSettings() {
        posix_spawn_file_actions_destroy(&actions);
        posix_spawnattr_destroy(&attributes);
    }
    SpawnSettings(const SpawnSettings&) = delete;
    SpawnSettings& operator=(const SpawnSettings&) = delete;
};

std::vector<std::string> c_environment() {
    std::vector<std::string> variables;
    for (char** variable = environ; *variable != nullptr; ++variable) {
        const std::string_view text(*variable);
        if (!text.starts_with("LC_") && !text.starts_with("LANG")) variables.emplace_back(text);
    }
    variables.emplace_back("LC_ALL=C");
    return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (std::string& text : texts) result.push_back(text.data());
    result.push_back(nullptr);
    return result;
}

/// What is read from one pipe, up to a limit.
struct Sink {
    Descriptor* from;
    std::string* into;
    std::size_t limit;
    bool over = false;

    /// False at the end of the pipe.
    bool drain() {
        std::array<char, 65536> buffer;
        const ssize_t count = ::read(from->get(), buffer.data(), buffer.size());
        if (count < 0) return errno == EINTR || errno == EAGAIN;
        if (count == 0) return false;
        const std::size_t room = limit - std::min(limit, into->size());
        over = over || static_cast<std::size_t>(count) > room;
        into->append(buffer.data(), std::min(room, static_cast<std::size_t>(count)));
        return true;
    }
};

/// Kills the group when it is left before its end, and waits for the child.
class Child {
  public:
    explicit Child(pid_t pid) : pid_(pid) {}
    ~Child() {
        if (pid_ < 0) return;
        ::kill(-pid_, SIGKILL);
        wait();
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    int wait() {
        int status = 0;
        while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
        }
        pid_ = -1;
        return status;
    }

  private:
    pid_t pid_;
};

Result<void> read_all(Pipe& out, Pipe& err, ToolOutput& output, const ToolLimits& limits,
                      const std::string& name) {
    using Clock = std::chrono::steady_clock;
    const Clock::time_point deadline = Clock::now() + limits.time;
    std::array<Sink, 2> sinks{Sink{&out.read, &output.out, limits.output_octets},
                              Sink{&err.read, &output.err, kMaxErrorOctets}};
    while (out.read.open() || err.read.open()) {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
        if (left.count() <= 0) {
            return io_error(
                fmt::format("{} did not end within {} ms and was stopped", name, limits.time.count()));
        }
        // A negative descriptor is skipped by poll.
        std::array<pollfd, 2> watched{pollfd{out.read.get(), POLLIN, 0}, pollfd{err.read.get(), POLLIN, 0}};
        const int ready = ::poll(watched.data(), watched.size(),
                                 static_cast<int>(std::min<std::int64_t>(left.count(), 1000)));
        if (ready < 0 && errno != EINTR)
            return io_error(fmt::format("waiting for {}: {}", name, std::strerror(errno)));
        for (std::size_t i = 0; ready > 0 && i < sinks.size(); ++i) {
            if (watched[i].revents != 0 && !sinks[i].drain()) sinks[i].from->reset();
        }
        if (sinks[0].over) {
            return io_error(
                fmt::format("{} wrote more than {} octets and was stopped", name, limits.output_octets));
        }
    }
    return {};
}

}  // namespace

Result<ToolOutput> run_tool(const std::vector<std::string>& argv, const ToolLimits& limits,
                            const std::vector<std::string>& added) {
    const std::string& name = argv.front();
    Pipe out;
    Pipe err;
    if (!out.make() || !err.make())
        return io_error(fmt::format("no pipe for {}: {}", name, std::strerror(errno)));
    SpawnSettings settings;
    posix_spawn_file_actions_addopen(&settings.actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&settings.actions, out.write.get(), STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&settings.actions, err.write.get(), STDERR_FILENO);

    std::vector<std::string> arguments = argv;
    std::vector<std::string> variables = c_environment();
    variables.insert(variables.end(), added.begin(), added.end());
    pid_t pid = -1;
    const int failed = ::posix_spawnp(&pid, name.c_str(), &settings.actions, &settings.attributes,
                                      pointers(arguments).data(), pointers(variables).data());
    if (failed == ENOENT) return missing_tool(fmt::format("the program {} is not installed", name));
    if (failed != 0) return io_error(fmt::format("{} does not start: {}", name, std::strerror(failed)));
    Child child(pid);
    out.write.reset();
    err.write.reset();

    ToolOutput output;
    MPY_CHECK_OK(read_all(out, err, output, limits, name));
    const int status = child.wait();
    if (WIFSIGNALED(status)) return io_error(fmt::format("{} ended by signal {}", name, WTERMSIG(status)));
    output.exit_status = WEXITSTATUS(status);
    return output;
}

}  // namespace harness
