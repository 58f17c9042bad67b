#include "harness/model/release.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace harness {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

std::optional<int> take_number(std::string_view& text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number < 0) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

Error malformed(std::string_view text) {
    return configuration_error(
        fmt::format("'{}' is not a release: write it as 1.25, 1.25.0 or 1.29.0-preview", text));
}

/// "-12-g1c3c20114" or "-12.g1c3c20114", also with more behind it: so many commits behind a tag.
bool names_commit(std::string_view text) {
    if (!text.starts_with('-')) return false;
    text.remove_prefix(1);
    return take_number(text) && (text.starts_with("-g") || text.starts_with(".g"));
}

/// How many of the three numbers were written: "1.25" has two.
struct Written {
    Release release;
    int numbers = 0;
};

Result<Written> parse_written(std::string_view whole) {
    std::string_view text = trimmed(whole);
    if (!text.empty() && text.front() == 'v') text.remove_prefix(1);
    Written written;
    const std::array<int*, 3> parts{&written.release.major, &written.release.minor, &written.release.micro};
    for (int* part : parts) {
        const auto number = take_number(text);
        if (!number) return malformed(whole);
        *part = *number;
        ++written.numbers;
        if (text.empty() || text.front() != '.') break;
        text.remove_prefix(1);
    }
    if (written.numbers < 2) return malformed(whole);
    if (text.starts_with("-preview")) {
        written.release.preview = true;
        text.remove_prefix(std::string_view("-preview").size());
        // What follows (".731.g1c3c201149", ".dirty") names a commit, which does not order releases.
        if (text.empty() || text.front() == '.' || text.front() == '-') return written;
    }
    // A distribution's revision ("+ds-1") and what git adds behind a tag ("-12-g1c3c20114", "-dirty") do not order
    // releases either. A compiler that was built from a source package or a clone names itself so.
    if (text.starts_with('+') || text == "-dirty" || names_commit(text)) return written;
    if (!text.empty()) return malformed(whole);
    return written;
}

}  // namespace

Result<Release> Release::parse(std::string_view text) {
    MPY_TRY(const Written written, parse_written(text));
    return written.release;
}

std::string Release::text() const {
    return fmt::format("{}.{}.{}{}", major, minor, micro, preview ? "-preview" : "");
}

std::strong_ordering Release::operator<=>(const Release& other) const {
    if (const auto order = major <=> other.major; order != 0) return order;
    if (const auto order = minor <=> other.minor; order != 0) return order;
    return micro <=> other.micro;
}

Result<ReleaseRange> ReleaseRange::parse(std::string_view text) {
    static constexpr std::array<std::pair<std::string_view, Operator>, 5> kOperators{{
        {"<=", Operator::LessOrEqual},
        {">=", Operator::GreaterOrEqual},
        {"==", Operator::Equal},
        {"<", Operator::Less},
        {">", Operator::Greater},
    }};
    ReleaseRange range;
    range.text_ = trimmed(text);
    std::string_view rest = range.text_;
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        std::string_view part = trimmed(rest.substr(0, comma));
        Condition condition{Operator::Within, {}};
        for (const auto& [sign, op] : kOperators) {
            if (!part.starts_with(sign)) continue;
            condition.op = op;
            part.remove_prefix(sign.size());
            break;
        }
        MPY_TRY(const Written written, parse_written(part));
        condition.release = written.release;
        if (condition.op == Operator::Within && written.numbers == 3) condition.op = Operator::Equal;
        range.conditions_.push_back(condition);
        if (comma == std::string_view::npos) break;
        rest.remove_prefix(comma + 1);
        if (trimmed(rest).empty())
            return configuration_error(
                fmt::format("'{}' is not a range of releases: nothing follows the last comma", range.text_));
    }
    return range;
}

bool ReleaseRange::contains(const Release& release) const {
    for (const Condition& condition : conditions_) {
        const auto order = release <=> condition.release;
        const bool holds = [&] {
            switch (condition.op) {
                case Operator::Less:
                    return order < 0;
                case Operator::LessOrEqual:
                    return order <= 0;
                case Operator::Equal:
                    return order == 0;
                case Operator::GreaterOrEqual:
                    return order >= 0;
                case Operator::Greater:
                    return order > 0;
                case Operator::Within:
                    return release.major == condition.release.major &&
                           release.minor == condition.release.minor;
            }
            return false;
        }();
        if (!holds) return false;
    }
    return true;
}

}  // namespace harness
