// Conversations with real firmware, played back: the session has to send what it sent then and to understand
// what the firmware answered. fixtures/raw-repl/README.md says how they are recorded.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "harness/base/files.h"
#include "harness/target/board_address.h"
#include "harness/target/raw_repl_fixture.h"
#include "harness/testing/run_coroutine.h"

namespace harness::raw_repl {
namespace {
namespace asio = boost::asio;
using harness::testing::run_coroutine;
using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string file_of(const std::string& name) {
    return MPYCONFORM_SOURCE_DIR "/fixtures/raw-repl/" + name + ".txt";
}

std::string unescaped(std::string_view text) {
    std::string octets;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\') {
            octets += text[i];
            continue;
        }
        const char kind = text[++i];
        if (kind == 'x') {
            octets += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
            i += 2;
        } else {
            octets += kind == 'r' ? '\r' : kind == 'n' ? '\n' : kind;
        }
    }
    return octets;
}

std::string escaped(std::string_view octets) {
    std::string text;
    for (const char c : octets) {
        if (c == '\r')
            text += "\\r";
        else if (c == '\n')
            text += "\\n";
        else if (c == '\\')
            text += "\\\\";
        else if (c >= ' ' && c < '\x7f')
            text += c;
        else
            text += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    return text;
}

std::vector<Line> recorded(const std::string& name) {
    std::ifstream file(file_of(name));
    std::vector<Line> lines;
    for (std::string text; std::getline(file, text);)
        if (text.starts_with("> ") || text.starts_with("< "))
            lines.push_back(
                {text[0] == '>' ? Line::From::Host : Line::From::Board, unescaped(text.substr(2))});
    return lines;
}

/// Passes everything on and writes it down.
class Recorder : public ByteStream {
  public:
    Recorder(std::unique_ptr<ByteStream> stream, const std::string& file)
        : stream_(std::move(stream)), file_(file) {}
    ~Recorder() override { flush(0); }

    asio::awaitable<Event> write(std::string_view octets, std::chrono::milliseconds timeout) override {
        note('>', octets);
        const Event event = co_await stream_->write(octets, timeout);
        co_return event;
    }
    asio::awaitable<Read> read_some(std::span<char> into, std::chrono::milliseconds timeout) override {
        const Read read = co_await stream_->read_some(into, timeout);
        if (read.event == Event::Data) note('<', std::string_view(into.data(), read.size));
        co_return read;
    }

  private:
    void note(char who, std::string_view octets) {
        if (who != who_) flush(who);
        octets_ += octets;
    }
    void flush(char next) {
        if (!octets_.empty()) file_ << who_ << ' ' << escaped(octets_) << '\n';
        octets_.clear();
        who_ = next;
    }
    std::unique_ptr<ByteStream> stream_;
    std::ofstream file_;
    char who_ = 0;
    std::string octets_;
};

std::vector<std::string> programs() {
    std::string longer;
    for (int i = 0; i < 60; ++i) longer += "# line " + std::to_string(i) + "\n";
    return {"print('hello')\n", "print(1)\n1/0\n", "print(2)\nraise SystemExit\n", longer + "print(3)\n",
            "x = )\n" + longer};
}

asio::awaitable<std::vector<Reply>> talk(std::unique_ptr<ByteStream> stream, std::string& way) {
    // What the micro:bit's firmware can take.
    Session session(std::move(stream), {}, {32, std::chrono::milliseconds(3)});
    std::vector<Reply> replies;
    for (const std::string& source : programs()) {
        const auto fresh = co_await session.fresh();
        EXPECT_TRUE(fresh) << (fresh ? "" : fresh.error().text());
        if (!fresh) break;
        Request request;
        request.source = source;
        Reply reply = co_await session.execute(std::move(request));
        replies.push_back(std::move(reply));
    }
    way = session.way_of_sending();
    co_return replies;
}

void check(const std::vector<Reply>& replies) {
    ASSERT_EQ(replies.size(), programs().size());
    for (const Reply& reply : replies) EXPECT_EQ(reply.end, End::Finished) << reply.trouble;
    EXPECT_EQ(replies[0].output, "hello\r\n");
    EXPECT_EQ(replies[0].exception, "");
    EXPECT_EQ(replies[1].output, "1\r\n");
    EXPECT_THAT(replies[1].exception, HasSubstr("File \"<stdin>\", line 2"));
    EXPECT_THAT(replies[1].exception, HasSubstr("ZeroDivisionError"));
    EXPECT_EQ(replies[2].output, "2\r\n");
    EXPECT_EQ(replies[2].exception, "");
    EXPECT_EQ(replies[3].output, "3\r\n");
    EXPECT_EQ(replies[4].output, "");
    EXPECT_THAT(replies[4].exception, HasSubstr("SyntaxError"));
}

void play(const std::string& name, const std::string& way_of_sending) {
    auto lines = recorded(name);
    ASSERT_FALSE(lines.empty()) << file_of(name);
    std::string way;
    check(run_coroutine(talk(std::make_unique<RecordedBoard>(std::move(lines)), way)));
    EXPECT_EQ(way, way_of_sending);
}

TEST(RawReplRecorded, Release192WithoutRawPaste) {
    play("microbit-1.9.2", "plain");
}

TEST(RawReplRecorded, Release125WithRawPaste) {
    play("mps2-an385-1.25", "raw-paste");
}

/// RAW_REPL_RECORD="NAME exec:COMMAND" writes a conversation anew.
TEST(RawReplRecorded, WriteOneAnew) {
    const char* wish = std::getenv("RAW_REPL_RECORD");
    if (wish == nullptr) GTEST_SKIP() << "RAW_REPL_RECORD is not set";
    std::string name;
    std::string board;
    std::istringstream words(wish);
    words >> name;
    std::getline(words >> std::ws, board);
    const auto address = parse_board_address(board);
    ASSERT_TRUE(address) << board;
    std::string way;
    check(run_coroutine([&]() -> asio::awaitable<std::vector<Reply>> {
        auto stream = co_await open_board(*address, std::chrono::seconds(10));
        if (!stream) {
            ADD_FAILURE() << stream.error().text();
            co_return std::vector<Reply>();
        }
        auto recorder = std::make_unique<Recorder>(std::move(*stream), file_of(name));
        std::vector<Reply> replies = co_await talk(std::move(recorder), way);
        co_return replies;
    }()));
}

/// What fresh_after_start() says to a board that answers so, and whether all of it was said.
std::string after_start(std::vector<Line> lines) {
    return run_coroutine([](std::vector<Line> said) -> asio::awaitable<std::string> {
        auto stream = std::make_unique<RecordedBoard>(std::move(said));
        const RecordedBoard& board = *stream;
        Session session(std::move(stream), short_patience());
        const auto fresh = co_await session.fresh_after_start();
        if (!fresh) co_return fresh.error().text();
        co_return fmt::format("{} {}, {} left", session.at_prompt(), session.is_fresh(), board.left());
    }(std::move(lines)));
}

TEST(RawReplRecorded, WaitsForTheFirstPromptOfABoardThatStarts) {
    using enum Line::From;
    const std::string banner = "\r\nraw REPL; CTRL-B to exit\r\n>";
    const Line hello{Board, "MicroPython v1.25.0 on 2026-01-01; mps2-an385\r\nhelp()\r\n>>> "};
    const Line reset{Board, "OK\r\nMPY: soft reboot" + banner};
    EXPECT_EQ(after_start({hello, {Host, "\x01"}, {Board, banner}, {Host, "\x04"}, reset}),
              "true true, 0 left");
    // No prompt, or boot code that prints its text: the long way.
    const std::vector<Line> long_way{
        {Host, "\r\x03\x03"}, {Board, "\r\n"}, {Host, "\r\x01"}, {Board, banner}, {Host, "\x04"}, reset,
    };
    std::vector<Line> silent{{Board, "booting"}};
    silent.insert(silent.end(), long_way.begin(), long_way.end());
    EXPECT_EQ(after_start(silent), "true true, 0 left");
    std::vector<Line> deaf{hello, {Host, "\x01"}};
    deaf.insert(deaf.end(), long_way.begin(), long_way.end());
    EXPECT_EQ(after_start(deaf), "true true, 0 left");
}

TEST(RawReplRecorded, ABoardThatDiesWhileItStartsIsQuoted) {
    using enum Line::From;
    EXPECT_THAT(
        after_start(
            {{Board, "HardFault exception caught:\r\nR0 = 0\r\n"}, {Host, "\r\x03\x03"}, {Host, "\r\x01"}}),
        HasSubstr("HardFault exception caught"));
}

}  // namespace
}  // namespace harness::raw_repl
