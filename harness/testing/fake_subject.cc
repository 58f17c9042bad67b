// A child process that misbehaves as it is told: `fake_subject MODE [ARGUMENT…]`. The project's tests run it
// where a real run would have a MicroPython, a CPython or a QEMU. Each mode is one behaviour; kModes below is
// the list. It uses system calls rather than stdio, so that what is written is written at once.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Arguments = std::vector<std::string>;

void write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t put = ::write(fd, text.data(), text.size());
        if (put <= 0) ::_exit(99);
        text.remove_prefix(static_cast<std::size_t>(put));
    }
}

void say(const std::string& line) {
    write_all(1, line + "\n");
}

void sleep_milliseconds(long milliseconds) {
    timespec left{milliseconds / 1'000, (milliseconds % 1'000) * 1'000'000};
    while (::nanosleep(&left, &left) != 0) {
    }
}

[[noreturn]] void hang() {
    for (;;) ::pause();
}

long number(const Arguments& arguments, std::size_t index, long otherwise) {
    return index < arguments.size() ? std::strtol(arguments[index].c_str(), nullptr, 10) : otherwise;
}

std::string text(const Arguments& arguments, std::size_t index) {
    return index < arguments.size() ? arguments[index] : std::string("text");
}

int exit_with(const Arguments& a) {
    return static_cast<int>(number(a, 0, 0));
}

int hang_deaf(const Arguments&) {
    for (int i = 1; i < 32; ++i) ::signal(i, SIG_IGN);
    say("deaf");
    hang();
}

