#include "harness/report/diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <dtl/dtl.hpp>
#include <unordered_map>
#include <vector>

#include "harness/report/text.h"

namespace harness {
namespace {

constexpr std::string_view kNoNewline = "\\ No newline at end of output";

struct Text {
    std::vector<std::string_view> lines;
    bool ends_with_newline = true;
};

Text split(std::string_view text) {
    Text result;
    result.ends_with_newline = text.empty() || text.back() == '\n';
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        result.lines.push_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return result;
}

/// One line of the edit script. `expected` and `actual` are the 0-based numbers that the line has, or would
/// have, on each side.
struct Edit {
    char sign = ' ';
    std::size_t expected = 0;
    std::size_t actual = 0;
};

class Script {
  public:
    Script(const Text& expected, const Text& actual, const DiffLimits& limits)
        : expected_(expected), actual_(actual), limits_(limits) {}

    void compare() {
        std::size_t same = 0;
        while (same < expected_.lines.size() && same < actual_.lines.size() && equal(same, same)) ++same;
        // Context in front of the first change is taken along, the rest of what is the same is not looked at.
        first_ = same - std::min(same, limits_.context);
        const std::vector<int> left = numbers(expected_.lines);
        const std::vector<int> right = numbers(actual_.lines);
        dtl::Diff<int, std::vector<int>> diff(left, right);
        diff.onHuge();
        diff.compose();
        std::size_t at_expected = first_;
        std::size_t at_actual = first_;
        for (const auto& [line, info] : diff.getSes().getSequence()) {
            Edit edit{' ', at_expected, at_actual};
            if (info.type == dtl::SES_DELETE) edit.sign = '-';
            if (info.type == dtl::SES_ADD) edit.sign = '+';
            if (edit.sign != '+') ++at_expected;
            if (edit.sign != '-') ++at_actual;
            edits_.push_back(edit);
        }
        left_out_ = (expected_.lines.size() - at_expected) + (actual_.lines.size() - at_actual);
        if (left_out_ != 0) drop_change_at_the_cut();
    }

    [[nodiscard]] std::string print() const {
        std::vector<std::string> lines;
        std::size_t next = 0;
        while (next < edits_.size()) {
            const auto changed =
                std::find_if(edits_.begin() + static_cast<std::ptrdiff_t>(next), edits_.end(),
                             [](const Edit& edit) { return edit.sign != ' '; });
            if (changed == edits_.end()) break;
            const auto change = static_cast<std::size_t>(changed - edits_.begin());
            const std::size_t begin = change - std::min(limits_.context, change - next);
            const std::size_t end = end_of_hunk(change);
            print_hunk(begin, end, lines);
            next = end;
        }
        std::string result;
        const std::size_t shown = std::min(lines.size(), limits_.most_lines);
        for (std::size_t i = 0; i < shown; ++i) result += lines[i] + '\n';
        if (shown < lines.size())
            result += fmt::format("… {} more lines of difference\n", lines.size() - shown);
        if (left_out_ != 0) result += fmt::format("… {} more lines of output not compared here\n", left_out_);
        return result;
    }

  private:
    /// A last line without a newline is not the same as one with it.
    [[nodiscard]] bool equal(std::size_t i, std::size_t j) const {
        return expected_.lines[i] == actual_.lines[j] &&
               lacks_newline(expected_, i) == lacks_newline(actual_, j);
    }
    static bool lacks_newline(const Text& text, std::size_t i) {
        return !text.ends_with_newline && i + 1 == text.lines.size();
    }

    /// Equal lines get equal numbers, so that comparing two lines is comparing two integers.
    std::vector<int> numbers(const std::vector<std::string_view>& lines) {
        const Text& text = &lines == &expected_.lines ? expected_ : actual_;
        std::vector<int> result;
        const std::size_t end = std::min(lines.size(), first_ + limits_.context + limits_.most_compared);
        for (std::size_t i = first_; i < end; ++i) {
            auto& known = lacks_newline(text, i) ? numbers_without_newline_ : numbers_;
            result.push_back(known.try_emplace(lines[i], next_number_).first->second);
            ++next_number_;
        }
        return result;
    }

    /// Where the comparison was cut off, the lines of the two sides need not meet: a change that reaches the
    /// cut may be nothing but that. It stays when it is all there is.
    void drop_change_at_the_cut() {
        const auto is_change = [](const Edit& edit) { return edit.sign != ' '; };
        const auto tail = std::find_if_not(edits_.rbegin(), edits_.rend(), is_change);
        if (std::any_of(tail, edits_.rend(), is_change)) edits_.erase(tail.base(), edits_.end());
    }

    [[nodiscard]] std::size_t end_of_hunk(std::size_t change) const {
        std::size_t last_change = change;
        for (std::size_t i = change; i < edits_.size() && i <= last_change + 2 * limits_.context; ++i)
            if (edits_[i].sign != ' ') last_change = i;
        return std::min(edits_.size(), last_change + 1 + limits_.context);
    }

    void print_hunk(std::size_t begin, std::size_t end, std::vector<std::string>& lines) const {
        std::size_t in_expected = 0;
        std::size_t in_actual = 0;
        for (std::size_t i = begin; i < end; ++i) {
            if (edits_[i].sign != '+') ++in_expected;
            if (edits_[i].sign != '-') ++in_actual;
        }
        // A side without lines is given by the line in front of it, as diff -u does.
        const auto start = [](std::size_t number, std::size_t count) {
            return count == 0 ? number : number + 1;
        };
        lines.push_back(fmt::format("@@ -{},{} +{},{} @@", start(edits_[begin].expected, in_expected),
                                    in_expected, start(edits_[begin].actual, in_actual), in_actual));
        for (std::size_t i = begin; i < end; ++i) {
            const Edit& edit = edits_[i];
            const Text& text = edit.sign == '+' ? actual_ : expected_;
            const std::size_t number = edit.sign == '+' ? edit.actual : edit.expected;
            lines.push_back(edit.sign + visible_line(text.lines[number], limits_.most_columns));
            if (lacks_newline(text, number)) lines.emplace_back(kNoNewline);
        }
    }

    const Text& expected_;
    const Text& actual_;
    const DiffLimits& limits_;
    std::size_t first_ = 0;
    std::size_t left_out_ = 0;
    std::vector<Edit> edits_;
    std::unordered_map<std::string_view, int> numbers_;
    std::unordered_map<std::string_view, int> numbers_without_newline_;
    int next_number_ = 0;
};

}  // namespace

std::string unified_diff(std::string_view expected, std::string_view actual, const DiffLimits& limits) {
    if (expected == actual) return {};
    const Text left = split(expected);
    const Text right = split(actual);
    Script script(left, right, limits);
    script.compare();
    return script.print();
}

}  // namespace harness
