#include "harness/target/raw_repl_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "harness/target/raw_repl_carrier.h"

namespace harness::raw_repl {
namespace {

// Source: test-conventions 5.6.
constexpr std::string_view kMarkerStatement = "print('START TEST')";
constexpr std::string_view kMarker = "START TEST\r\n";
/// Of the carrier: the loader closed the artifact before its end.
constexpr std::string_view kEarlyMarker = "STOP READING\r\n";
constexpr std::string_view kTooLarge = "SKIP-TOO-LARGE\n";
constexpr std::string_view kTraceback = "Traceback (most recent call last):\r\n";

/// The carrier without what only people need: every octet of it is typed, for each program.
std::string carrier_text() {
    std::string text;
    std::string_view left = kRawReplCarrierSource;
    while (!left.empty()) {
        const std::size_t end = std::min(left.find('\n'), left.size());
        const std::string_view line = left.substr(0, end);
        left.remove_prefix(std::min(end + 1, left.size()));
        const std::size_t indentation = line.find_first_not_of(' ');
        if (indentation == std::string_view::npos) continue;
        text.append(indentation / 4, ' ');
        text.append(line.substr(indentation));
        text += '\n';
    }
    return text;
}

std::string files_source(const std::vector<File>& files) {
    std::string source = "__files = {\n";
    for (const auto& [name, octets] : files)
        source += fmt::format("    '{}': {},\n", name, bytes_literal(*octets));
    source += "}\n";
    static const std::string kCarrier = carrier_text();
    return source + kCarrier;
}

bool take_prefix(std::string& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.erase(0, prefix.size());
    return true;
}

/// The carrier's line that imports is no business of the reader's; a traceback without any other line goes
/// altogether, as MicroPython prints an exception that has none.
void remove_carrier(std::string& exception) {
    if (!exception.starts_with(kTraceback)) return;
    constexpr std::string_view kFrame = "  File \"<stdin>\", line ";
    const std::size_t frame = kTraceback.size();
    if (exception.compare(frame, kFrame.size(), kFrame) != 0) return;
    const std::size_t end = exception.find("\r\n", frame);
    if (end == std::string::npos) return;
    exception.erase(frame, end + 2 - frame);
    if (exception.compare(frame, 2, "  ") != 0) exception.erase(0, frame);
}

/// A program that did not fit is no failure: nothing of it ran. Source: test-conventions 5.8.
bool was_too_large(std::string_view exception, Marker marker, bool started, bool read_to_end, bool carried) {
    if (exception.find("MemoryError") == std::string_view::npos) return false;
    if (!started) return true;
    // An exception of the compiler has no line of a program.
    if (marker == Marker::None) return exception.starts_with("MemoryError");
    // The carrier's marker comes from the loader's end, which may have been this very exception.
    return carried && !read_to_end;
}

}  // namespace

std::string bytes_literal(std::string_view octets) {
    std::string text = "b'";
    for (const char c : octets) {
        if (c == '\'' || c == '\\') {
            text += '\\';
            text += c;
        } else if (c >= ' ' && c < '\x7f') {
            text += c;
        } else {
            fmt::format_to(std::back_inserter(text), "\\x{:02x}", static_cast<unsigned char>(c));
        }
    }
    return text + "'";
}

std::string marked_source(std::string_view source) {
    return fmt::format("{}{}{}", kMarkerStatement, source.starts_with('#') ? "" : "\n", source);
}

std::string carrier_source(std::string_view artifact, const std::vector<File>& files,
                           std::string_view prologue) {
    std::vector<File> all{{"__injected_test.mpy", std::make_shared<const std::string>(artifact)}};
    all.insert(all.end(), files.begin(), files.end());
    return fmt::format("{}{}\nimport __injected_test\n", files_source(all), prologue);
}

std::string mount_source(const std::vector<File>& files) {
    return files_source(files);
}

Outcome outcome_of(Reply reply, Marker marker, bool carried) {
    Outcome outcome;
    outcome.wall = reply.wall;
    const bool read_to_end = take_prefix(reply.output, kMarker);
    const bool started =
        read_to_end || (carried && take_prefix(reply.output, kEarlyMarker)) || marker == Marker::None;
    outcome.output = std::move(reply.output);
    outcome.trouble = std::move(reply.trouble);
    switch (reply.end) {
        case End::Finished:
            break;
        case End::Silent:
            outcome.ending = Ending::TimedOut;
            return outcome;
        case End::Flood:
            outcome.ending = Ending::OutputFlood;
            outcome.output_truncated = true;
            return outcome;
        case End::LastWords:
            outcome.ending = Ending::Faulted;
            outcome.fault_report = outcome.output;
            return outcome;
        case End::Rebooted:
            outcome.ending = Ending::Reset;
            return outcome;
        case End::Closed:
            outcome.ending = Ending::Vanished;
            return outcome;
        case End::Garbled:
            outcome.ending = Ending::Garbled;
            return outcome;
        case End::NotTaken:
            outcome.ending = Ending::Unavailable;
            return outcome;
    }
    outcome.ending = Ending::Exited;
    if (reply.exception.empty()) {
        // SystemExit too ends like this, whatever its argument.
        if (started) return outcome;
        outcome.ending = Ending::Garbled;
        outcome.trouble = fmt::format("the output does not begin with {:?}", kMarker);
        return outcome;
    }
    if (carried) remove_carrier(reply.exception);
    if (outcome.output.empty() && was_too_large(reply.exception, marker, started, read_to_end, carried)) {
        outcome.output = kTooLarge;
        return outcome;
    }
    outcome.exit_code = 1;
    outcome.output += reply.exception;
    return outcome;
}

}  // namespace harness::raw_repl
