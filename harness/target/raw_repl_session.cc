#include "harness/target/raw_repl_session.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "harness/target/monitor_session.h"

namespace harness::raw_repl {
namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

// Source of every text and octet: test-conventions 5.2 to 5.4.
constexpr std::string_view kPrompt = "raw REPL; CTRL-B to exit\r\n>";
constexpr std::string_view kFriendlyPrompt = "\r\n>>> ";
constexpr std::string_view kSoftReboot = "soft reboot\r\n";
constexpr std::string_view kEndOfRun = "\x04>";

/// Ends a half-typed line and whatever runs; twice, because a program may catch the first.
constexpr std::string_view kBreakOff = "\r\x03\x03";
constexpr std::string_view kEnterRaw = "\r\x01";

/// One attempt to enter: a board that answers does so within a few milliseconds, unless its boot code runs.
constexpr milliseconds kAttempt{1000};
/// A board that goes on printing when it starts is asked like one that runs a program.
constexpr milliseconds kFirstPrompt{2000};
/// A board that says nothing for so long has said what it had to say.
constexpr milliseconds kQuiet{30};
/// However much it prints.
constexpr milliseconds kDiscard{300};
/// What is kept of text that is only there for messages, and of the text of an exception.
constexpr std::size_t kSeenBytes = 4096;
constexpr std::size_t kExceptionBytes = std::size_t{1} << 20;

milliseconds left_until(std::chrono::steady_clock::time_point deadline) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline - std::chrono::steady_clock::now());
    return std::max(left, milliseconds(0));
}

void keep_tail(std::string& text, std::size_t size) {
    if (text.size() > size) text.erase(0, text.size() - size);
}

}  // namespace

std::string visible(std::string_view octets, std::size_t limit) {
    if (octets.empty()) return "nothing";
    const bool cut = octets.size() > limit;
    return fmt::format("{}{:?}", cut ? "… " : "", cut ? octets.substr(octets.size() - limit) : octets);
}

Session::Session(std::unique_ptr<ByteStream> stream, Patience patience, Pace pace)
    : stream_(std::move(stream)), patience_(patience), pace_(pace) {}

std::string_view Session::way_of_sending() const {
    switch (paste_) {
        case Paste::Supported:
            return "raw-paste";
        case Paste::Unsupported:
            return "plain";
        case Paste::Unknown:
            break;
    }
    return "not known yet";
}

asio::awaitable<Session::Found> Session::more(milliseconds silence) {
    std::array<char, 1 << 14> buffer;
    const ByteStream::Read read = co_await stream_->read_some(buffer, silence);
    if (read.event == ByteStream::Event::Closed) co_return Found::Closed;
    if (read.event == ByteStream::Event::TimedOut) co_return Found::Silent;
    pending_.append(buffer.data(), read.size);
    co_return Found::Yes;
}

/// A board that is a program of this host and waited for a core, since this was asked before, is not silent:
/// it gets that time on top. False when there is none to give.
bool Session::grant_time(Clock::time_point& deadline) {
    if (stream_->pid() == 0) return false;
    const auto starved = monitor::time_without_core(stream_->pid());
    const auto extra = starved - std::exchange(starved_, starved);
    if (extra < kQuiet) return false;
    deadline = std::max(deadline, Clock::now()) + extra;
    return true;
}

/// What comes in front of `end` is added to `before`, of which the tail is kept.
asio::awaitable<Session::Found> Session::read_until(std::string_view end, milliseconds silence,
                                                    milliseconds total, std::string& before) {
    auto deadline = Clock::now() + total;
    for (;;) {
        const std::size_t at = pending_.find(end);
        if (at != std::string::npos) {
            before.append(pending_, 0, at);
            pending_.erase(0, at + end.size());
            co_return Found::Yes;
        }
        const std::size_t done = pending_.size() - std::min(pending_.size(), end.size() - 1);
        before.append(pending_, 0, done);
        pending_.erase(0, done);
        keep_tail(before, kExceptionBytes);
        Found found = Found::Silent;
        if (const milliseconds left = left_until(deadline); left > milliseconds(0))
            found = co_await more(std::min(silence, left));
        if (found == Found::Yes || (found == Found::Silent && grant_time(deadline))) continue;
        co_return found;
    }
}

asio::awaitable<Session::Found> Session::read_exactly(std::size_t size, std::string& octets) {
    while (pending_.size() < size) {
        const Found found = co_await more(patience_.answer);
        Clock::time_point ignored;
        if (found == Found::Yes || (found == Found::Silent && grant_time(ignored))) continue;
        co_return found;
    }
    octets = pending_.substr(0, size);
    pending_.erase(0, size);
    co_return Found::Yes;
}

