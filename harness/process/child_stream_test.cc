#include "harness/process/child_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

#include "harness/process/fake_subject.h"
#include "harness/process/family.h"
#include "harness/testing/run_coroutine.h"

namespace harness {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using ::testing::HasSubstr;
using Event = ChildStream::Event;
using testing::run_coroutine;
using testing::subject;

asio::awaitable<std::string> read_exactly(ChildStream& child, std::size_t size) {
    std::string text;
    std::array<char, 4096> chunk;
    while (text.size() < size) {
        const auto got = co_await child.read_some(chunk, seconds(30));
        if (got.event != Event::Data) break;
        text.append(chunk.data(), got.size);
    }
    co_return text;
}

/// Runs `body(child)` with a started child.
template <class Body>
void with_child(std::vector<std::string> arguments, ChildStream::Options options, Body body) {
    auto all = [&]() -> asio::awaitable<bool> {
        auto child = ChildStream::start(co_await asio::this_coro::executor, subject(arguments), options);
        EXPECT_TRUE(child) << child.error().text();
        if (child) co_await body(*child);
        co_return true;
    };
    run_coroutine(all());
    EXPECT_TRUE(family::living().empty());
}

TEST(ChildStream, TalksOverStandardStreams) {
    with_child({"echo", "0"}, {}, [](ChildStream& child) -> asio::awaitable<void> {
        EXPECT_GT(child.pid(), 1);
        for (const std::string word : {"one", "two", "three"}) {
            EXPECT_EQ(co_await child.write(word, seconds(30)), Event::Data);
            EXPECT_EQ(co_await read_exactly(child, word.size()), word);
        }
        EXPECT_TRUE(child.running());
        child.close_input();
        const auto ended = co_await child.finish(seconds(30));
        EXPECT_TRUE(ended);
        EXPECT_EQ(ended->ending, Ending::Exited);
        EXPECT_EQ(ended->exit_code, 0);
        EXPECT_EQ(ended->output, "got 3\ngot 3\ngot 5\n");
        EXPECT_FALSE(child.running());
    });
}

TEST(ChildStream, TalksOverDescriptorThree) {
    with_child({"echo", "3"}, {.channel = ChildStream::Channel::Descriptor3},
               [](ChildStream& child) -> asio::awaitable<void> {
                   EXPECT_EQ(co_await child.write("hello", seconds(30)), Event::Data);
                   EXPECT_EQ(co_await read_exactly(child, 5), "hello");
                   child.close_input();
                   const auto ended = co_await child.finish(seconds(30));
                   EXPECT_TRUE(ended);
                   EXPECT_EQ(ended->exit_code, 0);
               });
}

TEST(ChildStream, ReadTimesOutAndGoesOnAfterwards) {
    with_child({"echo", "0"}, {}, [](ChildStream& child) -> asio::awaitable<void> {
        std::array<char, 16> chunk;
        const auto begun = steady_clock::now();
        const auto nothing = co_await child.read_some(chunk, milliseconds(60));
        EXPECT_EQ(nothing.event, Event::TimedOut);
        EXPECT_GE(steady_clock::now() - begun, milliseconds(55));
        EXPECT_EQ(co_await child.write("x", seconds(30)), Event::Data);
        EXPECT_EQ(co_await read_exactly(child, 1), "x");
    });
}

TEST(ChildStream, WriteToADeafChildTimesOut) {
    with_child({"hang"}, {}, [](ChildStream& child) -> asio::awaitable<void> {
        const std::string much(4 << 20, 'x');
        EXPECT_EQ(co_await child.write(much, milliseconds(80)), Event::TimedOut);
    });
}

TEST(ChildStream, OneDeadlineDoesNotEndTheOtherDirection) {
    with_child({"hang"}, {}, [](ChildStream& child) -> asio::awaitable<void> {
        const auto executor = co_await asio::this_coro::executor;
        std::optional<Event> read;
        auto reader = [](ChildStream& from) -> asio::awaitable<Event> {
            std::array<char, 16> chunk;
            co_return (co_await from.read_some(chunk, milliseconds(300))).event;
        };
        asio::co_spawn(executor, reader(child), [&](std::exception_ptr, Event event) { read = event; });
        const std::string much(4 << 20, 'x');
        EXPECT_EQ(co_await child.write(much, milliseconds(60)), Event::TimedOut);
        EXPECT_FALSE(read);
        asio::steady_timer wait(executor, milliseconds(320));
        co_await wait.async_wait(asio::use_awaitable);
        EXPECT_EQ(read, Event::TimedOut);
    });
}

TEST(ChildStream, TellsThatTheChildHasGone) {
    with_child({"exit", "3"}, {}, [](ChildStream& child) -> asio::awaitable<void> {
        std::array<char, 16> chunk;
        EXPECT_EQ((co_await child.read_some(chunk, seconds(30))).event, Event::Closed);
        // Writes may still go into the buffer, until the child's other end is closed as well; none raises
        // SIGPIPE.
        Event written = Event::Data;
        for (int i = 0; i < 1'000'000 && written == Event::Data; ++i)
            written = co_await child.write("x", seconds(30));
        EXPECT_EQ(written, Event::Closed);
        const auto ended = co_await child.finish(seconds(30));
        EXPECT_TRUE(ended);
        EXPECT_EQ(ended->exit_code, 3);
    });
}

TEST(ChildStream, KillEndsTheRead) {
    with_child({"leave-holder", "0", "1"}, {}, [](ChildStream& child) -> asio::awaitable<void> {
        EXPECT_THAT(co_await read_exactly(child, 4), HasSubstr("pid "));
        child.kill();
        std::array<char, 16> chunk;
        auto got = co_await child.read_some(chunk, seconds(30));
        while (got.event == Event::Data) got = co_await child.read_some(chunk, seconds(30));
        EXPECT_EQ(got.event, Event::Closed);
        const auto ended = co_await child.finish(seconds(30));
        EXPECT_TRUE(ended);
        EXPECT_EQ(ended->ending, Ending::Signalled);
        EXPECT_EQ(ended->signal_number, SIGKILL);
    });
}

TEST(ChildStream, FinishKillsWhatDoesNotEnd) {
    with_child({"hang-deaf"}, {}, [](ChildStream& child) -> asio::awaitable<void> {
        const auto ended = co_await child.finish(milliseconds(80));
        EXPECT_TRUE(ended);
        EXPECT_EQ(ended->ending, Ending::TimedOut);
    });
}

TEST(ChildStream, DestructionKillsAndReaps) {
    pid_t pid = 0;
    with_child({"hang"}, {}, [&](ChildStream& child) -> asio::awaitable<void> {
        pid = child.pid();
        co_return;
    });
    EXPECT_NE(::kill(pid, 0), 0);
}

TEST(ChildStream, KeepsOnlyTheTailOfDiagnostics) {
    with_child({"flood", "300000", "2"}, {.diagnostics_bytes = 1'000},
               [](ChildStream& child) -> asio::awaitable<void> {
                   const auto ended = co_await child.finish(seconds(30));
                   EXPECT_TRUE(ended);
                   EXPECT_EQ(ended->ending, Ending::Exited);
                   EXPECT_EQ(ended->output.size(), 1'000U);
               });
}

TEST(ChildStream, TellsItsProcessorTime) {
    with_child({"spin"}, {}, [](ChildStream& child) -> asio::awaitable<void> {
        std::array<char, 16> chunk;
        for (int i = 0; i < 100 && child.cpu_time() < milliseconds(30); ++i)
            co_await child.read_some(chunk, milliseconds(200));
        EXPECT_GE(child.cpu_time(), milliseconds(30));
    });
}

}  // namespace
}  // namespace harness
