#include "harness/process/family.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "harness/base/files.h"
#include "harness/process/guard.h"

namespace harness::family {

namespace {

constexpr std::string_view kFamilyName = "MPYCONFORM_FAMILY=";
constexpr std::string_view kRunName = "MPYCONFORM_RUN=";

struct Registry {
    bool prepared = false;
    pid_t owner = 0;  ///< a fork of us has to prepare again
    pid_t guard = 0;
    std::string run_marker;
    std::uint64_t last_token = 0;
    std::map<pid_t, std::uint64_t> live;  ///< leader to token
};

Registry& registry() {
    static Registry it;
    return it;
}

std::vector<pid_t> numbers_in(std::string_view text) {
    std::vector<pid_t> numbers;
    while (!text.empty()) {
        pid_t number = 0;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
        if (parsed.ec == std::errc{}) {
            numbers.push_back(number);
            text.remove_prefix(static_cast<std::size_t>(parsed.ptr - text.data()));
        } else {
            text.remove_prefix(1);
        }
    }
    return numbers;
}

struct Status {
    char state = '?';
    pid_t parent = 0;
    pid_t session = 0;
};

/// Source: proc_pid_stat(5): pid (comm) state ppid pgrp session …
std::optional<Status> status_of(pid_t pid) {
    const auto text = read_file(fmt::format("/proc/{}/stat", pid));
    if (!text) return std::nullopt;
    const std::size_t end_of_name = text->rfind(") ");
    if (end_of_name == std::string::npos || end_of_name + 3 >= text->size()) return std::nullopt;
    const std::vector<pid_t> fields =
        numbers_in(std::string_view(*text).substr(end_of_name + 3).substr(0, 64));
    if (fields.size() < 3) return std::nullopt;
    return Status{(*text)[end_of_name + 2], fields[0], fields[2]};
}

/// Children of a process, of all its threads. Where the kernel was built without /proc/…/children, by a walk.
std::vector<pid_t> children_of(pid_t parent) {
    namespace fs = std::filesystem;
    std::vector<pid_t> children;
    std::error_code error;
    bool listed = false;
    // One thread is the rule, and its list can be read without opening the folder of threads.
    const std::string tasks = fmt::format("/proc/{}/task", parent);
    if (const auto text = read_file(fmt::format("{}/{}/children", tasks, parent))) {
        children = numbers_in(*text);
        listed = true;
    }
    if (parent == ::getpid() || listed) {
        for (fs::directory_iterator it(tasks, error), last; !error && it != last; it.increment(error)) {
            const std::string thread = it->path().filename().string();
            if (thread == std::to_string(parent)) continue;
            if (const auto text = read_file(it->path() / "children")) {
                const std::vector<pid_t> more = numbers_in(*text);
                children.insert(children.end(), more.begin(), more.end());
            }
        }
    }
    if (listed) return children;
    for (fs::directory_iterator it("/proc", error), last; !error && it != last; it.increment(error)) {
        const std::vector<pid_t> pid = numbers_in(it->path().filename().string());
        if (pid.size() != 1) continue;
        const auto status = status_of(pid.front());
        if (status && status->parent == parent) children.push_back(pid.front());
    }
    return children;
}

/// Token of the family in whose environment a process was started; nullopt when it carries none.
std::optional<std::uint64_t> token_of(pid_t pid) {
    const auto text = read_file(fmt::format("/proc/{}/environ", pid));
    if (!text) return std::nullopt;
    std::string_view rest = *text;
    while (!rest.empty()) {
        const std::string_view entry = rest.substr(0, rest.find('\0'));
        if (entry.starts_with(kFamilyName)) {
            std::uint64_t token = 0;
            const std::string_view digits = entry.substr(kFamilyName.size());
            if (std::from_chars(digits.data(), digits.data() + digits.size(), token).ec == std::errc{})
                return token;
        }
        rest.remove_prefix(std::min(rest.size(), entry.size() + 1));
    }
    return std::nullopt;
}

bool token_lives(std::uint64_t token, pid_t ending) {
    return std::any_of(registry().live.begin(), registry().live.end(),
                       [&](const auto& family) { return family.second == token && family.first != ending; });
}

/// One look at our children: kills those that belong to the ending family (or to no living one), reaps the
/// dead. Returns the ones that are not gone yet.
std::vector<pid_t> end_strays(pid_t ending, pid_t our_session) {
    std::vector<pid_t> left;
    for (const pid_t pid : children_of(::getpid())) {
        if (registry().live.contains(pid) || pid == registry().guard) continue;
        const auto status = status_of(pid);
        // In our own session: started by somebody else in this process, not by this room.
        if (!status || status->session == our_session) continue;
        if (status->state == 'Z') {
            ::waitpid(pid, nullptr, WNOHANG);
            continue;
        }
        if (status->session != ending) {
            if (registry().live.contains(status->session)) continue;
            const auto token = token_of(pid);
            if (token && *token != 0 && token_lives(*token, ending)) continue;
        }
        ::kill(pid, SIGKILL);
        if (::waitpid(pid, nullptr, WNOHANG) == 0) left.push_back(pid);
    }
    return left;
}

}  // namespace

Result<void> prepare() {
    Registry& families = registry();
    if (families.prepared && families.owner == ::getpid()) return {};
    families = Registry{};
    if (::prctl(PR_SET_CHILD_SUBREAPER, 1) != 0)
        return io_error(
            fmt::format("cannot become the reaper of orphaned processes: {}", std::strerror(errno)));
    // Whoever started us may have ignored it, and the kernel would then reap our children before we can.
    ::signal(SIGCHLD, SIG_DFL);
    // Unique among the processes that are alive now and in the near past.
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    families.run_marker = fmt::format("{}{}-{:x}", kRunName, ::getpid(), now);
    MPY_TRY(families.guard, start_guard(families.run_marker));
    families.owner = ::getpid();
    families.prepared = true;
    return {};
}

std::uint64_t mark(std::vector<std::string>& environment) {
    const std::uint64_t token = ++registry().last_token;
    std::erase_if(environment, [](const std::string& entry) {
        return entry.starts_with(kFamilyName) || entry.starts_with(kRunName);
    });
    environment.push_back(registry().run_marker);
    // A fixed width, so that the size of the environment, and with it the child's stack, is always the same.
    environment.push_back(fmt::format("{}{:010}", kFamilyName, token));
    return token;
}

void add(pid_t leader, std::uint64_t token) {
    registry().live[leader] = token;
}

void forget(pid_t leader) {
    registry().live.erase(leader);
}

void kill_group(pid_t leader) {
    ::kill(-leader, SIGKILL);
}

std::string end(pid_t leader) {
    kill_group(leader);
    const pid_t our_session = ::getsid(0);
    std::vector<pid_t> left = end_strays(leader, our_session);
    // Rare: only descendants that outlived their parents come here. SIGKILL takes effect within microseconds,
    // and each killed one may hand us children of its own.
    for (int round = 0; !left.empty() && round < 100; ++round) {
        ::usleep(round < 10 ? 200 : 2'000);
        left = end_strays(leader, our_session);
    }
    if (left.empty()) return {};
    return fmt::format("{} process{} that it left behind could not be killed (first: {})", left.size(),
                       left.size() == 1 ? "" : "es", left.front());
}

std::uint64_t resident_bytes(pid_t leader) {
    // A descendant that became our child has left this tree; the limit of each single process still holds it.
    static const auto page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    std::uint64_t pages = 0;
    std::set<pid_t> seen;
    std::vector<pid_t> waiting{leader};
    while (!waiting.empty() && seen.size() < 1'000) {
        const pid_t pid = waiting.back();
        waiting.pop_back();
        if (!seen.insert(pid).second) continue;
        const auto text = read_file(fmt::format("/proc/{}/statm", pid));  // size resident shared …, in pages
        if (!text) continue;
        const std::vector<pid_t> fields = numbers_in(*text);
        if (fields.size() > 1) pages += static_cast<std::uint64_t>(fields[1]);
        const std::vector<pid_t> children = children_of(pid);
        waiting.insert(waiting.end(), children.begin(), children.end());
    }
    return pages * page;
}

std::vector<pid_t> living() {
    std::vector<pid_t> leaders;
    for (const auto& [leader, token] : registry().live) leaders.push_back(leader);
    return leaders;
}

}  // namespace harness::family
