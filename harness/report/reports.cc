#include "harness/report/reports.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "harness/report/diff.h"

namespace harness {
namespace {

template <class Range, class Key>
void sort_by_key(Range& range, Key key) {
    std::vector<std::pair<std::string, std::size_t>> order;
    order.reserve(range.size());
    for (std::size_t i = 0; i < range.size(); ++i) order.emplace_back(key(range[i]), i);
    std::sort(order.begin(), order.end());
    Range sorted;
    sorted.reserve(range.size());
    for (const auto& [name, index] : order) sorted.push_back(std::move(range[index]));
    range = std::move(sorted);
}

}  // namespace

void sort_record(RunRecord& record) {
    sort_by_key(record.results, [](const RecordedResult& kept) { return kept.result.job.key(); });
    sort_by_key(record.plan.jobs, [](const PlannedJob& planned) { return planned.job.key(); });
    sort_by_key(record.plan.dropped, [](const DroppedJob& dropped) { return dropped.job.key(); });
}

Totals totals_of(const PlanSummary& plan, const std::vector<RecordedResult>& results) {
    Totals totals;
    totals.planned = plan.jobs.size();
    for (const DroppedJob& dropped : plan.dropped) totals.add(dropped);
    for (const RecordedResult& kept : results) totals.add(kept.result);
    return totals;
}

RecordedResult recorded(JobResult result) {
    RecordedResult kept;
    Judgement& judgement = result.judgement;
    kept.expected_octets = judgement.expected.size();
    kept.actual_octets = judgement.actual.size();
    const bool shown = counts_as_failure(judgement.verdict) || judgement.verdict == Verdict::Error;
    if (shown) {
        // Without an expectation there is nothing to compare with: the output is shown as it is.
        if (!judgement.expected.empty()) kept.difference = unified_diff(judgement.expected, judgement.actual);
        if (judgement.expected.size() > kKeptOctets) judgement.expected.resize(kKeptOctets);
        if (judgement.actual.size() > kKeptOctets) judgement.actual.resize(kKeptOctets);
    } else {
        judgement.expected = {};
        judgement.actual = {};
    }
    judgement.expected.shrink_to_fit();
    judgement.actual.shrink_to_fit();
    // What was judged is kept above; the raw copy of it is not needed again.
    result.outcome.output = {};
    kept.result = std::move(result);
    return kept;
}

Reports::Reports(std::unique_ptr<Console> console) : console_(std::move(console)) {}

void Reports::add(std::unique_ptr<Report> report) {
    others_.push_back(std::move(report));
}

void Reports::run_started(PlanSummary plan) {
    record_ = {};
    record_.plan = std::move(plan);
    record_.totals.planned = record_.plan.jobs.size();
    for (const DroppedJob& dropped : record_.plan.dropped) record_.totals.add(dropped);
    record_.results.reserve(record_.plan.jobs.size());
    console_->run_started(record_.plan);
    for (const auto& report : others_) report->run_started(record_.plan);
}

void Reports::job_started(const Job& job) {
    console_->job_started(job);
    for (const auto& report : others_) report->job_started(job);
}

void Reports::job_finished(JobResult result) {
    record_.totals.add(result);
    for (const auto& report : others_) report->job_judged(result);
    record_.results.push_back(recorded(std::move(result)));
    console_->job_finished(record_.results.back());
    for (const auto& report : others_) report->job_finished(record_.results.back());
}

void Reports::tick() {
    console_->tick();
    for (const auto& report : others_) report->tick();
}

void Reports::note(const std::string& line) {
    console_->note(line);
}

std::vector<Error> Reports::run_finished(RunFacts facts) {
    record_.facts = std::move(facts);
    sort_record(record_);
    std::unordered_set<std::string> finished;
    for (const RecordedResult& kept : record_.results) finished.insert(kept.result.job.key());
    record_.not_run.clear();
    for (const PlannedJob& planned : record_.plan.jobs)
        if (std::string key = planned.job.key(); !finished.contains(key))
            record_.not_run.push_back(std::move(key));

    std::vector<Error> troubles;
    for (const auto& report : others_)
        if (auto written = report->run_finished(record_); !written) troubles.push_back(written.error());
    for (const Error& trouble : troubles)
        record_.facts.notes.push_back("report not written: " + trouble.text());
    if (auto printed = console_->run_finished(record_); !printed) troubles.push_back(printed.error());
    return troubles;
}

}  // namespace harness
