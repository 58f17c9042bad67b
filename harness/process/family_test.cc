// Nothing stays behind: descendants, cancellation, the end of the harness itself, descriptors, zombies.
#include "harness/process/family.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "harness/base/files.h"
#include "harness/process/fake_subject.h"
#include "harness/process/process.h"
#include "harness/testing/run_coroutine.h"

namespace harness {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::run_coroutine;
using testing::subject;

/// The same for use inside a coroutine, where GCC 12 cannot compile a braced list ("array used as
/// initializer").
template <class... Words>
Command subject_of(Words... words) {
    return subject({words...});
}

/// Process ids in lines "pid N".
std::vector<pid_t> pids_in(const std::string& output) {
    std::vector<pid_t> pids;
    std::istringstream lines(output);
    for (std::string line; std::getline(lines, line);)
        if (line.starts_with("pid ")) pids.push_back(std::stoi(line.substr(4)));
    return pids;
}

/// Alive: neither gone nor a zombie.
bool alive(pid_t pid) {
    std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    return std::getline(stat, text) && text.find(") Z ") == std::string::npos;
}

bool exists(pid_t pid) {
    return ::kill(pid, 0) == 0;
}

bool dead_within(pid_t pid, milliseconds limit) {
    const auto until = steady_clock::now() + limit;
    while (alive(pid)) {
        if (steady_clock::now() > until) return false;
        std::this_thread::sleep_for(milliseconds(5));
    }
    return true;
}

/// Children that have ended but were not reaped.
int zombies() {
    int count = 0;
    std::ifstream children("/proc/self/task/" + std::to_string(::getpid()) + "/children");
    for (pid_t pid = 0; children >> pid;) {
        std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
        std::string text;
        std::getline(stat, text);
        if (text.find(") Z ") != std::string::npos) ++count;
    }
    return count;
}

std::ptrdiff_t open_descriptors() {
    return std::distance(fs::directory_iterator("/proc/self/fd"), fs::directory_iterator());
}

/// Grows until a loaded machine has started what is to be looked at.
constexpr std::array kPatience = {milliseconds(200), milliseconds(2'000), milliseconds(20'000)};

class LeftBehind : public ::testing::TestWithParam<const char*> {};

TEST_P(LeftBehind, IsKilledAndReapedAfterANormalExit) {
    Limits limits;
    limits.grace = milliseconds(100);
    const auto begun = steady_clock::now();
    const auto result = run_coroutine(run_process(subject({GetParam(), "30"}), limits));
    ASSERT_TRUE(result) << result.error().text();
    EXPECT_EQ(result->ending, Ending::Exited);
    EXPECT_EQ(result->trouble, "");
    EXPECT_LT(steady_clock::now() - begun, seconds(20));
    const auto pids = pids_in(result->output);
    ASSERT_EQ(pids.size(), 1U) << result->output;
    EXPECT_FALSE(exists(pids.front()));
    EXPECT_EQ(zombies(), 0);
}

TEST_P(LeftBehind, IsKilledAndReapedAfterATimeOut) {
    Limits limits;
    std::vector<pid_t> pids;
    for (const auto patience : kPatience) {
        limits.wall = patience;
        const auto result = run_coroutine(run_process(subject({GetParam(), "30", "1"}), limits));
        ASSERT_TRUE(result) << result.error().text();
        EXPECT_EQ(result->ending, Ending::TimedOut);
        pids = pids_in(result->output);
        if (!pids.empty()) break;
    }
    ASSERT_EQ(pids.size(), 1U);
    EXPECT_FALSE(exists(pids.front()));
    EXPECT_EQ(zombies(), 0);
}

INSTANTIATE_TEST_SUITE_P(Family, LeftBehind,
                         ::testing::Values("leave-holder", "leave-quiet", "leave-deaf", "leave-session",
                                           "leave-daemon", "leave-anonymous"),
                         [](const auto& parameter) {
                             std::string name = parameter.param;
                             std::erase(name, '-');
                             return name;
                         });

TEST(Family, HearsADescendantWithinTheGrace) {
    Limits limits;
    limits.grace = seconds(20);
    const auto result = run_coroutine(run_process(subject({"leave-late", "60"}), limits));
    ASSERT_TRUE(result);
    EXPECT_THAT(result->output, ::testing::EndsWith("late\n"));
}

TEST(Family, DoesNotWaitLongerThanTheGrace) {
    Limits limits;
    limits.grace = milliseconds(50);
    const auto begun = steady_clock::now();
    const auto result = run_coroutine(run_process(subject({"leave-late", "30000"}), limits));
    ASSERT_TRUE(result);
    EXPECT_LT(steady_clock::now() - begun, seconds(20));
    EXPECT_EQ(result->output.find("late"), std::string::npos);
}

TEST(Family, CatchesAChainOfOrphans) {
    const auto result = run_coroutine(run_process(subject({"chain", "300"}), {}));
    ASSERT_TRUE(result);
    std::this_thread::sleep_for(milliseconds(20));
    const auto again = run_coroutine(run_process(subject({"exit", "0"}), {}));
    ASSERT_TRUE(again);
    EXPECT_EQ(zombies(), 0);
}

TEST(Family, LeavesOtherLivingFamiliesAlone) {
    // One family keeps a descendant in a session of its own while another ends.
    auto both = [](milliseconds patience) -> asio::awaitable<std::string> {
        const auto executor = co_await asio::this_coro::executor;
        std::optional<ProcessResult> slow;
        Limits limits;
        limits.wall = patience;
        asio::co_spawn(executor, run_process(subject_of("leave-session", "0", "1"), limits),
                       [&](std::exception_ptr, Result<ProcessResult> result) { slow = *std::move(result); });
        asio::steady_timer wait(executor, patience / 2);
        co_await wait.async_wait(asio::use_awaitable);
        const auto quick = co_await run_process(subject_of("leave-daemon"), Limits{});
        EXPECT_TRUE(quick);
        while (!slow) {
            wait.expires_after(milliseconds(20));
            co_await wait.async_wait(asio::use_awaitable);
        }
        // Neither the other family nor its stray was hit by the first one's end.
        EXPECT_EQ(slow->ending, Ending::TimedOut);
        co_return slow->output;
    };
    std::vector<pid_t> pids;
    for (const auto patience : kPatience) {
        pids = pids_in(run_coroutine(both(patience)));
        if (!pids.empty()) break;
    }
    ASSERT_EQ(pids.size(), 1U);
    EXPECT_FALSE(exists(pids.front()));
}

TEST(Family, DoesNotTouchChildrenOfOthers) {
    const pid_t foreign = ::fork();
    if (foreign == 0) {
        ::pause();
        ::_exit(0);
    }
    ASSERT_TRUE(run_coroutine(run_process(subject({"leave-daemon"}), {})));
    EXPECT_TRUE(exists(foreign));
    ::kill(foreign, SIGKILL);
    int status = 0;
    EXPECT_EQ(::waitpid(foreign, &status, 0), foreign);
}

TEST(Family, CancellingTheCoroutineKillsIt) {
    std::vector<pid_t> pids;
    for (const auto patience : kPatience) {
        asio::io_context context(1);
        asio::cancellation_signal cancel;
        std::optional<Result<ProcessResult>> result;
        asio::co_spawn(
            context, run_process(subject({"leave-holder", "0", "1"}), {}),
            asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr, Result<ProcessResult> got) {
                result = std::move(got);
            }));
        asio::steady_timer later(context, patience);
        later.async_wait([&](auto) { cancel.emit(asio::cancellation_type::terminal); });
        context.run();
        ASSERT_TRUE(result && *result);
        EXPECT_EQ((*result)->ending, Ending::Unavailable);
        EXPECT_THAT((*result)->trouble, ::testing::HasSubstr("cancelled"));
        EXPECT_LT((*result)->wall, patience + seconds(10));
        pids = pids_in((*result)->output);
        if (!pids.empty()) break;
    }
    ASSERT_EQ(pids.size(), 1U);
    EXPECT_FALSE(exists(pids.front()));
    EXPECT_EQ(zombies(), 0);
}

