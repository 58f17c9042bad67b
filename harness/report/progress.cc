#include "harness/report/progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "harness/report/text.h"

namespace harness {
namespace {

using Seconds = std::chrono::duration<double>;

/// Before this much of a run is over its pace says nothing.
constexpr Seconds kShortestPace{1.0};
/// From this age on a running job is shown with it.
constexpr std::chrono::seconds kNotableAge{10};

std::string counts_text(const Totals& totals) {
    std::string text = fmt::format("{} passed, {} failed, {} skipped", totals[Standing::Passed],
                                   totals[Standing::Failed], totals[Standing::Skipped]);
    for (const Standing standing : {Standing::Checked, Standing::Known, Standing::Flaky, Standing::Error})
        if (totals[standing] != 0) text += fmt::format(", {} {}", totals[standing], word(standing));
    return text;
}

}  // namespace

std::string clock_text(std::chrono::seconds time) {
    const auto seconds = time.count() % 60;
    const auto minutes = time.count() / 60 % 60;
    const auto hours = time.count() / 3600;
    if (hours != 0) return fmt::format("{}:{:02}:{:02}", hours, minutes, seconds);
    return fmt::format("{}:{:02}", minutes, seconds);
}

void Progress::run_started(const PlanSummary& plan, Time now) {
    started_ = now;
    planned_ = plan.jobs.size();
    double known_seconds = 0;
    for (const PlannedJob& planned : plan.jobs) {
        if (planned.expected.count() <= 0) continue;
        const double seconds = Seconds(planned.expected).count();
        if (expected_.emplace(planned.job.key(), seconds).second) known_seconds += seconds;
    }
    if (!expected_.empty()) usual_seconds_ = known_seconds / static_cast<double>(expected_.size());
    weight_left_ = known_seconds + usual_seconds_ * static_cast<double>(planned_ - expected_.size());
}

double Progress::weight_of(const std::string& key) const {
    const auto found = expected_.find(key);
    return found == expected_.end() ? usual_seconds_ : found->second;
}

void Progress::job_started(const Job& job, Time now) {
    std::string name = as_utf8(fmt::format("{} {} {}", job.test->id, job.row(), job.target));
    running_.push_back({job.key(), std::move(name), now});
}

void Progress::job_finished(const JobResult& result) {
    totals_.add(result);
    const std::string key = result.job.key();
    const double weight = weight_of(key);
    weight_done_ += weight;
    weight_left_ = std::max(0.0, weight_left_ - weight);
    const auto found = std::find_if(running_.begin(), running_.end(),
                                    [&](const Running& running) { return running.key == key; });
    if (found != running_.end()) running_.erase(found);
}

std::optional<std::chrono::seconds> Progress::time_left(Time now) const {
    const Seconds elapsed = now - started_;
    if (elapsed < kShortestPace || weight_done_ <= 0 || is_complete()) return std::nullopt;
    const double left = weight_left_ * elapsed.count() / weight_done_;
    return std::chrono::seconds(static_cast<long long>(std::ceil(left)));
}

std::string Progress::plain_line(Time now) const {
    const std::string planned = fmt::format("{}", planned_);
    std::string line =
        fmt::format("[{:>{}}/{}] {}", totals_.finished, planned.size(), planned, counts_text(totals_));
    if (const auto left = time_left(now)) line += fmt::format(" | {} left", clock_text(*left));
    return line;
}

std::string Progress::live_line(Time now) const {
    std::string line = plain_line(now);
    if (running_.empty()) return line;
    line += fmt::format(" | {} running: ", running_.size());
    bool first = true;
    for (const Running& running : running_) {
        if (!first) line += ", ";
        first = false;
        line += visible_line(running.name);
        const auto age = std::chrono::duration_cast<std::chrono::seconds>(now - running.since);
        if (age >= kNotableAge) line += fmt::format(" ({} s)", age.count());
    }
    return line;
}

}  // namespace harness
