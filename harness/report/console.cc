#include "harness/report/console.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/report/differences.h"
#include "harness/report/failure_text.h"
#include "harness/report/matrix.h"
#include "harness/report/quarantine_text.h"
#include "harness/report/text.h"

namespace harness {
namespace {

constexpr std::string_view kRed = "\x1b[31m";
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kPlain = "\x1b[0m";

std::string heading(std::string_view text, bool colour) {
    return colour ? fmt::format("\n{}{}{}\n", kBold, text, kPlain) : fmt::format("\n{}\n", text);
}

/// The first line of a block in red.
std::string with_red_head(std::string text, bool colour) {
    if (!colour) return text;
    const std::size_t end = text.find('\n');
    return fmt::format("{}{}{}{}", kRed, text.substr(0, end), kPlain,
                       end == std::string::npos ? "" : text.substr(end));
}

std::string blocks(const RunRecord& record, Standing standing, std::string_view title, bool colour,
                   std::size_t most) {
    const std::size_t count = record.totals[standing];
    if (count == 0) return {};
    std::string text = heading(fmt::format("{}: {}", title, count), colour);
    std::size_t printed = 0;
    for (const RecordedResult& recorded : record.results) {
        if (standing_of(recorded.result) != standing) continue;
        if (printed < most)
            text += "\n" + with_red_head(failure_block(recorded), colour);
        else
            text += (printed == most ? "\n" : "") + failure_line(recorded.result) + "\n";
        ++printed;
    }
    return text;
}

std::string flaky_lines(const RunRecord& record, bool colour) {
    if (record.totals[Standing::Flaky] == 0) return {};
    std::string text = heading(
        fmt::format("Flaky, which does not fail the run: {}", record.totals[Standing::Flaky]), colour);
    for (const RecordedResult& recorded : record.results) {
        if (standing_of(recorded.result) != Standing::Flaky) continue;
        const std::string why = recorded.result.flaky.value_or("");
        text += fmt::format("{} [{}]\n", failure_line(recorded.result), visible_line(why));
    }
    return text;
}

std::string duration_text(std::chrono::nanoseconds time) {
    const double seconds = std::chrono::duration<double>(time).count();
    if (seconds < 60) return fmt::format("{:.1f} s", seconds);
    return clock_text(std::chrono::duration_cast<std::chrono::seconds>(time)) + " min";
}

std::string totals_text(const RunRecord& record) {
    const Totals& totals = record.totals;
    std::string text = fmt::format("{} tests, {} jobs with {} test cases in {}", record.plan.tests,
                                   totals.finished, totals.cases, duration_text(record.facts.wall));
    if (!record.plan.shard.empty()) text += fmt::format(" (shard {})", record.plan.shard);
    text += '\n';
    const auto cache = [&](std::string_view what, const CacheCounts& counts) {
        if (counts.hits + counts.misses != 0)
            text += fmt::format("{} of {} {} were in the cache\n", counts.hits, counts.hits + counts.misses,
                                what);
    };
    cache("artifacts", record.facts.artifacts);
    cache("expectations", record.facts.expectations);
    const auto shared =
        std::count_if(record.results.begin(), record.results.end(),
                      [](const RecordedResult& recorded) { return !recorded.result.outcome_of.empty(); });
    if (shared != 0)
        text += fmt::format("{} jobs loaded the same octets as another one and share its run\n", shared);
    if (totals[Standing::Checked] != 0)
        text +=
            fmt::format("{} only compiled and checked: nothing here runs them\n", totals[Standing::Checked]);
    if (totals[Standing::Flaky] != 0) text += fmt::format("{} ignored as flaky\n", totals[Standing::Flaky]);
    if (totals[Standing::Quarantined] != 0)
        text += fmt::format("{} failed in quarantine\n", totals[Standing::Quarantined]);
    if (totals[Standing::Error] != 0)
        text += fmt::format("{} without a verdict because the harness itself had trouble\n",
                            totals[Standing::Error]);
    if (record.facts.interrupted || !record.not_run.empty())
        text += fmt::format("{}: {} of {} jobs have no verdict\n",
                            record.facts.interrupted ? "interrupted" : "not complete", record.not_run.size(),
                            totals.planned);
    return text;
}

std::string closing_lines(const Totals& totals) {
    std::string text = fmt::format("{} passed, {} failed, {} skipped\n", totals[Standing::Passed],
                                   totals[Standing::Failed], totals[Standing::Skipped]);
    const std::size_t all = totals[Standing::Known] + totals.known_changed + totals.known_gone;
    text += fmt::format("known failures: {}", all);
    if (totals.known_changed + totals.known_gone != 0)
        text += fmt::format(" ({} as recorded, {} changed, {} gone)", totals[Standing::Known],
                            totals.known_changed, totals.known_gone);
    return text + '\n';
}

}  // namespace

std::string console_summary(const RunRecord& record, std::size_t width, bool colour,
                            std::size_t most_failures) {
    std::string text = blocks(record, Standing::Failed, "Failures", colour, most_failures);
    text += blocks(record, Standing::Error, "Errors of the harness (no verdict)", colour, most_failures);
    text += flaky_lines(record, colour);
    text += quarantine_text(
        record, colour ? +[](std::string_view title) { return heading(title, true); }
                       : +[](std::string_view title) { return heading(title, false); });
    if (const std::string skips = skips_by_reason(record); !skips.empty())
        text += heading("Skipped", colour) + skips;
    const std::string matrix = print_matrix(make_matrix(record), width, colour ? Colour::On : Colour::Off);
    if (!matrix.empty()) text += "\n" + matrix;
    text += '\n';
    for (const std::string& note : record.facts.notes)
        text += fmt::format("note: {}\n", visible_line(note, 2000));
    return text + totals_text(record) + closing_lines(record.totals);
}

Console::Console(Terminal& terminal, ConsoleOptions options)
    : terminal_(terminal), options_(std::move(options)), live_(terminal) {}

void Console::run_started(const PlanSummary& plan) {
    shown_at_ = options_.now();
    progress_.run_started(plan, shown_at_);
    std::size_t usable = 0;
    for (const TargetSummary& target : plan.environment.targets) {
        if (target.description.unavailable.empty())
            ++usable;
        else
            note(fmt::format("target {} cannot be used: {}", target.description.name,
                             target.description.unavailable));
    }
    live_.print(fmt::format("{} tests, {} jobs on {} targets, {} left out by the plan\n", plan.tests,
                            plan.jobs.size(), usable, plan.dropped.size()));
}

void Console::job_started(const Job& job) {
    progress_.job_started(job, options_.now());
    show_progress();
}

void Console::job_finished(const RecordedResult& recorded) {
    progress_.job_finished(recorded.result);
    const Standing standing = standing_of(recorded.result);
    const std::string line = failure_line(recorded.result) + "\n";
    if (options_.progress_only) return show_progress();
    if (standing == Standing::Failed || standing == Standing::Error)
        live_.print(with_red_head(line, terminal_.has_colour()));
    else if (options_.verbose)
        live_.print(line);
    show_progress();
}

void Console::tick() {
    show_progress();
}

void Console::note(const std::string& line) {
    live_.print(visible_line(line, 2000) + "\n");
}

void Console::show_progress() {
    const auto now = options_.now();
    const bool interactive = terminal_.is_interactive();
    const std::chrono::nanoseconds interval =
        interactive ? std::chrono::nanoseconds(options_.live_interval) : options_.plain_interval;
    if (now - shown_at_ < interval) return;
    shown_at_ = now;
    if (interactive)
        live_.set(progress_.live_line(now));
    else
        live_.print(progress_.plain_line(now) + "\n");
}

Result<void> Console::run_finished(const RunRecord& record) {
    live_.clear();
    if (options_.progress_only) return terminal_.status();
    if (options_.differences) {
        const std::string text = print_differences(find_differences(record));
        terminal_.write(heading("Differences between targets", terminal_.has_colour()) +
                        (text.empty() ? "none: every test ended alike wherever it ran\n" : text));
    }
    terminal_.write(
        console_summary(record, terminal_.width(), terminal_.has_colour(), options_.most_failures));
    return terminal_.status();
}

}  // namespace harness
