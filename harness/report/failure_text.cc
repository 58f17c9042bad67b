#include "harness/report/failure_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <string_view>
#include <vector>

#include "harness/report/text.h"

namespace harness {
namespace {

constexpr std::size_t kOutputLines = 40;
constexpr std::size_t kFaultLines = 120;

std::string upper(std::string_view text) {
    std::string result(text);
    for (char& c : result) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return result;
}

/// The word in front of a result: the verdict, loud where a person is needed, or what became of a known
/// failure.
std::string headline(const JobResult& result) {
    if (result.quarantine && result.is_failure()) return "QUARANTINED";
    if (result.known_failure && result.known_failure->state == KnownFailureNote::State::Gone)
        return "KNOWN FAILURE GONE";
    if (result.known_failure && result.known_failure->state == KnownFailureNote::State::Changed)
        return "KNOWN FAILURE CHANGED";
    if (result.known_failure) return "KNOWN FAILURE";
    if (!result.fails_the_run() && counts_as_failure(result.judgement.verdict)) return "FLAKY";
    if (!counts_as_failure(result.judgement.verdict) && result.judgement.verdict != Verdict::Error)
        return std::string(word(result.judgement.verdict));
    return upper(word(result.judgement.verdict));
}

std::string identity(const Job& job) {
    std::string result = fmt::format("{}:{}  {}", job.test->suite, job.test->id, job.row());
    if (!job.arch.empty()) result += " " + job.arch;
    result += "  " + job.target;
    if (!job.compiler.empty()) result += "  " + job.compiler;
    return as_utf8(result);
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.push_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return lines;
}

std::string indented(const std::vector<std::string_view>& lines) {
    std::string result;
    for (const std::string_view line : lines) result += fmt::format("  {}\n", visible_line(line));
    return result;
}

std::string last_lines(std::string_view text, std::size_t most) {
    std::vector<std::string_view> lines = lines_of(text);
    std::string result;
    if (lines.size() > most) {
        result = fmt::format("  … {} lines before these\n", lines.size() - most);
        lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(most));
    }
    return result + indented(lines);
}

std::string first_lines(std::string_view text, std::size_t most) {
    std::vector<std::string_view> lines = lines_of(text);
    const std::size_t left_out = lines.size() > most ? lines.size() - most : 0;
    lines.resize(lines.size() - left_out);
    std::string result = indented(lines);
    if (left_out != 0) result += fmt::format("  … {} more lines\n", left_out);
    return result;
}

std::string ending_text(const Outcome& outcome) {
    switch (outcome.ending) {
        case Ending::Exited:
            return fmt::format("exited with status {}", outcome.exit_code);
        case Ending::Signalled:
            return fmt::format("killed by {}", signal_name(outcome.signal_number));
        default:
            return std::string(word(outcome.ending));
    }
}

bool has_run(Stage stage) {
    return stage == Stage::Load || stage == Stage::Run;
}

std::string output_text(const RecordedResult& recorded) {
    const Judgement& judgement = recorded.result.judgement;
    if (!recorded.difference.empty()) return fmt::format("--- expected\n+++ actual\n{}", recorded.difference);
    if (judgement.actual.empty()) return has_run(judgement.stage) ? "it printed nothing\n" : "";
    if (recorded.expected_octets != 0 && judgement.expected == judgement.actual)
        return "what it printed is as expected\n";
    return fmt::format("it printed:\n{}", last_lines(judgement.actual, kOutputLines));
}

}  // namespace

std::string failure_line(const JobResult& result) {
    // Of a tool's own words in several lines the last says what is wrong.
    const std::vector<std::string_view> lines = lines_of(result.judgement.reason);
    const std::string reason = lines.empty() ? "" : fmt::format("  {}", lines.back());
    return visible_line(fmt::format("{}  {}{}", headline(result), identity(result.job), as_utf8(reason)),
                        500);
}

std::string failure_block(const RecordedResult& recorded) {
    const JobResult& result = recorded.result;
    const Judgement& judgement = result.judgement;
    const Outcome& outcome = result.outcome;
    std::string text = fmt::format("{}  {}\n", headline(result), identity(result.job));
    text += fmt::format("stage: {}\n", word(judgement.stage));
    // A reason of several lines holds a tool's own words: they are shown as they are.
    if (judgement.reason.find('\n') == std::string::npos)
        text +=
            judgement.reason.empty() ? "" : fmt::format("reason: {}\n", visible_line(judgement.reason, 500));
    else
        text += fmt::format("reason:\n{}", first_lines(judgement.reason, kOutputLines));
    if (result.known_failure) {
        const bool gone = result.known_failure->state == KnownFailureNote::State::Gone;
        text += fmt::format("{}: {} says \"{}\"\n", gone ? "it passes now" : "it fails in another way",
                            result.known_failure->entry, visible_line(result.known_failure->reason, 500));
    }
    if (has_run(judgement.stage)) text += fmt::format("ended: {}\n", ending_text(outcome));
    if (!outcome.trouble.empty()) text += fmt::format("seen: {}\n", visible_line(outcome.trouble, 1000));
    if (judgement.verdict != Verdict::Pass) text += output_text(recorded);
    if (outcome.output_truncated) text += "the output was cut at its limit\n";
    if (!outcome.fault_report.empty())
        text += fmt::format("fault report:\n{}", first_lines(outcome.fault_report, kFaultLines));
    if (!result.repeat_command.empty()) text += fmt::format("repeat: {}\n", as_utf8(result.repeat_command));
    return text;
}

std::string skips_by_reason(const RunRecord& record, std::size_t most_lines) {
    std::map<std::string, std::size_t> counts;
    const auto note = [&](Verdict verdict, const std::string& reason) {
        const std::string_view why = reason.empty() ? std::string_view("no reason given") : reason;
        const std::string prefix = verdict == Verdict::Unsupported ? "unsupported: " : "";
        ++counts[prefix + visible_line(why.substr(0, why.find('\n')))];
    };
    for (const RecordedResult& recorded : record.results)
        if (standing_of(recorded.result) == Standing::Skipped)
            note(recorded.result.judgement.verdict, recorded.result.judgement.reason);
    for (const DroppedJob& dropped : record.plan.dropped) note(dropped.verdict, dropped.reason);

    std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    std::string result;
    for (std::size_t i = 0; i < sorted.size() && i < most_lines; ++i)
        result += fmt::format("{:>7}  {}\n", sorted[i].second, sorted[i].first);
    if (sorted.size() > most_lines) {
        std::size_t others = 0;
        for (std::size_t i = most_lines; i < sorted.size(); ++i) others += sorted[i].second;
        result += fmt::format("{:>7}  for {} other reasons: --json lists them all\n", others,
                              sorted.size() - most_lines);
    }
    return result;
}

}  // namespace harness
