#include "harness/process/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/this_coro.hpp>
#include <cerrno>
#include <optional>
#include <string_view>

#include "harness/process/capture.h"
#include "harness/process/family.h"
#include "harness/process/reap.h"
#include "harness/process/spawn.h"

extern char** environ;

namespace harness {
namespace asio = boost::asio;

namespace {

std::string shell_quoted(const std::string& word) {
    constexpr std::string_view kPlain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%";
    if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) return word;
    std::string quoted = "'";
    for (const char c : word) {
        if (c == '\'')
            quoted += "'\\''";
        else
            quoted += c;
    }
    quoted += '\'';
    return quoted;
}

std::string_view name_of(std::string_view entry) {
    return entry.substr(0, entry.find('='));
}

/// Reaps the leader when the coroutine leaves, whichever way.
class LocalLeader {
  public:
    explicit LocalLeader(pid_t pid) : pid_(pid) {}
    LocalLeader(const LocalLeader&) = delete;
    LocalLeader& operator=(const LocalLeader&) = delete;
    ~LocalLeader() {
        if (pid_ <= 0) return;
        family::kill_group(pid_);
        static_cast<void>(reap());
    }
    Reaped reap() { return reap_child(std::exchange(pid_, 0)); }

  private:
    pid_t pid_;
};

}  // namespace

std::string Command::shell_text() const {
    std::string text;
    if (!working_directory.empty()) text = fmt::format("cd {} &&", shell_quoted(working_directory.string()));
    for (const std::string& word : argv) {
        if (!text.empty()) text += ' ';
        text += shell_quoted(word);
    }
    return text;
}

std::vector<std::string> inherited_environment(
    const std::vector<std::pair<std::string, std::string>>& overrides,
    const std::vector<std::string>& removed) {
    std::vector<std::string> entries;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view name = name_of(*entry);
        const bool replaced = std::any_of(overrides.begin(), overrides.end(),
                                          [&](const auto& each) { return each.first == name; });
        if (!replaced && std::find(removed.begin(), removed.end(), name) == removed.end())
            entries.emplace_back(*entry);
    }
    for (const auto& [name, value] : overrides) entries.push_back(fmt::format("{}={}", name, value));
    return entries;
}

Outcome ProcessResult::to_outcome() && {
    Outcome outcome;
    outcome.ending = ending;
    outcome.exit_code = exit_code;
    outcome.signal_number = signal_number;
    outcome.output = std::move(output);
    outcome.output_truncated = truncated;
    outcome.trouble = std::move(trouble);
    outcome.wall = wall;
    outcome.cpu = cpu;
    outcome.peak_memory_bytes = peak_memory_bytes;
    return outcome;
}

Reaped reap_child(pid_t pid) {
    Reaped reaped;
    struct rusage usage {};
    pid_t got = 0;
    for (int round = 0; got == 0 && round < 3'000; ++round) {
        if (round > 0) ::usleep(1'000);
        do got = ::wait4(pid, &reaped.status, WNOHANG, &usage);
        while (got < 0 && errno == EINTR);
    }
    family::forget(pid);
    if (got != pid) return reaped;
    reaped.known = true;
    const auto nanoseconds = [](const timeval& time) {
        return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
    };
    reaped.cpu = nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
    struct rusage ours {};
    ::getrusage(RUSAGE_SELF, &ours);
    if (usage.ru_maxrss > ours.ru_maxrss)
        reaped.peak_memory_bytes = static_cast<std::uint64_t>(usage.ru_maxrss) << 10;
    return reaped;
}

ProcessResult to_result(Captured captured, const Reaped& reaped, const Limits& limits) {
    ProcessResult result;
    result.output = std::move(captured.output);
    result.error_output = std::move(captured.error_output);
    result.truncated = captured.truncated;
    result.wall = captured.wall;
    result.trouble = std::move(captured.trouble);
    result.cpu = reaped.cpu;
    result.peak_memory_bytes = std::max(reaped.peak_memory_bytes, captured.sampled_peak_bytes);
    if (captured.cut) {
        result.ending = *captured.cut;
    } else if (!reaped.known) {
        result.ending = Ending::Unavailable;
        result.trouble = "its exit status is not known: it did not end, or somebody else reaped it";
    } else if (WIFSIGNALED(reaped.status)) {
        result.ending = Ending::Signalled;
        result.signal_number = WTERMSIG(reaped.status);
    } else {
        result.ending = Ending::Exited;
        result.exit_code = WEXITSTATUS(reaped.status);
    }
    if (!captured.cut && limits.memory_bytes != 0 && result.peak_memory_bytes > limits.memory_bytes) {
        result.ending = Ending::MemoryExceeded;
        result.trouble = fmt::format("used {} MiB of memory, more than the limit of {} MiB",
                                     result.peak_memory_bytes >> 20, limits.memory_bytes >> 20);
    }
    return result;
}

asio::awaitable<Result<ProcessResult>> run_process(Command command, Limits limits) {
    MPY_CO_CHECK_OK(family::prepare());
    MPY_CO_TRY(PipeEnds output, make_pipe());
    PipeEnds error;
    if (limits.separate_stderr) {
        MPY_CO_TRY(PipeEnds made, make_pipe());
        error = std::move(made);
    }
    Descriptor input;
    if (!command.input.empty()) {
        MPY_CO_TRY(Descriptor made, memory_file(command.input));
        input = std::move(made);
    }
    const std::uint64_t token = family::mark(command.environment);
    const ChildDescriptors streams{input.get(), output.write.get(),
                                   error.write ? error.write.get() : output.write.get(), -1};
    const auto started = std::chrono::steady_clock::now();
    MPY_CO_TRY(const pid_t pid, spawn(command.argv, command.working_directory, command.environment, streams,
                                      {limits.memory_bytes * 2, limits.open_files, limits.file_bytes}));
    family::add(pid, token);
    LocalLeader leader(pid);
    output.write.reset();
    error.write.reset();
    input.reset();
    MPY_CO_TRY(Captured captured,
               co_await capture(pid, std::move(output.read), std::move(error.read), limits, started));
    co_return to_result(std::move(captured), leader.reap(), limits);
}

void kill_all_families() {
    for (const pid_t leader : family::living()) family::kill_group(leader);
}

}  // namespace harness
