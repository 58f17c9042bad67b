#include "harness/report/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <tuple>

#include "harness/report/totals.h"

namespace harness {
namespace {

constexpr std::size_t kMostBiggest = 10;

/// How a job ended, as far as a comparison goes.
enum class Quality { Good, Bad, Off, Absent, Untold, Flaky };

struct State {
    Quality quality = Quality::Absent;
    std::string text = "not in the run";
    const RecordedResult* result = nullptr;
    const Job* job = nullptr;
};

/// Numbers in hexadecimal are addresses, which move without anything being different.
std::string without_addresses(const std::string& text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        result += text[i];
        if (text[i] != '0' || i + 1 >= text.size() || text[i + 1] != 'x') continue;
        result += 'x';
        for (++i; i + 1 < text.size() && std::isxdigit(static_cast<unsigned char>(text[i + 1])) != 0;) ++i;
    }
    return result;
}

State state_of(const RecordedResult& recorded) {
    const JobResult& result = recorded.result;
    State state;
    state.result = &recorded;
    state.job = &result.job;
    state.text = word(result.judgement.verdict);
    const std::string reason = result.judgement.reason.substr(0, result.judgement.reason.find('\n'));
    switch (result.judgement.verdict) {
        case Verdict::Pass:
        case Verdict::Checked:
            state.quality = Quality::Good;
            break;
        case Verdict::Skip:
        case Verdict::Unsupported:
            state.quality = Quality::Off;
            break;
        case Verdict::Error:
            state.quality = Quality::Untold;
            break;
        case Verdict::Fail:
        case Verdict::Crash:
        case Verdict::Timeout:
            state.quality = result.flaky ? Quality::Flaky : Quality::Bad;
            break;
    }
    if (state.quality != Quality::Good && !reason.empty()) state.text += ": " + reason;
    return state;
}

using States = std::map<std::string, State>;

States states_of(const RunRecord& record) {
    States states;
    for (const DroppedJob& dropped : record.plan.dropped) {
        State& state = states[dropped.job.key()];
        state.quality = Quality::Off;
        state.text = fmt::format("{}: {}", word(dropped.verdict), dropped.reason);
        state.job = &dropped.job;
    }
    for (const RecordedResult& recorded : record.results)
        states[recorded.result.job.key()] = state_of(recorded);
    return states;
}

std::map<std::string, std::string> usability(const RunRecord& record) {
    std::map<std::string, std::string> targets;
    for (const TargetSummary& target : record.plan.environment.targets)
        if (!target.description.checks_only)
            targets[target.description.name] = target.description.unavailable;
    return targets;
}

class Comparer {
  public:
    Comparer(const ComparedRun& base, const ComparedRun& head) : base_(base), head_(head) {
        compared_.base = base.name;
        compared_.head = head.name;
        compared_.base_wall = base.record->facts.wall;
        compared_.head_wall = head.record->facts.wall;
        compared_.base_building = base.building;
        compared_.head_building = head.building;
        compared_.interrupted = base.record->facts.interrupted || head.record->facts.interrupted;
        for (const RunRecord* record : {base.record, head.record})
            not_run_.insert(record->not_run.begin(), record->not_run.end());
    }

    Comparison compare() {
        compare_targets();
        compare_jobs();
        compare_images();
        compare_artifacts();
        compare_times();
        return std::move(compared_);
    }

  private:
    void compare_targets() {
        const auto before = usability(*base_.record);
        for (const auto& [name, reason] : usability(*head_.record)) {
            const auto found = before.find(name);
            if (found == before.end() || found->second.empty() == reason.empty()) continue;
            if (reason.empty())
                compared_.gained.push_back({name, found->second});
            else
                compared_.lost.push_back({name, reason});
        }
    }

    [[nodiscard]] static bool has(const std::vector<TargetChange>& targets, const std::string& name) {
        return std::any_of(targets.begin(), targets.end(),
                           [&](const TargetChange& change) { return change.target == name; });
    }

    void compare_jobs() {
        const States before = states_of(*base_.record);
        const States after = states_of(*head_.record);
        const State absent;
        for (const auto& [key, state] : before)
            if (!after.contains(key)) compare_job(key, state, absent);
        for (const auto& [key, state] : after) {
            const auto found = before.find(key);
            compare_job(key, found == before.end() ? absent : found->second, state);
        }
        for (auto* changes : {&compared_.newly_failing, &compared_.newly_passing, &compared_.other})
            std::sort(changes->begin(), changes->end(),
                      [](const JobChange& a, const JobChange& b) { return a.job.key() < b.job.key(); });
    }

