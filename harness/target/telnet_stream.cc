#include "harness/target/telnet_stream.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace harness {
namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

// Source: RFC 854, "TELNET COMMAND STRUCTURE".
constexpr char kInterpret = '\xff';
constexpr char kDont = '\xfe';
constexpr char kDo = '\xfd';
constexpr char kWont = '\xfc';
constexpr char kWill = '\xfb';
constexpr char kBegin = '\xfa';
constexpr char kEnd = '\xf0';

/// Source: test-conventions 5.1.
constexpr milliseconds kPatience{10000};
constexpr milliseconds kBeforePassword{200};

class TelnetStream : public ByteStream {
  public:
    explicit TelnetStream(std::unique_ptr<ByteStream> line) : line_(std::move(line)) {}

    asio::awaitable<Event> write(std::string_view octets, milliseconds timeout) override {
        std::string escaped;
        for (const char c : octets) escaped.append(c == kInterpret ? 2 : 1, c);
        const Event event = co_await line_->write(escaped, timeout);
        co_return event;
    }

    asio::awaitable<Read> read_some(std::span<char> into, milliseconds timeout) override {
        const auto deadline = std::chrono::steady_clock::now() + timeout;
        for (;;) {
            std::string answer;
            std::array<char, 4096> raw;
            const auto left =
                std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
            const Read read = co_await line_->read_some(
                std::span(raw).first(std::min(raw.size(), into.size())), std::max(left, milliseconds(0)));
            if (read.event != Event::Data) co_return read;
            const std::size_t size = strip(std::string_view(raw.data(), read.size), into, answer);
            if (!answer.empty()) static_cast<void>(co_await line_->write(answer, kPatience));
            if (size > 0) co_return Read{Event::Data, size};
        }
    }

  private:
    enum class State { Text, Command, Option, Subnegotiation, SubnegotiationEnd };

    /// Octets of the board into `into`; returns how many. What has to be answered is added to `answer`.
    std::size_t strip(std::string_view raw, std::span<char> into, std::string& answer) {
        std::size_t size = 0;
        for (const char c : raw) {
            switch (state_) {
                case State::Text:
                    if (c == kInterpret)
                        state_ = State::Command;
                    else
                        into[size++] = c;
                    break;
                case State::Command:
                    command_ = c;
                    state_ = State::Text;
                    if (c == kInterpret) into[size++] = c;
                    if (c == kBegin) state_ = State::Subnegotiation;
                    if (c == kDo || c == kDont || c == kWill || c == kWont) state_ = State::Option;
                    break;
                case State::Option:
                    state_ = State::Text;
                    if (command_ == kDo) answer += {kInterpret, kWont, c};
                    if (command_ == kWill) answer += {kInterpret, kDont, c};
                    break;
                case State::Subnegotiation:
                    if (c == kInterpret) state_ = State::SubnegotiationEnd;
                    break;
                case State::SubnegotiationEnd:
                    state_ = c == kEnd ? State::Text : State::Subnegotiation;
                    break;
            }
        }
        return size;
    }

    std::unique_ptr<ByteStream> line_;
    State state_ = State::Text;
    char command_ = 0;
};

/// True when `text` came; `seen` is everything that came until then.
asio::awaitable<bool> wait_for(ByteStream& stream, std::string_view text, std::string& seen) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (seen.find(text) == std::string::npos) {
        std::array<char, 512> buffer;
        const auto left =
            std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
        const ByteStream::Read read = co_await stream.read_some(buffer, std::max(left, milliseconds(0)));
        if (read.event != ByteStream::Event::Data || seen.size() > 65536) co_return false;
        seen.append(buffer.data(), read.size);
    }
    seen.erase(0, seen.find(text) + text.size());
    co_return true;
}

}  // namespace

asio::awaitable<Result<std::unique_ptr<ByteStream>>> log_in_by_telnet(std::unique_ptr<ByteStream> line,
                                                                      const std::string& user,
                                                                      const std::string& password) {
    auto stream = std::make_unique<TelnetStream>(std::move(line));
    std::string seen;
    const auto no = [&](std::string_view what) {
        return io_error(fmt::format("telnet login as {}: expected {:?}, found {:?}", user, what, seen));
    };
    bool found = co_await wait_for(*stream, "Login as:", seen);
    if (!found) co_return no("Login as:");
    static_cast<void>(co_await stream->write(user + "\r\n", kPatience));
    found = co_await wait_for(*stream, "Password:", seen);
    if (!found) co_return no("Password:");
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer pause(executor, kBeforePassword);
    static_cast<void>(co_await pause.async_wait(asio::as_tuple(asio::use_awaitable)));
    static_cast<void>(co_await stream->write(password + "\r\n", kPatience));
    constexpr std::string_view kWelcome = "Type \"help()\" for more information.";
    found = co_await wait_for(*stream, kWelcome, seen);
    if (!found) co_return no(kWelcome);
    co_return Result<std::unique_ptr<ByteStream>>(std::move(stream));
}

}  // namespace harness
