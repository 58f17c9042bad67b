#include "harness/process/spawn.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstring>

namespace harness {
namespace fs = std::filesystem;

namespace {

/// Where the child was when it failed; written through the shared memory of vfork.
enum class Step { None, Session, Parent, Descriptors, Limits, Directory, Exec };

struct Failure {
    volatile Step step = Step::None;
    volatile int error = 0;
};

/// Everything the child needs, prepared before vfork: the child itself only makes system calls.
struct Plan {
    const char* program;
    const char* directory;  ///< null = ours
    char* const* argv;
    char* const* environment;
    std::array<int, 4> sources;
    SpawnOptions options;
    pid_t parent;
};

[[noreturn]] void fail(Failure& failure, Step step) {
    failure.error = errno;
    failure.step = step;
    ::_exit(127);
}

void set_limit(Failure& failure, __rlimit_resource resource, std::uint64_t value) {
    struct rlimit now {};
    if (::getrlimit(resource, &now) != 0) fail(failure, Step::Limits);
    // Never more than we are allowed ourselves.
    const rlim_t bounded = now.rlim_max == RLIM_INFINITY || value < now.rlim_max ? value : now.rlim_max;
    const struct rlimit wanted { bounded, bounded };
    if (::setrlimit(resource, &wanted) != 0) fail(failure, Step::Limits);
}

/// Runs in the child, in the parent's memory: system calls only, and no return.
[[noreturn]] void become(const Plan& plan, Failure& failure) {
    if (::setsid() < 0) fail(failure, Step::Session);
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) fail(failure, Step::Parent);
    if (::getppid() != plan.parent) ::_exit(127);  // it died before the line above

    for (const int number : {SIGPIPE, SIGINT, SIGQUIT, SIGHUP, SIGTERM, SIGCHLD, SIGXFSZ, SIGUSR1, SIGUSR2}) {
        struct sigaction action {};
        action.sa_handler = SIG_DFL;
        ::sigaction(number, &action, nullptr);
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);

    for (int target = 0; target < 4; ++target) {
        const int source = plan.sources[static_cast<std::size_t>(target)];
        if (source < 0) continue;
        if (::dup2(source, target) < 0) fail(failure, Step::Descriptors);
    }
    if (plan.options.controlling_terminal && ::ioctl(0, TIOCSCTTY, 0) != 0) fail(failure, Step::Descriptors);
    const unsigned first_closed = plan.sources[3] < 0 ? 3 : 4;
    // A kernel without close_range (before 5.9) is told to do without: our own descriptors are close-on-exec.
    if (::syscall(SYS_close_range, first_closed, ~0U, 0U) != 0 && errno != ENOSYS)
        fail(failure, Step::Descriptors);

    set_limit(failure, RLIMIT_CORE, 0);
    if (plan.options.open_files != 0) set_limit(failure, RLIMIT_NOFILE, plan.options.open_files);
    if (plan.options.file_bytes != 0) set_limit(failure, RLIMIT_FSIZE, plan.options.file_bytes);
    if (plan.options.data_bytes != 0) set_limit(failure, RLIMIT_DATA, plan.options.data_bytes);