    void compare_job(const std::string& key, const State& before, const State& after) {
        if (not_run_.contains(key)) return;
        const Job& job = after.job != nullptr ? *after.job : *before.job;
        if (before.quality == Quality::Flaky || after.quality == Quality::Flaky) {
            ++compared_.flaky;
            return;
        }
        // A stand-in that only checks goes when a target comes that runs its arch.
        if (after.quality == Quality::Absent &&
            (has(compared_.lost, job.target) || job.target.starts_with("check-"))) {
            ++compared_.removed;
            return;
        }
        const bool was_told = before.quality != Quality::Untold &&
                              (before.quality != Quality::Absent || !has(compared_.gained, job.target));
        const JobChange change{job, before.text, after.text, after.result};
        if (before.quality == after.quality && same_text(before, after))
            ++compared_.unchanged;
        else if (after.quality == Quality::Bad && before.quality != Quality::Bad && was_told)
            compared_.newly_failing.push_back(change);
        else if (after.quality == Quality::Good &&
                 (before.quality == Quality::Bad || before.quality == Quality::Off))
            compared_.newly_passing.push_back(change);
        else if (before.quality == Quality::Absent && after.quality != Quality::Bad)
            ++compared_.added;
        else if (before.quality == Quality::Off && after.quality == Quality::Absent)
            ++compared_.removed;
        else
            compared_.other.push_back(change);
    }

    /// What was left out on both sides is no change, whatever the reason.
    [[nodiscard]] static bool same_text(const State& before, const State& after) {
        return before.quality == Quality::Off ||
               without_addresses(before.text) == without_addresses(after.text);
    }

    void compare_images() {
        for (const auto& [target, size] : head_.images) {
            const auto found = base_.images.find(target);
            if (found != base_.images.end()) compared_.images.push_back({target, found->second, size});
        }
    }

    using ArtifactKey = std::tuple<std::string, std::string, std::string>;  // emitter, arch, test

    [[nodiscard]] static std::map<ArtifactKey, std::uint64_t> artifacts_of(const RunRecord& record) {
        std::map<ArtifactKey, std::uint64_t> sizes;
        for (const RecordedResult& recorded : record.results) {
            const Job& job = recorded.result.job;
            if (recorded.result.artifact_bytes == 0) continue;
            sizes[{std::string(word(job.emitter)), job.arch.empty() ? "-" : job.arch,
                   job.test->suite + ":" + job.test->id}] = recorded.result.artifact_bytes;
        }
        return sizes;
    }

    void compare_artifacts() {
        const auto before = artifacts_of(*base_.record);
        std::map<std::pair<std::string, std::string>, ArtifactTotal> totals;
        for (const auto& [key, size] : artifacts_of(*head_.record)) {
            const auto found = before.find(key);
            if (found == before.end()) continue;
            const auto& [emitter, arch, test] = key;
            ArtifactTotal& total = totals[{emitter, arch}];
            total.emitter = emitter;
            total.arch = arch;
            ++total.files;
            total.octets.before += found->second;
            total.octets.after += size;
            if (found->second == size) continue;
            ++total.changed;
            compared_.biggest.push_back({test, emitter, arch, {found->second, size}});
        }
        for (auto& [key, total] : totals) compared_.artifacts.push_back(std::move(total));
        const auto extent = [](const ArtifactChange& change) {
            return change.octets.after > change.octets.before ? change.octets.after - change.octets.before
                                                              : change.octets.before - change.octets.after;
        };
        std::stable_sort(
            compared_.biggest.begin(), compared_.biggest.end(),
            [&](const ArtifactChange& a, const ArtifactChange& b) { return extent(a) > extent(b); });
        if (compared_.biggest.size() > kMostBiggest) compared_.biggest.resize(kMostBiggest);
    }

    void compare_times() {
        std::map<std::string, std::chrono::nanoseconds> before;
        for (const RecordedResult& recorded : base_.record->results)
            before[recorded.result.job.key()] = recorded.result.timings.run_wall;
        std::map<std::string, TargetTime> times;
        for (const RecordedResult& recorded : head_.record->results) {
            const auto found = before.find(recorded.result.job.key());
            const std::chrono::nanoseconds after = recorded.result.timings.run_wall;
            if (found == before.end() || after.count() == 0 || found->second.count() == 0) continue;
            TargetTime& time = times[recorded.result.job.target];
            time.target = recorded.result.job.target;
            ++time.jobs;
            time.before += found->second;
            time.after += after;
        }
        for (auto& [target, time] : times) compared_.times.push_back(std::move(time));
    }

    const ComparedRun& base_;
    const ComparedRun& head_;
    std::set<std::string> not_run_;
    Comparison compared_;
};

}  // namespace

Comparison compare_runs(const ComparedRun& base, const ComparedRun& head) {
    return Comparer(base, head).compare();
}

std::string comparison_counts(const Comparison& comparison) {
    std::string text = fmt::format("{} newly failing, {} newly passing, {} otherwise changed, {} unchanged",
                                   comparison.newly_failing.size(), comparison.newly_passing.size(),
                                   comparison.other.size(), comparison.unchanged);
    const auto add = [&](std::size_t count, std::string_view what) {
        if (count != 0) text += fmt::format(", {} {}", count, what);
    };
    add(comparison.lost.size(), "targets lost");
    add(comparison.gained.size(), "targets gained");
    add(comparison.added, "only in the second run");
    add(comparison.removed, "only in the first");
    add(comparison.flaky, "flaky");
    return text;
}

}  // namespace harness
