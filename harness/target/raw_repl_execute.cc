// Session::execute: giving the source to the board, and its two result streams.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "harness/target/quiet_process.h"
#include "harness/target/raw_repl_session.h"

namespace harness::raw_repl {
namespace asio = boost::asio;
using std::chrono::milliseconds;

namespace {

// Source: test-conventions 5.3, 5.4.
constexpr std::string_view kAskForPaste =
    "\x05"
    "A\x01";
constexpr std::string_view kPasteTaken = "R\x01";
constexpr std::string_view kPasteRefused{"R\0", 2};
constexpr std::string_view kWholeBanner = "raw REPL; CTRL-B to exit\r\n>";
constexpr std::string_view kRestOfBanner = "w REPL; CTRL-B to exit\r\n>";
constexpr char kMoreRoom = '\x01';
constexpr char kNoMore = '\x04';
constexpr std::string_view kEndOfSource = "\x04";

/// After its last words, and after what looks like a banner of a board that has just started.
constexpr milliseconds kLastBreath{1000};
constexpr milliseconds kRebootQuiet{2000};

/// An emulator that never sleeps has looked at what came once it has run for so long.
constexpr milliseconds kRunOfEmulator{5};
constexpr std::chrono::microseconds kLookAtEmulator{500};

/// Octets that mean something to the board, so that source cannot hold them.
std::string_view reserved_octets(bool paste) {
    return paste ? "\x03\x04" : "\x01\x02\x03\x04";
}

/// The first prompt of a board that has started, friendly or raw, as the last thing that came.
bool looks_rebooted(std::string_view output) {
    if (output.ends_with(kWholeBanner)) return true;
    if (!output.ends_with("\r\n>>> ")) return false;
    const std::string_view tail = output.substr(output.size() > 300 ? output.size() - 300 : 0);
    return tail.find("MicroPython v") != std::string_view::npos;
}

}  // namespace

/// Notes why an answer did not come; false for the caller to return.
bool Session::give_up(Reply& reply, Found found, std::string_view wanted, std::string_view seen) {
    if (found == Found::Closed) {
        reply.end = End::Closed;
        reply.trouble = fmt::format("the stream ended where {} was expected", wanted);
    } else {
        reply.end = found == Found::Yes ? End::Garbled : End::Silent;
        reply.trouble = fmt::format("expected {}, found {}", wanted, visible(seen));
    }
    return false;
}

/// Whether the firmware has raw-paste mode is asked once for each session.
asio::awaitable<bool> Session::begin_paste(Reply& reply) {
    static_cast<void>(co_await write(kAskForPaste));
    std::string answer;
    const Found found = co_await read_exactly(2, answer);
    if (found != Found::Yes)
        co_return give_up(reply, found, "an answer to the request for raw-paste mode", pending_);
    if (answer == kPasteTaken) {
        std::string size;
        const Found sized = co_await read_exactly(2, size);
        if (sized != Found::Yes) co_return give_up(reply, sized, "the window of raw-paste mode", pending_);
        window_ = static_cast<unsigned char>(size[0]) + 256U * static_cast<unsigned char>(size[1]);
        if (window_ == 0)
            co_return give_up(reply, Found::Yes, "a window of raw-paste mode", "a window of 0 octets");
        paste_ = Paste::Supported;
        co_return true;
    }
    paste_ = Paste::Unsupported;
    if (answer == kPasteRefused) co_return true;  // a further prompt may follow: see send_plainly()
    std::string seen = answer;
    const Found rest = co_await read_until(kRestOfBanner, patience_.answer, patience_.answer, seen);
    if (rest != Found::Yes)
        co_return give_up(reply, rest, "an answer to the request for raw-paste mode", seen);
    co_return true;
}

/// Never more on its way than the board has said it has room for.
asio::awaitable<bool> Session::paste(std::string_view source, Reply& reply) {
    std::size_t room = window_;
    while (!source.empty()) {
        while (room == 0 || !pending_.empty()) {
            std::string octet;
            const Found found = co_await read_exactly(1, octet);
            if (found != Found::Yes) co_return give_up(reply, found, "room for more source", {});
            if (octet[0] == kMoreRoom) {
                room += window_;
            } else if (octet[0] == kNoMore) {
                // The compiler has seen enough: an error of syntax.
                const bool taken = co_await write(kEndOfSource);
                co_return taken || give_up(reply, Found::Closed, "the end of the source", {});
            } else {
                co_return give_up(reply, Found::Yes, "room for more source", octet + pending_);
            }
        }
        const std::size_t size = std::min(room, source.size());
        const bool taken = co_await write(source.substr(0, size));
        if (!taken) co_return give_up(reply, Found::Silent, "the board to take source", {});
        source.remove_prefix(size);
        room -= size;
    }
    static_cast<void>(co_await write(kEndOfSource));
    for (;;) {
        std::string octet;
        const Found found = co_await read_exactly(1, octet);
        if (found != Found::Yes) co_return give_up(reply, found, "the end of the source to be confirmed", {});
        if (octet[0] == kNoMore) co_return true;
        if (octet[0] != kMoreRoom)
            co_return give_up(reply, Found::Yes, "the end of the source to be confirmed", octet + pending_);
    }
}

/// Octets that a board has no room for are lost without a word. How long a board of this host takes to look
/// at them is up to the host's load, so that no time is right: it is waited until it has nothing left to do.
asio::awaitable<void> Session::pause_behind_piece() {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer pause(executor);
    const auto deadline = Clock::now() + patience_.answer;
    const auto ran_before = stream_->cpu_time();
    bool slept_before = false;
    do {
        pause.expires_after(stream_->pid() == 0 ? std::chrono::nanoseconds(pace_.pause) : kLookAtEmulator);
        const auto [stopped] = co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
        if (stopped || stream_->pid() == 0) co_return;
        const bool sleeps_now = sleeps(stream_->pid());
        if (sleeps_now && slept_before) co_return;
        slept_before = sleeps_now;
    } while (stream_->cpu_time() - ran_before < kRunOfEmulator && Clock::now() < deadline);
}

asio::awaitable<bool> Session::send_plainly(std::string_view source, Reply& reply) {
    while (pace_.octets != 0 && !source.empty()) {
        const std::size_t size = std::min(pace_.octets, source.size());
        const bool taken = co_await write(source.substr(0, size));
        if (!taken) co_return give_up(reply, Found::Silent, "the board to take source", {});
        source.remove_prefix(size);
        co_await pause_behind_piece();
    }
    // Whether it was taken, or nobody is there, shows in the answer.
    static_cast<void>(co_await write(std::string(source).append(kEndOfSource)));
    std::string answer;
    Found found = co_await read_exactly(1, answer);
    while (found == Found::Yes && answer == ">") found = co_await read_exactly(1, answer);
    std::string second;
    if (found == Found::Yes) found = co_await read_exactly(1, second);
    answer += second;
    if (found != Found::Yes || answer != "OK")
        co_return give_up(reply, found, "OK for the source", answer + pending_);
    co_return true;
}

asio::awaitable<bool> Session::take_source(const Request& request, Reply& reply) {
    const std::string& source = request.source;
    if (!request.plainly && paste_ != Paste::Unsupported) {
        const bool answered = co_await begin_paste(reply);
        if (!answered) co_return false;
    }
    const bool by_paste = !request.plainly && paste_ == Paste::Supported;
    if (const std::size_t at = source.find_first_of(reserved_octets(by_paste)); at != std::string::npos) {
        reply.end = End::NotTaken;
        reply.trouble = fmt::format(
            "the source holds the control character {:#04x}, which the raw REPL takes for a command: only an "
            "artifact can bring it to the board (--via-mpy)",
            static_cast<unsigned char>(source[at]));
        // A board in raw-paste mode is waiting for source.
        at_prompt_ = true;
        if (by_paste) {
            const bool stopped = co_await interrupt(patience_.answer);
            at_prompt_ = stopped;
        }
        co_return false;
    }
    if (by_paste) {
        const bool taken = co_await paste(source, reply);
        co_return taken;
    }
    const bool taken = co_await send_plainly(source, reply);
    co_return taken;
}

asio::awaitable<bool> Session::first_stream(const Request& request, Reply& reply) {
    const auto started = Clock::now();
    auto last = started;
    bool dying = false;
    std::size_t looked_at = 0;
    const auto finish = [&](End end, std::string trouble) {
        reply.end = end;
        reply.trouble = std::move(trouble);
        reply.wall = Clock::now() - started;
        return false;
    };
    for (;;) {
        const std::size_t at = pending_.find(kNoMore);
        std::string piece = pending_.substr(0, at);
        pending_.erase(0, at == std::string::npos ? at : at + 1);
        if (!piece.empty()) {
            last = Clock::now();
            if (request.watch) request.watch(piece);
            reply.output += piece;
        }
        if (reply.output.size() > request.output_limit_bytes) {
            reply.output.resize(request.output_limit_bytes);
            co_return finish(End::Flood, fmt::format("over {} octets of output", request.output_limit_bytes));
        }
        if (at != std::string::npos) {
            reply.wall = Clock::now() - started;
            co_return true;
        }
        if (!request.last_words.empty() && !dying)
            dying = reply.output.find(request.last_words, looked_at) != std::string::npos;
        looked_at = reply.output.size() - std::min(reply.output.size(), request.last_words.size());
        const milliseconds silence = dying ? kLastBreath : request.silence;
        auto deadline = std::min(last + silence, started + request.total);
        if (Clock::now() >= deadline && grant_time(deadline)) last = deadline - silence;
        if (Clock::now() >= deadline)
            co_return finish(
                dying ? End::LastWords : End::Silent,
                dying ? "the firmware said its last words" : "timeout waiting for the end of the output");
        const auto left = std::chrono::ceil<milliseconds>(deadline - Clock::now());
        const Found found = co_await more(std::min(left, kRebootQuiet));
        if (found == Found::Closed) co_return finish(End::Closed, "the stream ended while the program ran");
        if (found == Found::Silent && looks_rebooted(reply.output))
            co_return finish(End::Rebooted, "the board started again while the program ran");
    }
}

asio::awaitable<bool> Session::second_stream(Reply& reply) {
    const Found found = co_await read_until(kEndOfSource, patience_.answer, patience_.reset, reply.exception);
    if (found == Found::Yes) co_return true;
    co_return give_up(reply, found, "the end of the text of an exception", reply.exception);
}

/// A program that ended in SystemExit makes most boards reset: a banner comes instead of the prompt alone.
asio::awaitable<void> Session::prompt_after_run() {
    std::string first;
    Found found = co_await read_exactly(1, first);
    if (found == Found::Yes && first == ">") {
        at_prompt_ = true;
        co_return;
    }
    std::string seen;
    if (found == Found::Yes)
        found = co_await read_until(kWholeBanner, patience_.reset, patience_.reset, seen);
    at_prompt_ = fresh_ = found == Found::Yes;
}

asio::awaitable<Reply> Session::execute(Request request) {
    Reply reply;
    if (!at_prompt_) {
        reply.trouble = "the board is not at its raw prompt";
        co_return reply;
    }
    at_prompt_ = fresh_ = false;
    Clock::time_point ignored;
    static_cast<void>(grant_time(ignored));  // what was waited before is no excuse
    const bool taken = co_await take_source(request, reply);
    if (!taken) co_return reply;
    reply.started = true;
    const bool ended = co_await first_stream(request, reply);
    if (!ended) co_return reply;
    const bool complete = co_await second_stream(reply);
    if (!complete) co_return reply;
    reply.end = End::Finished;
    co_await prompt_after_run();
    co_return reply;
}

}  // namespace harness::raw_repl
