#include "harness/report/quarantine_text.h"

#include <fmt/format.h>

#include <map>

#include "harness/report/failure_text.h"
#include "harness/report/text.h"

namespace harness {
namespace {

std::string failed_lines(const RunRecord& record) {
    std::string text;
    for (const RecordedResult& recorded : record.results) {
        const JobResult& result = recorded.result;
        if (standing_of(result) != Standing::Quarantined) continue;
        text += fmt::format("{} [until {}: {}]\n", failure_line(result), result.quarantine->expires,
                            visible_line(result.quarantine->reason));
    }
    return text;
}

/// Entries of which nothing failed in this run: the way out of the quarantine.
std::string passed_lines(const RunRecord& record) {
    struct Entry {
        std::string reason;
        std::size_t passed = 0;
        bool failed = false;
    };
    std::map<std::string, Entry> entries;
    for (const RecordedResult& recorded : record.results) {
        const JobResult& result = recorded.result;
        if (!result.quarantine) continue;
        Entry& entry = entries[result.quarantine->entry];
        entry.reason = result.quarantine->reason;
        if (result.judgement.verdict == Verdict::Pass)
            ++entry.passed;
        else
            entry.failed = true;
    }
    std::string text;
    for (const auto& [place, entry] : entries)
        if (!entry.failed)
            text += fmt::format("{}: {} of its jobs ran and passed [{}]\n", place, entry.passed,
                                visible_line(entry.reason));
    return text;
}

}  // namespace

std::string quarantine_text(const RunRecord& record, std::string (*heading)(std::string_view)) {
    std::string text;
    if (const std::string failed = failed_lines(record); !failed.empty())
        text += heading(fmt::format("Failed in quarantine, which does not fail the run: {}",
                                    record.totals[Standing::Quarantined])) +
                failed;
    if (const std::string passed = passed_lines(record); !passed.empty())
        text += heading("In quarantine, but nothing failed: when it stays so, remove the entry") + passed;
    if (!record.plan.expired_quarantine.empty()) {
        text += heading(fmt::format("Expired quarantine, which fails the run: {}",
                                    record.plan.expired_quarantine.size()));
        for (const std::string& line : record.plan.expired_quarantine)
            text += visible_line(line, 2000) + "\n";
    }
    return text;
}

}  // namespace harness