asio::awaitable<bool> Session::write(std::string_view octets) {
    const ByteStream::Event event = co_await stream_->write(octets, patience_.answer);
    co_return event == ByteStream::Event::Data;
}

asio::awaitable<void> Session::discard_input(std::string& seen) {
    const auto deadline = Clock::now() + kDiscard;
    for (;;) {
        seen += std::exchange(pending_, {});
        keep_tail(seen, kSeenBytes);
        if (Clock::now() >= deadline) co_return;
        std::array<char, 1 << 14> buffer;
        const ByteStream::Read read = co_await stream_->read_some(buffer, kQuiet);
        if (read.event != ByteStream::Event::Data) co_return;
        pending_.assign(buffer.data(), read.size);
    }
}

Error Session::no_entry(std::string_view what, std::string_view seen) const {
    const std::string said = stream_->diagnostics();
    return io_error(
        fmt::format("could not enter raw repl: {}; it sent {}{}", what, visible(seen),
                    said.empty() ? "" : fmt::format("; beside the stream it wrote {}", visible(said))));
}

asio::awaitable<Result<void>> Session::enter() {
    const auto deadline = Clock::now() + patience_.enter;
    at_prompt_ = fresh_ = false;
    Clock::time_point ignored;
    static_cast<void>(grant_time(ignored));
    std::string seen;
    for (;;) {
        const ByteStream::Event broken = co_await stream_->write(kBreakOff, kAttempt);
        co_await discard_input(seen);
        const ByteStream::Event asked = co_await stream_->write(kEnterRaw, kAttempt);
        const Found found =
            co_await read_until(kPrompt, kAttempt, std::min(kAttempt, left_until(deadline)), seen);
        if (found == Found::Yes) break;
        if (found == Found::Closed) co_return no_entry("the stream ended", seen);
        if (Clock::now() < deadline) continue;
        const bool taken = broken == ByteStream::Event::Data && asked == ByteStream::Event::Data;
        co_return no_entry(
            taken ? fmt::format("the board did not answer Ctrl-C and Ctrl-A with its banner within {} ms",
                                patience_.enter.count())
                  : "the board does not read what is sent to it",
            seen);
    }
    // Answers to earlier attempts may still be on their way.
    co_await discard_input(seen);
    at_prompt_ = true;
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Session::soft_reset() {
    at_prompt_ = false;
    std::string seen;
    const bool taken = co_await write("\x04");
    if (!taken) co_return no_entry("the board does not read what is sent to it", seen);
    Found found = co_await read_until(kSoftReboot, patience_.reset, patience_.reset, seen);
    if (found == Found::Yes) found = co_await read_until(kPrompt, patience_.reset, patience_.reset, seen);
    if (found != Found::Yes)
        co_return no_entry(found == Found::Closed ? std::string("the stream ended in a soft reset")
                                                  : fmt::format("no prompt within {} ms after a soft reset",
                                                                patience_.reset.count()),
                           seen);
    at_prompt_ = fresh_ = true;
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Session::fresh() {
    if (at_prompt_ && fresh_) co_return Result<void>{};
    if (at_prompt_) {
        // A board that cannot do this from its prompt is in another state than was thought.
        const auto reset = co_await soft_reset();
        if (reset) co_return reset;
    }
    MPY_CO_CHECK_OK(co_await enter());
    auto reset = co_await soft_reset();
    co_return reset;
}

asio::awaitable<Result<void>> Session::fresh_after_start() {
    std::string seen;
    Found found = co_await read_until(kFriendlyPrompt, kAttempt, kFirstPrompt, seen);
    // Boot code may have printed that text: then no raw prompt follows, and the long way is taken.
    if (found == Found::Yes) {
        static_cast<void>(co_await write("\x01"));
        found = co_await read_until(kPrompt, kAttempt, kAttempt, seen);
    }
    at_prompt_ = found == Found::Yes;
    fresh_ = false;
    // What it said belongs into the message if the long way fails, too.
    if (!at_prompt_) pending_.insert(0, seen);
    auto fresh_now = co_await fresh();
    co_return fresh_now;
}

asio::awaitable<bool> Session::interrupt(milliseconds patience) {
    const auto deadline = Clock::now() + patience;
    std::string seen;
    do {
        const bool taken = co_await write("\x03");
        const Found found =
            co_await read_until(kEndOfRun, kAttempt, std::min(kAttempt, left_until(deadline)), seen);
        if (found == Found::Yes) {
            at_prompt_ = true;
            co_return true;
        }
        if (!taken || found == Found::Closed) co_return false;
    } while (Clock::now() < deadline);
    co_return false;
}

asio::awaitable<void> Session::leave() {
    at_prompt_ = fresh_ = false;
    static_cast<void>(co_await stream_->write("\r\x02", kAttempt));
}

}  // namespace harness::raw_repl
