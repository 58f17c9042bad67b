// A conversation with a MicroPython that speaks the raw REPL: enter, soft reset, execute, recover.
//
// A session is used by one coroutine. It knows no tests: it hands over source and gives back what the board
// printed in its two result streams. A board that does not do what the protocol says is no Error of a run but
// the End of its Reply; after each call at_prompt() tells whether the board waits for the next one.
//
// Source of the protocol: test-conventions 5.2 to 5.5, seen with firmware of 1.9.2, 1.25 and 1.29.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/target/byte_stream.h"

namespace harness::raw_repl {

/// How long the board may take for what is not the program's own time.
struct Patience {
    /// To enter the raw REPL, all attempts together.
    std::chrono::milliseconds enter{10000};
    /// For a soft reset, boot code included.
    std::chrono::milliseconds reset{10000};
    /// Between two octets of an answer, and for a write.
    std::chrono::milliseconds answer{10000};
};

/// How source is given to a board without raw-paste mode: pieces with a pause behind each, because nothing
/// tells whether the board still has room.
struct Pace {
    std::size_t octets = 256;  ///< 0 = all at once: whatever carries the octets waits for the board
    std::chrono::milliseconds pause{10};
};

/// One piece of source for the board.
struct Request {
    std::string source;
    /// The longest silence between two octets of output. Source: test-conventions 5.5, which makes the time
    /// limit of a test on a board one between octets.
    std::chrono::milliseconds silence{30000};
    /// All together, so that a program that prints for ever ends.
    std::chrono::milliseconds total{300000};
    std::size_t output_limit_bytes = std::size_t{4} << 20;
    /// When this appears in the output the board has stopped for good (a fault handler's last words): it is
    /// given a second to finish them. Empty = nothing of that kind is known.
    std::string last_words;
    /// Without raw-paste mode, also where the firmware has it: for a line that is shorter than that mode's
    /// negotiation.
    bool plainly = false;
    /// Told of output as it arrives; may be empty.
    std::function<void(std::string_view)> watch;
};

enum class End {
    Finished,   ///< both result streams are complete
    Silent,     ///< over Request::silence, or over Request::total
    Flood,      ///< over Request::output_limit_bytes
    LastWords,  ///< Request::last_words appeared
    Rebooted,   ///< the board started again in the middle
    Closed,     ///< the stream ended
    Garbled,    ///< the board does not follow the protocol
    NotTaken,   ///< the source was not taken; nothing of it ran
};

struct Reply {
    End end = End::NotTaken;
    bool started = false;   ///< the board had all of the source: what follows is the program's doing
    std::string output;     ///< first result stream, as it came
    std::string exception;  ///< second one: the uncaught exception, else empty
    std::string trouble;    ///< when not Finished: what was expected and what came, one sentence
    std::chrono::nanoseconds wall{0};  ///< from the last octet of source to the end of the first stream
};

class Session {
  public:
    explicit Session(std::unique_ptr<ByteStream> stream, Patience patience = {}, Pace pace = {});

    /// Brings the board into the raw REPL from whatever it is doing: a running program, a half-typed line,
    /// paste mode, raw mode. Error: it did not get there in time; the message tells what the board sent.
    [[nodiscard]] boost::asio::awaitable<Result<void>> enter();

    /// A fresh interpreter at the raw prompt: enters if need be, then a soft reset, unless the board has just
    /// made one by itself.
    [[nodiscard]] boost::asio::awaitable<Result<void>> fresh();

    /// The same for a board that was switched on when the stream was opened, as an emulator is: its first
    /// prompt comes by itself and is waited for, one silent second at most. A board that shows none is asked
    /// as in fresh().
    [[nodiscard]] boost::asio::awaitable<Result<void>> fresh_after_start();

    /// Runs source at the raw prompt, in raw-paste mode where the firmware has it.
    [[nodiscard]] boost::asio::awaitable<Reply> execute(Request request);

    /// Breaks off what runs (Ctrl-C) and waits for the prompt; false when the board does not stop.
    [[nodiscard]] boost::asio::awaitable<bool> interrupt(std::chrono::milliseconds patience);

    /// Back to the friendly REPL, so that a person finds the board as it usually is.
    [[nodiscard]] boost::asio::awaitable<void> leave();

    /// The board waits for source.
    [[nodiscard]] bool at_prompt() const { return at_prompt_; }
    /// Nothing was executed since the last soft reset.
    [[nodiscard]] bool is_fresh() const { return fresh_; }
    [[nodiscard]] ByteStream& stream() { return *stream_; }
    /// "raw-paste" or "plain"; "not known yet" before the first source.
    [[nodiscard]] std::string_view way_of_sending() const;

  private:
    using Clock = std::chrono::steady_clock;
    enum class Found { Yes, Silent, Closed };
    enum class Paste { Unknown, Supported, Unsupported };

    [[nodiscard]] boost::asio::awaitable<Found> more(std::chrono::milliseconds silence);
    [[nodiscard]] bool grant_time(Clock::time_point& deadline);
    [[nodiscard]] boost::asio::awaitable<Found> read_until(std::string_view end,
                                                           std::chrono::milliseconds silence,
                                                           std::chrono::milliseconds total,
                                                           std::string& before);
    [[nodiscard]] boost::asio::awaitable<Found> read_exactly(std::size_t size, std::string& octets);
    [[nodiscard]] boost::asio::awaitable<bool> write(std::string_view octets);
    [[nodiscard]] boost::asio::awaitable<void> discard_input(std::string& seen);
    [[nodiscard]] boost::asio::awaitable<Result<void>> soft_reset();
    [[nodiscard]] boost::asio::awaitable<bool> take_source(const Request& request, Reply& reply);
    [[nodiscard]] boost::asio::awaitable<bool> begin_paste(Reply& reply);
    [[nodiscard]] boost::asio::awaitable<bool> paste(std::string_view source, Reply& reply);
    [[nodiscard]] boost::asio::awaitable<void> pause_behind_piece();
    [[nodiscard]] boost::asio::awaitable<bool> send_plainly(std::string_view source, Reply& reply);
    [[nodiscard]] boost::asio::awaitable<bool> first_stream(const Request& request, Reply& reply);
    [[nodiscard]] boost::asio::awaitable<bool> second_stream(Reply& reply);
    [[nodiscard]] boost::asio::awaitable<void> prompt_after_run();
    [[nodiscard]] bool give_up(Reply& reply, Found found, std::string_view wanted, std::string_view seen);
    [[nodiscard]] Error no_entry(std::string_view what, std::string_view seen) const;

    std::unique_ptr<ByteStream> stream_;
    Patience patience_;
    Pace pace_;
    std::string pending_;  ///< read, not looked at yet
    Paste paste_ = Paste::Unknown;
    std::size_t window_ = 0;
    std::chrono::nanoseconds starved_{0};  ///< time without a core that was granted, or was before
    bool at_prompt_ = false;
    bool fresh_ = false;
};

/// Octets for a message: escaped, the end of it where it is long.
[[nodiscard]] std::string visible(std::string_view octets, std::size_t limit = 200);

}  // namespace harness::raw_repl