TEST(Family, DestroyingTheEventLoopKillsIt) {
    {
        asio::io_context context(1);
        asio::co_spawn(context, run_process(subject({"hang"}), {}),
                       [](std::exception_ptr, Result<ProcessResult>) {});
        context.run_for(milliseconds(100));
        EXPECT_EQ(family::living().size(), 1U);
    }
    EXPECT_EQ(family::living().size(), 0U);
    EXPECT_EQ(zombies(), 0);
}

/// Runs `end` in a forked harness that has a family with a descendant in another session; the pids of both.
std::vector<pid_t> end_a_harness(void (*end)()) {
    int report[2];
    EXPECT_EQ(::pipe(report), 0);
    const pid_t harness = ::fork();
    if (harness == 0) {
        asio::io_context context(1);
        asio::co_spawn(context, run_process(subject({"leave-session", "0", "1"}), {}),
                       [](std::exception_ptr, Result<ProcessResult>) {});
        pid_t leader = 0;
        pid_t descendant = 0;
        for (int i = 0; i < 500 && descendant == 0; ++i) {
            context.run_for(milliseconds(20));
            if (family::living().empty()) continue;
            leader = family::living().front();
            const std::string task = "/proc/" + std::to_string(leader) + "/task/" + std::to_string(leader);
            std::ifstream(task + "/children") >> descendant;
        }
        const std::string line = std::to_string(leader) + " " + std::to_string(descendant) + "\n";
        static_cast<void>(!::write(report[1], line.data(), line.size()));
        end();
        ::_exit(0);
    }
    ::close(report[1]);
    char text[64] = {};
    EXPECT_GT(::read(report[0], text, sizeof text - 1), 0);
    ::close(report[0]);
    ::waitpid(harness, nullptr, 0);
    std::vector<pid_t> pids(2);
    std::istringstream(text) >> pids[0] >> pids[1];
    return pids;
}