int spin(const Arguments& a) {
    const long milliseconds = number(a, 0, 1'000'000);
    while (std::clock() < milliseconds * (CLOCKS_PER_SEC / 1'000)) {
    }
    return 0;
}

int die_by_signal(const Arguments& a) {
    write_all(1, "before\n");
    ::raise(static_cast<int>(number(a, 0, SIGSEGV)));
    return 98;
}

/// Writes N octets (0 = for ever) to the descriptor, as fast as they go.
int flood(const Arguments& a) {
    const long total = number(a, 0, 0);
    const int fd = static_cast<int>(number(a, 1, 1));
    const std::string line(65'536, 'x');
    for (long done = 0; total == 0 || done < total; done += static_cast<long>(line.size()))
        write_all(fd, std::string_view(line).substr(
                          0, total == 0 ? line.size()
                                        : static_cast<std::size_t>(
                                              std::min(total - done, static_cast<long>(line.size())))));
    return 0;
}

int partial(const Arguments& a) {
    write_all(1, text(a, 0));
    hang();
}

int late(const Arguments& a) {
    sleep_milliseconds(number(a, 0, 100));
    say(text(a, 1));
    return 0;
}

int alternate(const Arguments& a) {
    for (long i = 0; i < number(a, 0, 4); ++i) {
        say("out " + std::to_string(i));
        write_all(2, "err " + std::to_string(i) + "\n");
    }
    return 0;
}

int garbage(const Arguments& a) {
    unsigned state = 12'345;
    std::string octets;
    for (long i = 0; i < number(a, 0, 1'000); ++i) {
        state = state * 1'103'515'245U + 12'345U;
        octets += static_cast<char>(state >> 16);
    }
    write_all(1, octets);
    return 0;
}

int close_output(const Arguments& a) {
    say("closing");
    ::close(1);
    ::close(2);
    sleep_milliseconds(number(a, 0, 100));
    return static_cast<int>(number(a, 1, 0));
}

int copy_input(const Arguments&) {
    char chunk[4096];
    for (;;) {
        const ssize_t got = ::read(0, chunk, sizeof chunk);
        if (got <= 0) return got == 0 ? 0 : 97;
        write_all(1, std::string_view(chunk, static_cast<std::size_t>(got)));
    }
}

/// Sends back what comes on descriptor N, a line to stderr per message, until end of file.
int echo(const Arguments& a) {
    const int in = static_cast<int>(number(a, 0, 0));
    const int out = in == 0 ? 1 : in;
    char chunk[4096];
    for (;;) {
        const ssize_t got = ::read(in, chunk, sizeof chunk);
        if (got <= 0) return got == 0 ? 0 : 97;
        write_all(2, "got " + std::to_string(got) + "\n");
        write_all(out, std::string_view(chunk, static_cast<std::size_t>(got)));
    }
}

volatile std::sig_atomic_t interrupted = 0;

void note_interrupt(int) {
    interrupted = 1;
}

/// One line of a conversation. Words: `exit N`, `signal N`, `busy MS` of processor time, `sleep MS`, `wait`
/// for Ctrl-C; anything else is answered with `got LINE`.
void answer(const std::string& line) {
    const std::size_t space = line.find(' ');
    const std::string word = line.substr(0, space);
    const Arguments rest{space == std::string::npos ? "" : line.substr(space + 1)};
    if (word == "exit") ::_exit(static_cast<int>(number(rest, 0, 0)));
    if (word == "signal") ::raise(static_cast<int>(number(rest, 0, SIGSEGV)));
    if (word == "busy") {
        const std::clock_t until = std::clock() + number(rest, 0, 0) * (CLOCKS_PER_SEC / 1'000);
        while (std::clock() < until) {
        }
        return say("was busy");
    }
    if (word == "sleep") {
        sleep_milliseconds(number(rest, 0, 0));
        return say("slept");
    }
    if (word == "wait") {
        while (interrupted == 0) ::usleep(1'000);
        return say("interrupted");
    }
    say("got " + line);
}

/// A prompt: greets, then answers line by line until end of file, and takes its leave with status 7.
int converse(const Arguments&) {
    struct sigaction action {};
    action.sa_handler = note_interrupt;
    action.sa_flags = SA_RESTART;
    ::sigaction(SIGINT, &action, nullptr);
    write_all(1, "hello\n> ");
    std::string line;
    char octet;
    while (::read(0, &octet, 1) == 1) {
        if (octet != '\n') {
            line += octet;
            continue;
        }
        answer(line);
        line.clear();
        write_all(1, "> ");
    }
    say("bye");
    return 7;
}

/// Allocates and touches N MiB (0 = for ever) in steps of one, then stays for a while.
int memory(const Arguments& a) {
    const long total = number(a, 0, 0);
    for (long i = 0; total == 0 || i < total; ++i) {
        void* block =
            ::mmap(nullptr, std::size_t{1} << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (block == MAP_FAILED) {
            say("refused after " + std::to_string(i));
            return 96;
        }
        std::memset(block, 1, std::size_t{1} << 20);
    }
    sleep_milliseconds(number(a, 1, 0));
    return 0;
}

int open_files(const Arguments&) {
    int last = -1;
    for (;;) {
        const int fd = ::open("/dev/null", O_RDONLY);
        if (fd < 0) break;
        last = fd;
    }
    say("last " + std::to_string(last));
    return 0;
}

int list_files(const Arguments&) {
    std::string open;
    for (int fd = 0; fd < 1'024; ++fd)
        if (::fcntl(fd, F_GETFD) >= 0) open += " " + std::to_string(fd);
    say("open" + open);
    return 0;
}

int about(const Arguments&) {
    char folder[4096];
    say(std::string("cwd ") + (::getcwd(folder, sizeof folder) != nullptr ? folder : "?"));
    say("leads " + std::to_string(::getpid() == ::getsid(0) && ::getpid() == ::getpgrp()));
    sigset_t blocked;
    ::sigprocmask(SIG_SETMASK, nullptr, &blocked);
    bool any = false;
    for (int i = 1; i < 32; ++i) any = any || ::sigismember(&blocked, i) == 1;
    say("blocked " + std::to_string(any));
    struct sigaction pipe {};
    ::sigaction(SIGPIPE, nullptr, &pipe);
    say("sigpipe " + std::to_string(pipe.sa_handler == SIG_DFL));
    return 0;
}

int show_environment(const Arguments& a) {
    const char* value = ::getenv(text(a, 0).c_str());
    say(value == nullptr ? "unset" : value);
    return 0;
}

/// The grandchildren. Each prints its process id before its parent ends, so that a test can look for it.
enum class Grandchild { HoldsPipe, ClosesPipe, WritesLate, IgnoresTerm, NewSession, Daemon, Anonymous };

void grandchild_life(Grandchild kind, const Arguments& a) {
    switch (kind) {
        case Grandchild::HoldsPipe:
            hang();
        case Grandchild::ClosesPipe:
            for (int fd = 0; fd < 3; ++fd) ::close(fd);
            hang();
        case Grandchild::WritesLate:
            sleep_milliseconds(number(a, 0, 50));
            say("late");
            ::_exit(0);
        case Grandchild::IgnoresTerm:
            static_cast<void>(hang_deaf(a));
            break;
        case Grandchild::NewSession:
            ::setsid();
            hang();
        case Grandchild::Daemon:
            ::setsid();
            if (::fork() != 0) ::_exit(0);
            say("pid " + std::to_string(::getpid()));
            for (int fd = 0; fd < 3; ++fd) ::close(fd);
            hang();
        case Grandchild::Anonymous: {
            ::setsid();
            char name[] = "fake_subject";
            char mode[] = "hang";
            char* argv[] = {name, mode, nullptr};
            char* empty[] = {nullptr};
            ::execve("/proc/self/exe", argv, empty);
            ::_exit(95);
        }
    }
}

int grandchild(Grandchild kind, const Arguments& a) {
    int ready[2];
    if (::pipe(ready) != 0) return 94;
    const pid_t pid = ::fork();
    if (pid == 0) {
        ::close(ready[0]);
        if (kind != Grandchild::Daemon) say("pid " + std::to_string(::getpid()));
        if (kind == Grandchild::Anonymous) ::fcntl(ready[1], F_SETFD, FD_CLOEXEC);
        if (kind == Grandchild::NewSession) ::setsid();
        if (kind != Grandchild::Anonymous) ::close(ready[1]);
        grandchild_life(kind, a);
    }
    ::close(ready[1]);
    char octet;
    static_cast<void>(!::read(ready[0], &octet, 1));  // until it has spoken
    if (kind == Grandchild::Daemon) sleep_milliseconds(50);
    if (number(a, 1, 0) != 0) hang();
    return 0;
}

/// Each process starts the next and ends, N times, without a pause: an orphan that is hard to catch.
int chain(const Arguments& a) {
    for (long i = 0; i < number(a, 0, 1'000); ++i) {
        const pid_t pid = ::fork();
        if (pid != 0) ::_exit(0);
    }
    return 0;
}

struct Mode {
    const char* name;
    int (*run)(const Arguments&);
};

constexpr Mode kModes[] = {
    {"exit", exit_with},  // exit STATUS
    {"hang", [](const Arguments&) -> int { hang(); }},
    {"hang-deaf", hang_deaf},           // hangs and ignores every signal that can be ignored
    {"spin", spin},                     // spin MS of processor time
    {"signal", die_by_signal},          // prints a line, then dies of signal N
    {"flood", flood},                   // flood OCTETS FD
    {"partial", partial},               // partial TEXT: prints it without newline, then hangs
    {"late", late},                     // late MS TEXT
    {"alternate", alternate},           // alternate N: stdout and stderr in turn
    {"garbage", garbage},               // garbage N octets, always the same
    {"close-output", close_output},     // close-output MS STATUS: closes its output, lives on
    {"copy", copy_input},               // stdin to stdout
    {"converse", converse},             // a prompt that knows a few words
    {"echo", echo},                     // echo FD: answers on the channel
    {"memory", memory},                 // memory MIB MS
    {"open-files", open_files},         // opens files until refused, prints the last descriptor
    {"list-files", list_files},         // prints the descriptors that were open at the start
    {"about", about},                   // folder, session, signals
    {"environment", show_environment},  // environment NAME
    // The parent exits at once, or hangs when the second argument is not 0.
    {"leave-holder", [](const Arguments& a) { return grandchild(Grandchild::HoldsPipe, a); }},
    {"leave-quiet", [](const Arguments& a) { return grandchild(Grandchild::ClosesPipe, a); }},
    {"leave-late", [](const Arguments& a) { return grandchild(Grandchild::WritesLate, a); }},
    {"leave-deaf", [](const Arguments& a) { return grandchild(Grandchild::IgnoresTerm, a); }},
    {"leave-session", [](const Arguments& a) { return grandchild(Grandchild::NewSession, a); }},
    {"leave-daemon", [](const Arguments& a) { return grandchild(Grandchild::Daemon, a); }},
    {"leave-anonymous", [](const Arguments& a) { return grandchild(Grandchild::Anonymous, a); }},
    {"chain", chain},  // chain N
};

}  // namespace

int main(int argc, char** argv) {
    const std::string_view wanted = argc > 1 ? argv[1] : "";
    for (const Mode& mode : kModes)
        if (wanted == mode.name) return mode.run(Arguments(argv + 2, argv + argc));
    std::fprintf(stderr, "fake_subject: no mode '%s'; there are:\n", argc > 1 ? argv[1] : "");
    for (const Mode& mode : kModes) std::fprintf(stderr, "  %s\n", mode.name);
    return 93;
}
