// For tests of the raw REPL: a board that is fake_board, and one that answers from a recorded conversation.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/this_coro.hpp>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "harness/process/process.h"
#include "harness/target/byte_stream.h"
#include "harness/target/raw_repl_session.h"

namespace harness::raw_repl {

/// Patience for boards that answer at once or never.
inline Patience short_patience() {
    using std::chrono::milliseconds;
    return {milliseconds(3000), milliseconds(3000), milliseconds(1500)};
}

inline Command fake_board(std::vector<std::string> options) {
    Command command;
    command.argv = {FAKE_BOARD};
    command.argv.insert(command.argv.end(), options.begin(), options.end());
    command.environment = inherited_environment();
    return command;
}

/// One step of a conversation: what the host has to send, or what the board answers.
struct Line {
    enum class From { Host, Board } from;
    std::string octets;
};

/// A board that answers from a recorded conversation. The host has to send exactly what was sent then; how it
/// was cut into writes does not matter.
class RecordedBoard : public ByteStream {
  public:
    explicit RecordedBoard(std::vector<Line> lines) : lines_(lines.begin(), lines.end()) {}

    boost::asio::awaitable<Event> write(std::string_view octets, std::chrono::milliseconds) override {
        while (!octets.empty()) {
            if (lines_.empty() || lines_.front().from != Line::From::Host) {
                ADD_FAILURE() << "the host sent " << visible(octets) << " where nothing was expected";
                co_return Event::Closed;
            }
            std::string& expected = lines_.front().octets;
            const std::size_t size = std::min(expected.size(), octets.size());
            if (expected.compare(0, size, octets.substr(0, size)) != 0) {
                ADD_FAILURE() << "the host sent " << visible(octets) << " instead of " << visible(expected);
                co_return Event::Closed;
            }
            expected.erase(0, size);
            octets.remove_prefix(size);
            if (expected.empty()) lines_.pop_front();
        }
        co_return Event::Data;
    }

    boost::asio::awaitable<Read> read_some(std::span<char> into, std::chrono::milliseconds) override {
        if (lines_.empty()) co_return Read{};
        if (lines_.front().from != Line::From::Board) co_return Read{Event::TimedOut, 0};
        std::string& said = lines_.front().octets;
        const std::size_t size = std::min(said.size(), into.size());
        said.copy(into.data(), size);
        said.erase(0, size);
        if (said.empty()) lines_.pop_front();
        co_return Read{Event::Data, size};
    }

    [[nodiscard]] std::size_t left() const { return lines_.size(); }

  private:
    std::deque<Line> lines_;
};

}  // namespace harness::raw_repl