void expect_both_dead(const std::vector<pid_t>& pids) {
    for (const pid_t pid : pids) {
        ASSERT_GT(pid, 1);
        EXPECT_TRUE(dead_within(pid, seconds(20))) << pid;
        // We are the reaper of orphans ourselves: theirs came to us.
        ::waitpid(pid, nullptr, WNOHANG);
    }
}

TEST(Family, EndsWhenTheHarnessIsKilled) {
    expect_both_dead(end_a_harness([] { ::raise(SIGKILL); }));
}

TEST(Family, EndsWhenTheHarnessIsInterrupted) {
    expect_both_dead(end_a_harness([] { ::raise(SIGINT); }));
}

TEST(Family, EndsWhenTheHarnessCrashes) {
    expect_both_dead(end_a_harness([] {
        ::signal(SIGSEGV, SIG_DFL);
        ::raise(SIGSEGV);
    }));
}

TEST(Family, LearnsTheStatusAlthoughItsParentIgnoredChildren) {
    const pid_t harness = ::fork();
    if (harness == 0) {
        ::signal(SIGCHLD, SIG_IGN);
        const auto result = run_coroutine(run_process(subject({"exit", "7"}), {}));
        ::_exit(result && result->ending == Ending::Exited ? result->exit_code : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(harness, &status, 0), harness);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 7);
}

TEST(Family, RunsManyAtOnceWithoutLeakingDescriptors) {
    ASSERT_TRUE(run_coroutine(run_process(subject({"exit", "0"}), {})));
    const auto before = open_descriptors();
    auto many = []() -> asio::awaitable<int> {
        const auto executor = co_await asio::this_coro::executor;
        int ended = 0;
        for (int i = 0; i < 60; ++i)
            asio::co_spawn(executor, run_process(subject_of("late", "20", "x"), Limits{}),
                           [&](std::exception_ptr, Result<ProcessResult> result) {
                               if (result && result->output == "x\n") ++ended;
                           });
        asio::steady_timer wait(executor);
        for (int i = 0; i < 6'000 && ended < 60; ++i) {
            wait.expires_after(milliseconds(10));
            co_await wait.async_wait(asio::use_awaitable);
        }
        co_return ended;
    };
    EXPECT_EQ(run_coroutine(many()), 60);
    for (int i = 0; i < 20; ++i) {
        Command missing;
        missing.argv = {"/no/such/program"};
        EXPECT_FALSE(run_coroutine(run_process(missing, {})));
    }
    EXPECT_EQ(open_descriptors(), before);
    EXPECT_EQ(zombies(), 0);
}

}  // namespace
}  // namespace harness
