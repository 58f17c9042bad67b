// The monitor protocol's octets: commands out, frames in. Pure: no I/O, no time.
//
// Source: docs/monitor.md, sections 2 to 5. A test here and a test of the firmware read the same transcripts
// (fixtures/monitor/).
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "harness/base/result.h"

namespace harness::monitor {

/// RS M P Y RS: brings the machine into the monitor from every state.
inline constexpr std::string_view kAttention = "\x1eMPY\x1e";
/// Octets that may be on their way before `hello` has told more.
inline constexpr std::size_t kFirstWindow = 256;
/// A longer payload than any frame may have (docs/monitor.md, section 4).
inline constexpr std::size_t kMostPayload = 16384;
/// A longer header than any frame may have.
inline constexpr std::size_t kMostHeader = 96;
/// A longer command line than the machine takes, LF included.
inline constexpr std::size_t kMostCommand = 1000;

/// `name tag=… key=value …` with values percent-encoded, LF at the end. Error: longer than the machine takes.
[[nodiscard]] Result<std::string> encode_command(
    std::string_view name, std::string_view tag,
    const std::vector<std::pair<std::string, std::string>>& arguments);

/// Space, '%', control octets and octets above 7E as %XX.
[[nodiscard]] std::string percent_encode(std::string_view value);
/// Empty when a '%' is not followed by two hexadecimal digits.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view value);

/// A random tag: 16 hexadecimal digits.
[[nodiscard]] std::string random_tag();

struct Frame {
    std::string tag;
    unsigned sequence = 0;
    std::string kind;
    std::string payload;
};

/// Octets that are not part of a frame: a banner, garbage, what follows a broken header.
struct Stray {
    std::string octets;
};

using Event = std::variant<Frame, Stray>;

/// Cuts a stream into frames and what lies between them. Memory is bounded by one frame.
class FrameReader {
  public:
    /// Adds octets and gives the events that are complete now. Stray octets come out as soon as it is certain
    /// that they do not start a frame.
    [[nodiscard]] std::vector<Event> feed(std::string_view octets);
    /// The stream ended: what is left over (a torn frame) as stray octets; empty when nothing is.
    [[nodiscard]] std::string finish();
    /// True inside a frame that has begun but not ended.
    [[nodiscard]] bool inside_frame() const { return !buffer_.empty(); }

  private:
    std::string buffer_;
};

/// A record payload: `key=value` lines. Keys may repeat.
class Record {
  public:
    /// Error: a line without '=', a key that is not [a-z0-9_.@]+ or a value that does not decode.
    [[nodiscard]] static Result<Record> parse(std::string_view payload);

    [[nodiscard]] std::optional<std::string> text(std::string_view key) const;
    /// Decimal, or hexadecimal with 0x. Empty when missing or not a number.
    [[nodiscard]] std::optional<std::uint64_t> number(std::string_view key) const;
    /// All lines in order.
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& lines() const { return lines_; }

  private:
    std::vector<std::pair<std::string, std::string>> lines_;
};

/// Parses a number as records write it.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text);

}  // namespace harness::monitor
