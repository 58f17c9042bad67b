#include "harness/target/raw_repl_session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/base/files.h"
#include "harness/target/board_address.h"
#include "harness/target/raw_repl_fixture.h"
#include "harness/testing/run_coroutine.h"

namespace harness::raw_repl {
namespace {
namespace asio = boost::asio;
using harness::testing::run_coroutine;
using std::chrono::milliseconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Request program(std::string source) {
    Request request;
    request.source = std::move(source);
    request.silence = milliseconds(1500);
    request.total = milliseconds(4000);
    request.output_limit_bytes = 100'000;
    return request;
}

/// What several pieces of source gave on a board, each on a fresh interpreter.
struct Conversation {
    std::string trouble;  ///< of fresh(), the first time that it failed
    std::vector<Reply> replies;
    std::string way_of_sending;
    std::vector<bool> at_prompt;  ///< after each
};

asio::awaitable<Conversation> talk(std::vector<std::string> options, std::vector<std::string> sources) {
    const auto executor = co_await asio::this_coro::executor;
    Conversation heard;
    auto stream = open_command(executor, fake_board(std::move(options)));
    if (!stream) {
        heard.trouble = stream.error().text();
        co_return heard;
    }
    Session session(std::move(*stream), short_patience());
    for (const std::string& source : sources) {
        const auto fresh = co_await session.fresh();
        if (!fresh) {
            heard.trouble = fresh.error().text();
            co_return heard;
        }
        Reply reply = co_await session.execute(program(source));
        heard.replies.push_back(std::move(reply));
        heard.at_prompt.push_back(session.at_prompt());
        if (!session.at_prompt()) static_cast<void>(co_await session.interrupt(milliseconds(500)));
    }
    heard.way_of_sending = session.way_of_sending();
    co_return heard;
}

Conversation talk_to(std::vector<std::string> options, std::vector<std::string> sources) {
    return run_coroutine(talk(std::move(options), std::move(sources)));
}

std::string long_source() {
    std::string source;
    for (int i = 0; i < 200; ++i) source += "# line " + std::to_string(i) + "\n";
    return source + "print('end')\n";
}

TEST(RawReplSession, EntersFromWhateverTheBoardIsDoing) {
    for (const char* state :
         {"friendly", "half-typed", "paste", "raw", "raw-paste", "running", "printing", "stubborn"}) {
        const Conversation heard = talk_to({"--at", state}, {"print('hello')\n"});
        EXPECT_EQ(heard.trouble, "") << state;
        ASSERT_EQ(heard.replies.size(), 1U) << state;
        EXPECT_EQ(heard.replies[0].end, End::Finished) << state << heard.replies[0].trouble;
        EXPECT_EQ(heard.replies[0].output, "hello\r\n") << state;
    }
}

TEST(RawReplSession, ABoardThatNeverAnswersIsAnErrorInBoundedTime) {
    const auto started = std::chrono::steady_clock::now();
    const Conversation heard = talk_to({"--at", "mute"}, {"print('hello')\n"});
    EXPECT_THAT(heard.trouble, HasSubstr("could not enter raw repl"));
    EXPECT_THAT(heard.trouble, HasSubstr("it sent nothing"));
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(20));
}

TEST(RawReplSession, NeverSendsMoreThanTheWindowOfRawPasteMode) {
    for (const char* window : {"1", "32", "128", "1000"}) {
        const Conversation heard = talk_to({"--window", window}, {long_source()});
        EXPECT_EQ(heard.way_of_sending, "raw-paste");
        ASSERT_EQ(heard.replies.size(), 1U);
        EXPECT_EQ(heard.replies[0].output, "end\r\n") << "window " << window;
    }
}

TEST(RawReplSession, FallsBackToPlainRawModeOnceForAll) {
    for (const char* kind : {"no", "refused"}) {
        const Conversation heard = talk_to({"--paste", kind}, {long_source(), "print('b')\n"});
        EXPECT_EQ(heard.way_of_sending, "plain");
        ASSERT_EQ(heard.replies.size(), 2U) << heard.trouble;
        EXPECT_EQ(heard.replies[0].output, "end\r\n");
        EXPECT_EQ(heard.replies[1].output, "b\r\n");
    }
}

TEST(RawReplSession, GivesBothResultStreams) {
    const Conversation heard = talk_to({}, {"print('a')\nfail\n", "print('b')\nexit\n", "print('c')\n"});
    ASSERT_EQ(heard.replies.size(), 3U) << heard.trouble;
    EXPECT_EQ(heard.replies[0].output, "a\r\n");
    EXPECT_THAT(heard.replies[0].exception, HasSubstr("ValueError: no"));
    EXPECT_EQ(heard.replies[1].output, "b\r\n");
    EXPECT_EQ(heard.replies[1].exception, "");
    EXPECT_EQ(heard.replies[2].output, "c\r\n");
}

TEST(RawReplSession, TakesASyntaxErrorInTheMiddleOfThePaste) {
    const Conversation heard = talk_to({}, {"syntax\n" + long_source(), "print('next')\n"});
    ASSERT_EQ(heard.replies.size(), 2U) << heard.trouble;
    EXPECT_EQ(heard.replies[0].end, End::Finished) << heard.replies[0].trouble;
    EXPECT_EQ(heard.replies[0].output, "");
    EXPECT_THAT(heard.replies[0].exception, HasSubstr("SyntaxError"));
    EXPECT_EQ(heard.replies[1].output, "next\r\n");
}

TEST(RawReplSession, SlowAndChattyBoardsAreUnderstood) {
    const Conversation heard =
        talk_to({"--slow", "100", "--chatty"}, {"print('a')\nexit\n", "print('b')\n", "dots 40\n"});
    ASSERT_EQ(heard.replies.size(), 3U) << heard.trouble;
    EXPECT_EQ(heard.replies[0].output, "a\r\n");
    EXPECT_EQ(heard.replies[1].output, "b\r\n");
    // Longer than the limit on silence in all, but never silent.
    EXPECT_EQ(heard.replies[2].output, std::string(40, '.'));
}

TEST(RawReplSession, ASilentProgramIsBrokenOffAndTheBoardGoesOn) {
    const Conversation heard = talk_to({}, {"print('a')\nhang\n", "print('b')\n"});
    ASSERT_EQ(heard.replies.size(), 2U) << heard.trouble;
    EXPECT_EQ(heard.replies[0].end, End::Silent);
    EXPECT_EQ(heard.replies[0].output, "a\r\n");
    EXPECT_FALSE(heard.at_prompt[0]);
    EXPECT_EQ(heard.replies[1].output, "b\r\n");
}

TEST(RawReplSession, AFloodIsCutAtItsLimit) {
    const Conversation heard = talk_to({}, {"flood\n", "print('b')\n"});
    ASSERT_EQ(heard.replies.size(), 2U) << heard.trouble;
    EXPECT_EQ(heard.replies[0].end, End::Flood);
    EXPECT_EQ(heard.replies[0].output.size(), 100'000U);
    EXPECT_EQ(heard.replies[1].output, "b\r\n");
}

TEST(RawReplSession, TellsHowAProgramTookTheBoardAlong) {
    EXPECT_EQ(talk_to({}, {"print('a')\nreboot\n"}).replies.at(0).end, End::Rebooted);
    EXPECT_EQ(talk_to({}, {"print('a')\nvanish\n"}).replies.at(0).end, End::Closed);
    const Conversation garbled = talk_to({}, {"print('a')\ngarbage\n"});
    EXPECT_FALSE(garbled.at_prompt.at(0)) << "what comes behind the second stream is no prompt";
}

TEST(RawReplSession, LastWordsEndTheWaiting) {
    const auto reply = run_coroutine([]() -> asio::awaitable<Reply> {
        const auto executor = co_await asio::this_coro::executor;
        auto stream = open_command(executor, fake_board({}));
        Session session(std::move(*stream), short_patience());
        static_cast<void>(co_await session.fresh());
        Request request = program("print('a')\nfault\n");
        request.silence = std::chrono::seconds(30);
        request.total = std::chrono::seconds(60);
        request.last_words = "FATAL:";
        Reply got = co_await session.execute(std::move(request));
        co_return got;
    }());
    EXPECT_EQ(reply.end, End::LastWords);
    EXPECT_THAT(reply.output, HasSubstr("FATAL: hard fault\r\npc=0"));
}

TEST(RawReplSession, RefusesSourceThatTheReplWouldTakeForCommands) {
    for (const char* kind : {"yes", "no"}) {
        const Conversation heard = talk_to({"--paste", kind}, {"print('\x04')\n", "print('b')\n"});
        ASSERT_EQ(heard.replies.size(), 2U) << heard.trouble;
        EXPECT_EQ(heard.replies[0].end, End::NotTaken);
        EXPECT_THAT(heard.replies[0].trouble, HasSubstr("0x04"));
        EXPECT_EQ(heard.replies[1].output, "b\r\n") << kind;
    }
}

TEST(RawReplSession, SpeaksOverATerminalOfAProgramAndOverTcp) {
    const auto said = [](const BoardAddress& address) -> asio::awaitable<std::string> {
        auto stream = co_await open_board(address, std::chrono::seconds(5));
        if (!stream) co_return stream.error().text();
        Session session(std::move(*stream), short_patience());
        const auto fresh = co_await session.fresh();
        if (!fresh) co_return fresh.error().text();
        const Reply reply = co_await session.execute(program("print('hello')\n"));
        co_return reply.output;
    };
    const auto pty = parse_board_address("execpty:" FAKE_BOARD " --pty");
    ASSERT_TRUE(pty);
    EXPECT_EQ(run_coroutine(said(*pty)), "hello\r\n");

    const auto folder = TemporaryDirectory::create("raw-repl-test-");
    ASSERT_TRUE(folder);
    const std::filesystem::path file = folder->path() / "port";
    const std::string heard = run_coroutine([&]() -> asio::awaitable<std::string> {
        const auto executor = co_await asio::this_coro::executor;
        auto board = open_command(executor, fake_board({"--listen", file.string()}));
        if (!board) co_return board.error().text();
        std::array<char, 16> nothing;
        for (int i = 0; i < 100 && !std::filesystem::exists(file); ++i)
            static_cast<void>(co_await (*board)->read_some(nothing, milliseconds(50)));
        const auto port = read_file(file);
        if (!port) co_return port.error().text();
        const auto address = parse_board_address("127.0.0.1:" + port->substr(0, port->size() - 1));
        if (!address) co_return "no address";
        std::string text = co_await said(*address);
        co_return text;
    }());
    EXPECT_EQ(heard, "hello\r\n");
}

TEST(RawReplSession, SaysWhyABoardCannotBeOpened) {
    const auto trouble = [](const char* text) {
        const auto address = parse_board_address(text);
        if (!address) return std::string("no address");
        return run_coroutine([](BoardAddress at) -> asio::awaitable<std::string> {
            auto stream = co_await open_board(at, milliseconds(2000));
            co_return stream ? std::string("opened") : stream.error().text();
        }(*address));
    };
    EXPECT_THAT(trouble("port:/dev/no-such-board"), HasSubstr("is the board plugged in"));
    EXPECT_THAT(trouble("port:/dev/null"), HasSubstr("no serial line"));
    EXPECT_THAT(trouble("127.0.0.1:1"), HasSubstr("cannot connect to 127.0.0.1:1"));
    EXPECT_THAT(trouble("socket:/no/such/socket"), HasSubstr("cannot connect"));
    EXPECT_THAT(trouble("execpty:true"), HasSubstr("expected a line with /dev/pts/NUMBER"));
    EXPECT_THAT(trouble("execpty:/no/such/program"), HasSubstr("/no/such/program"));
}

}  // namespace
}  // namespace harness::raw_repl
