#include "harness/target/monitor_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <random>

namespace harness::monitor {
namespace {

constexpr std::string_view kFrameStart = "\x1eMPY ";

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Splits off everything up to `separator`; the rest stays in `text`. Empty when the separator is not there.
std::optional<std::string_view> take_until(std::string_view& text, char separator) {
    const std::size_t at = text.find(separator);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view part = text.substr(0, at);
    text.remove_prefix(at + 1);
    return part;
}

std::optional<std::uint64_t> decimal(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || trouble != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

bool is_tag(std::string_view tag) {
    if (tag == "-") return true;
    return tag.size() >= 8 && tag.size() <= 32 && std::all_of(tag.begin(), tag.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

bool is_kind(std::string_view kind) {
    return !kind.empty() &&
           std::all_of(kind.begin(), kind.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

struct Header {
    Frame frame;  ///< without payload
    std::size_t length;
};

/// Parses `TAG SEQ KIND LENGTH`, what stands between the frame start and the LF.
std::optional<Header> parse_header(std::string_view text) {
    const auto tag = take_until(text, ' ');
    const auto sequence = tag ? take_until(text, ' ') : std::nullopt;
    const auto kind = sequence ? take_until(text, ' ') : std::nullopt;
    if (!kind || !is_tag(*tag) || !is_kind(*kind)) return std::nullopt;
    const auto number = decimal(*sequence);
    const auto length = decimal(text);
    if (!number || *number > 0xffffffffU || !length || *length > kMostPayload) return std::nullopt;
    return Header{{std::string(*tag), static_cast<unsigned>(*number), std::string(*kind), {}},
                  static_cast<std::size_t>(*length)};
}

}  // namespace

std::string percent_encode(std::string_view value) {
    std::string encoded;
    for (const char c : value) {
        if (c > ' ' && c < '\x7f' && c != '%')
            encoded += c;
        else
            encoded += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return encoded;
}

std::optional<std::string> percent_decode(std::string_view value) {
    std::string decoded;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] != '%') {
            decoded += value[i];
            continue;
        }
        if (i + 2 >= value.size()) return std::nullopt;
        const int high = hex_digit(value[i + 1]);
        const int low = hex_digit(value[i + 2]);
        if (high < 0 || low < 0) return std::nullopt;
        decoded += static_cast<char>(high << 4 | low);
        i += 2;
    }
    return decoded;
}

Result<std::string> encode_command(std::string_view name, std::string_view tag,
                                   const std::vector<std::pair<std::string, std::string>>& arguments) {
    std::string line = fmt::format("{} tag={}", name, tag);
    for (const auto& [key, value] : arguments) line += fmt::format(" {}={}", key, percent_encode(value));
    line += '\n';
    if (line.size() > kMostCommand)
        return internal_error(
            fmt::format("a monitor command of {} octets, but a machine takes at most {}: {}", line.size(),
                        kMostCommand, line.substr(0, 120)));
    return line;
}

std::string random_tag() {
    static std::mt19937_64 random{std::random_device{}()};
    return fmt::format("{:016x}", random());
}

std::vector<Event> FrameReader::feed(std::string_view octets) {
    buffer_.append(octets);
    std::vector<Event> events;
    std::size_t at = 0;
    std::size_t stray_from = 0;
    const auto emit_stray = [&](std::size_t end) {
        if (end > stray_from) events.emplace_back(Stray{buffer_.substr(stray_from, end - stray_from)});
        stray_from = end;
    };
    while (at < buffer_.size()) {
        at = buffer_.find(kFrameStart.front(), at);
        if (at == std::string::npos) {
            at = buffer_.size();
            break;
        }
        const std::string_view rest = std::string_view(buffer_).substr(at);
        if (!rest.starts_with(kFrameStart)) {
            if (kFrameStart.starts_with(rest)) break;  // may still become one
            ++at;
            continue;
        }
        const std::size_t line_end = rest.find('\n');
        if (line_end == std::string_view::npos && rest.size() <= kMostHeader) break;
        const auto header =
            line_end == std::string_view::npos || line_end > kMostHeader
                ? std::nullopt
                : parse_header(rest.substr(kFrameStart.size(), line_end - kFrameStart.size()));
        if (!header) {
            ++at;
            continue;
        }
        const std::size_t whole = line_end + 1 + header->length + 1;
        if (rest.size() < whole) break;
        if (rest[whole - 1] != '\n') {
            ++at;
            continue;
        }
        emit_stray(at);
        Frame frame = header->frame;
        frame.payload = std::string(rest.substr(line_end + 1, header->length));
        events.emplace_back(std::move(frame));
        at += whole;
        stray_from = at;
    }
    emit_stray(at);
    buffer_.erase(0, at);
    return events;
}

std::string FrameReader::finish() {
    return std::exchange(buffer_, {});
}

Result<Record> Record::parse(std::string_view payload) {
    Record record;
    while (!payload.empty()) {
        const std::size_t end = std::min(payload.find('\n'), payload.size());
        const std::string_view line = payload.substr(0, end);
        payload.remove_prefix(std::min(end + 1, payload.size()));
        const std::size_t equals = line.find('=');
        const std::string_view key = line.substr(0, equals);
        const bool good_key =
            equals != std::string_view::npos && !key.empty() &&
            std::all_of(key.begin(), key.end(), [](char c) {
                return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '@';
            });
        const auto value = good_key ? percent_decode(line.substr(equals + 1)) : std::nullopt;
        if (!value)
            return io_error(
                fmt::format("the machine sent a record with the line {:?}, expected key=value", line));
        record.lines_.emplace_back(key, *value);
    }
    return record;
}

std::optional<std::string> Record::text(std::string_view key) const {
    for (const auto& [name, value] : lines_)
        if (name == key) return value;
    return std::nullopt;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
    if (!text.starts_with("0x")) return decimal(text);
    text.remove_prefix(2);
    std::uint64_t value = 0;
    const auto [end, trouble] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
    if (text.empty() || trouble != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::optional<std::uint64_t> Record::number(std::string_view key) const {
    const auto value = text(key);
    return value ? parse_number(*value) : std::nullopt;
}

}  // namespace harness::monitor