    if (plan.directory != nullptr && ::chdir(plan.directory) != 0) fail(failure, Step::Directory);
    ::execve(plan.program, plan.argv, plan.environment);
    fail(failure, Step::Exec);
}

/// vfork in a function of its own: the child runs on this frame, so nothing here may be changed after it.
__attribute__((noinline)) pid_t vfork_and_become(const Plan& plan, Failure& failure) {
    const pid_t pid = ::vfork();
    if (pid == 0) become(plan, failure);
    return pid;
}

std::vector<char*> c_strings(const std::vector<std::string>& strings) {
    std::vector<char*> pointers;
    pointers.reserve(strings.size() + 1);
    for (const std::string& string : strings) pointers.push_back(const_cast<char*>(string.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

std::string_view path_of(const std::vector<std::string>& environment) {
    for (const std::string_view entry : environment)
        if (entry.starts_with("PATH=")) return entry.substr(5);
    return "/usr/local/bin:/usr/bin:/bin";
}

Error start_error(const Failure& failure, const fs::path& program, const fs::path& directory) {
    const std::string why = std::strerror(failure.error);
    switch (failure.step) {
        case Step::Directory:
            return io_error(fmt::format("cannot start {} in the folder {}: {}", program.string(),
                                        directory.string(), why));
        case Step::Exec:
            if (failure.error == ENOENT)
                return missing_tool(
                    fmt::format("cannot start {}: the file, or the interpreter or loader that it names, does "
                                "not exist",
                                program.string()));
            if (failure.error == ENOEXEC)
                return missing_tool(fmt::format(
                    "cannot start {}: it is not a program that this machine can execute", program.string()));
            return missing_tool(fmt::format("cannot start {}: {}", program.string(), why));
        case Step::Descriptors:
            return io_error(
                fmt::format("cannot start {}: its streams cannot be set up: {}", program.string(), why));
        case Step::Limits:
            return io_error(
                fmt::format("cannot start {}: its resource limits cannot be set: {}", program.string(), why));
        case Step::None:
        case Step::Session:
        case Step::Parent:
            break;
    }
    return io_error(fmt::format("cannot start {}: {}", program.string(), why));
}

}  // namespace

int null_device() {
    static const int fd = [] {
        const int opened = ::open("/dev/null", O_RDWR | O_CLOEXEC);
        if (opened < 0 || opened > 3) return opened;
        const int lifted = ::fcntl(opened, F_DUPFD_CLOEXEC, 10);
        ::close(opened);
        return lifted;
    }();
    return fd;
}

Result<PipeEnds> make_pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return io_error(fmt::format("cannot make a pipe: {}", std::strerror(errno)));
    PipeEnds made{Descriptor(ends[0]), Descriptor(ends[1])};
    // Only our end: the child expects a pipe that blocks.
    if (::fcntl(made.read.get(), F_SETFL, O_NONBLOCK) != 0)
        return io_error(fmt::format("cannot set up a pipe: {}", std::strerror(errno)));
    return made;
}

Result<Descriptor> memory_file(std::string_view octets) {
    Descriptor file(::memfd_create("mpyconform-input", MFD_CLOEXEC));
    if (!file) return io_error(fmt::format("cannot make a file in memory: {}", std::strerror(errno)));
    while (!octets.empty()) {
        const ssize_t put = ::write(file.get(), octets.data(), octets.size());
        if (put < 0) {
            if (errno == EINTR) continue;
            return io_error(fmt::format("cannot write a file in memory: {}", std::strerror(errno)));
        }
        octets.remove_prefix(static_cast<std::size_t>(put));
    }
    if (::lseek(file.get(), 0, SEEK_SET) != 0)
        return io_error(fmt::format("cannot rewind a file in memory: {}", std::strerror(errno)));
    return file;
}

Result<fs::path> find_program(const std::string& name, std::string_view path_variable) {
    if (name.empty()) return usage_error("cannot start a program: its name is empty");
    if (name.find('/') != std::string::npos) return fs::path(name);
    std::string_view rest = path_variable;
    for (;;) {
        const std::size_t end = rest.find(':');
        const std::string_view folder = rest.substr(0, end);
        const fs::path candidate = fs::path(folder.empty() ? "." : folder) / name;
        struct stat status {};
        if (::stat(candidate.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
            ::access(candidate.c_str(), X_OK) == 0)
            return candidate;
        if (end == std::string_view::npos) break;
        rest.remove_prefix(end + 1);
    }
    return missing_tool(fmt::format("cannot start {}: no such program along PATH ({})", name, path_variable));
}

namespace {
bool refuses_new_children = false;  // the event loop's thread alone starts children
}  // namespace

void refuse_new_children() {
    refuses_new_children = true;
}

Result<pid_t> spawn(const std::vector<std::string>& argv, const fs::path& working_directory,
                    const std::vector<std::string>& environment, const ChildDescriptors& descriptors,
                    const SpawnOptions& options) {
    if (argv.empty()) return internal_error("spawn: the command is empty");
    if (refuses_new_children)
        return io_error(fmt::format("{} is not started any more: stopped", argv.front()));
    MPY_TRY(fs::path program, find_program(argv.front(), path_of(environment)));
    // A relative program means relative to our folder, not to the child's.
    if (program.is_relative() && !working_directory.empty()) {
        std::error_code error;
        const fs::path absolute = fs::absolute(program, error);
        if (!error) program = absolute;
    }

    const std::vector<char*> arguments = c_strings(argv);
    const std::vector<char*> variables = c_strings(environment);
    Plan plan{program.c_str(),
              working_directory.empty() ? nullptr : working_directory.c_str(),
              arguments.data(),
              variables.data(),
              {descriptors.standard_input, descriptors.standard_output, descriptors.standard_error,
               descriptors.third},
              options,
              ::getpid()};
    // A source below 4 could be overwritten by the dup2 of another: lift it out of the way.
    std::array<Descriptor, 4> lifted;
    for (std::size_t i = 0; i < plan.sources.size(); ++i) {
        if (i < 3 && plan.sources[i] < 0) plan.sources[i] = null_device();
        if (plan.sources[i] < 0 || plan.sources[i] > 3) continue;
        lifted[i] = Descriptor(::fcntl(plan.sources[i], F_DUPFD_CLOEXEC, 10));
        if (!lifted[i])
            return io_error(fmt::format("cannot start {}: {}", program.string(), std::strerror(errno)));
        plan.sources[i] = lifted[i].get();
    }
    if (plan.sources[0] < 0)
        return io_error(fmt::format("cannot start {}: /dev/null cannot be opened", program.string()));

    // No handler of ours may run in the child, in our memory.
    sigset_t every;
    sigset_t before;
    ::sigfillset(&every);
    ::pthread_sigmask(SIG_SETMASK, &every, &before);
    Failure failure;
    const pid_t pid = vfork_and_become(plan, failure);
    const int vfork_error = errno;
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (pid < 0)
        return io_error(
            fmt::format("cannot start {}: no new process: {}", program.string(), std::strerror(vfork_error)));
    if (failure.step != Step::None) {
        while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
        }
        return start_error(failure, program, working_directory);
    }
    return pid;
}

}  // namespace harness
