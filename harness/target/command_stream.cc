#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/this_coro.hpp>
#include <utility>

#include "harness/process/child_stream.h"
#include "harness/target/byte_stream.h"

namespace harness {
namespace asio = boost::asio;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

namespace {

ByteStream::Event event_of(ChildStream::Event event) {
    switch (event) {
        case ChildStream::Event::Data:
            return ByteStream::Event::Data;
        case ChildStream::Event::TimedOut:
            return ByteStream::Event::TimedOut;
        case ChildStream::Event::Closed:
            break;
    }
    return ByteStream::Event::Closed;
}

class CommandStream : public ByteStream {
  public:
    explicit CommandStream(ChildStream child) : child_(std::move(child)) {}

    asio::awaitable<Event> write(std::string_view octets, milliseconds timeout) override {
        const ChildStream::Event event = co_await child_.write(octets, timeout);
        co_return event_of(event);
    }
    asio::awaitable<Read> read_some(std::span<char> into, milliseconds timeout) override {
        const ChildStream::Read read = co_await child_.read_some(into, timeout);
        co_return Read{event_of(read.event), read.size};
    }
    [[nodiscard]] std::string diagnostics() const override { return child_.diagnostics(); }
    [[nodiscard]] pid_t pid() const override { return child_.pid(); }
    [[nodiscard]] std::chrono::nanoseconds cpu_time() const override { return child_.cpu_time(); }

  private:
    ChildStream child_;
};

/// The terminal that a program made. What the program itself writes is read now and then, so that it never
/// waits for us.
class CommandTerminalStream : public ByteStream {
  public:
    CommandTerminalStream(ChildStream child, std::unique_ptr<ByteStream> terminal)
        : child_(std::move(child)), terminal_(std::move(terminal)) {}

    asio::awaitable<Event> write(std::string_view octets, milliseconds timeout) override {
        const Event event = co_await terminal_->write(octets, timeout);
        co_return event;
    }
    asio::awaitable<Read> read_some(std::span<char> into, milliseconds timeout) override {
        co_await listen_to_child();
        const auto deadline = Clock::now() + timeout;
        for (;;) {
            // A program that has ended may leave its terminal open in somebody else's hands.
            const auto left = std::chrono::duration_cast<milliseconds>(deadline - Clock::now());
            const Read read = co_await terminal_->read_some(into, std::clamp(left, milliseconds(0), kLook));
            if (read.event != Event::TimedOut) co_return read;
            if (!child_.running()) co_return Read{};
            if (left <= kLook) co_return read;
            co_await listen_to_child();
        }
    }
    [[nodiscard]] std::string diagnostics() const override { return child_.diagnostics(); }
    [[nodiscard]] pid_t pid() const override { return child_.pid(); }
    [[nodiscard]] std::chrono::nanoseconds cpu_time() const override { return child_.cpu_time(); }

  private:
    static constexpr milliseconds kLook{250};

    asio::awaitable<void> listen_to_child() {
        if (Clock::now() < listened_ + kLook) co_return;
        std::array<char, 16> nothing;
        // Its channel is not used; waiting for it reads what it writes on stdout and stderr.
        static_cast<void>(co_await child_.read_some(nothing, milliseconds(1)));
        listened_ = Clock::now();
    }

    // The terminal goes first: the program may be waiting for its end.
    ChildStream child_;
    std::unique_ptr<ByteStream> terminal_;
    Clock::time_point listened_ = Clock::now();
};

/// "/dev/pts/7" in a complete line; empty when there is none yet. Source: test-conventions 5.1.
std::string terminal_in(std::string_view text) {
    constexpr std::string_view kPlace = "/dev/pts/";
    const std::size_t at = text.find(kPlace);
    if (at == std::string_view::npos) return {};
    std::size_t end = at + kPlace.size();
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    if (end == at + kPlace.size() || end == text.size()) return {};
    return std::string(text.substr(at, end - at));
}

}  // namespace

Result<std::unique_ptr<ByteStream>> open_command(const asio::any_io_executor& executor, Command command) {
    MPY_TRY(ChildStream child, ChildStream::start(executor, std::move(command), {}));
    return std::unique_ptr<ByteStream>(std::make_unique<CommandStream>(std::move(child)));
}

asio::awaitable<Result<std::unique_ptr<ByteStream>>> open_command_terminal(Command command,
                                                                           milliseconds timeout) {
    const auto executor = co_await asio::this_coro::executor;
    const std::string shown = command.shell_text();
    ChildStream::Options options;
    options.channel = ChildStream::Channel::Descriptor3;
    MPY_CO_TRY(ChildStream child, ChildStream::start(executor, std::move(command), options));
    const auto deadline = Clock::now() + timeout;
    std::string place;
    while (place.empty()) {
        const bool ended = !child.running();
        std::array<char, 16> nothing;
        static_cast<void>(co_await child.read_some(nothing, milliseconds(20)));
        place = terminal_in(child.diagnostics());
        if (!place.empty()) break;
        if (ended || Clock::now() > deadline)
            co_return io_error(
                fmt::format("expected a line with /dev/pts/NUMBER from {}, but it {} and wrote {:?}", shown,
                            ended ? "ended" : "has not written one in time", child.diagnostics()));
    }
    MPY_CO_TRY(auto terminal, open_serial(executor, place, 115200));
    std::unique_ptr<ByteStream> stream =
        std::make_unique<CommandTerminalStream>(std::move(child), std::move(terminal));
    co_return stream;
}

}  // namespace harness
