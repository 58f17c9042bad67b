#include "harness/report/differences.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "harness/report/text.h"

namespace harness {
namespace {

/// What is compared: the verdict, and for a failure how it shows. Values in a message differ between any two
/// runs of a damaged program (addresses, names), so a fail counts by its verdict alone.
std::string outcome_word(const JobResult& result) {
    const Judgement& judgement = result.judgement;
    std::string text(word(judgement.verdict));
    if (judgement.verdict != Verdict::Pass) text += fmt::format(" at {}", word(judgement.stage));
    return text;
}

bool tells(const JobResult& result) {
    switch (result.judgement.verdict) {
        case Verdict::Pass:
        case Verdict::Fail:
        case Verdict::Crash:
        case Verdict::Timeout:
            return !result.flaky;
        case Verdict::Skip:
        case Verdict::Unsupported:
        case Verdict::Checked:
        case Verdict::Error:
            break;
    }
    return false;
}

std::string place(const Job& job) {
    std::string text = job.target;
    for (const std::string* part : {&job.arch, &job.compiler})
        if (!part->empty()) text += ' ' + *part;
    return text;
}

}  // namespace

std::vector<Difference> find_differences(const RunRecord& record) {
    std::map<std::string, std::map<std::string, OutcomeGroup>> tests;
    for (const RecordedResult& recorded : record.results) {
        const JobResult& result = recorded.result;
        if (!tells(result)) continue;
        const Job& job = result.job;
        const std::string name =
            fmt::format("{}:{} {} {}", job.test->suite, job.test->id, word(job.mode), word(job.emitter));
        OutcomeGroup& group = tests[name][outcome_word(result)];
        group.on.push_back(place(job));
    }
    std::vector<Difference> differences;
    for (auto& [name, groups] : tests) {
        if (groups.size() < 2) continue;
        Difference& difference = differences.emplace_back();
        difference.test = name;
        for (auto& [what, group] : groups) {
            group.what = what;
            difference.groups.push_back(std::move(group));
        }
        std::stable_sort(difference.groups.begin(), difference.groups.end(),
                         [](const OutcomeGroup& left, const OutcomeGroup& right) {
                             const bool left_passes = left.what == word(Verdict::Pass);
                             const bool right_passes = right.what == word(Verdict::Pass);
                             if (left_passes != right_passes) return left_passes;
                             return left.on.size() > right.on.size();
                         });
    }
    return differences;
}

std::string print_differences(const std::vector<Difference>& differences) {
    std::string text;
    for (const Difference& difference : differences) {
        text += visible_line(difference.test) + '\n';
        for (const OutcomeGroup& group : difference.groups)
            text += fmt::format("  {}: {}\n", group.what, fmt::join(group.on, ", "));
    }
    return text;
}

}  // namespace harness
