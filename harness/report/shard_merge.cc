#include "harness/report/shard_merge.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <unordered_map>

#include "harness/report/reports.h"

namespace harness {
namespace {

struct ShardNumber {
    unsigned index = 0;
    unsigned count = 0;
};

Result<ShardNumber> number_of(const ShardReport& shard) {
    const std::string& text = shard.record.plan.shard;
    ShardNumber number;
    const char* const end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, number.index);
    if (first.ec == std::errc() && first.ptr != end && *first.ptr == '/') {
        const auto second = std::from_chars(first.ptr + 1, end, number.count);
        if (second.ec == std::errc() && second.ptr == end && number.index >= 1 &&
            number.index <= number.count && shard.record.plan.whole)
            return number;
    }
    return usage_error(
        fmt::format("{} is no report of a shard: only what `run --shard i/n --json FILE` wrote can be merged",
                    shard.file));
}

/// Each of the n shards is there once.
Result<void> check_complete(const std::vector<ShardReport>& shards) {
    std::map<unsigned, std::string> seen;
    unsigned count = 0;
    for (const ShardReport& shard : shards) {
        MPY_TRY(const ShardNumber number, number_of(shard));
        if (count == 0) count = number.count;
        if (number.count != count)
            return usage_error(
                fmt::format("{} is shard {}, {} is one of {}: they are parts of different runs",
                            shards.front().file, shards.front().record.plan.shard, shard.file, number.count));
        if (const auto [other, is_new] = seen.emplace(number.index, shard.file); !is_new)
            return usage_error(fmt::format("shard {}/{} is there twice: {} and {}", number.index, count,
                                           other->second, shard.file));
    }
    std::vector<std::string> missing;
    for (unsigned index = 1; index <= count; ++index)
        if (!seen.contains(index)) missing.push_back(fmt::format("{}/{}", index, count));
    if (!missing.empty())
        return usage_error(fmt::format("not all shards are there, missing: {}", fmt::join(missing, ", ")));
    return {};
}

/// What may not differ between two shards, as lines "what: value". Paths may: each shard has its own machine.
std::map<std::string, std::string> versions(const Environment& environment) {
    std::map<std::string, std::string> lines;
    lines["mpyconform"] = environment.harness_version;
    lines["CPython"] = environment.cpython;
    lines["PYTHONHASHSEED"] = environment.hash_seed;
    for (const CompilerSummary& compiler : environment.compilers)
        lines["compiler " + compiler.name] =
            fmt::format("{} ({}, {})", compiler.version, compiler.package, compiler.hash);
    std::set<std::string> trees;
    for (const auto& [path, origin] : environment.trees) trees.insert(origin);
    lines["tests tree"] = fmt::format("{}", fmt::join(trees, ", "));
    for (const TargetSummary& target : environment.targets) {
        const TargetDescription& description = target.description;
        std::string text = description.unavailable;
        if (text.empty()) {
            text = fmt::format("{} {} on {}", description.runtime, description.release, description.machine);
            for (const auto& [package, version] : description.packages)
                text += fmt::format(", {} {}", package, version);
            if (target.capabilities)
                text += fmt::format(", {}: {}", target.capabilities->release,
                                    fmt::join(target.capabilities->features, " "));
        }
        lines["target " + description.name] = std::move(text);
    }
    return lines;
}

Result<void> check_same_run(const ShardReport& first, const ShardReport& other) {
    const auto expected = versions(first.record.plan.environment);
    const auto found = versions(other.record.plan.environment);
    const auto value = [](const auto& lines, const std::string& key) {
        const auto line = lines.find(key);
        return line == lines.end() ? std::string("nothing") : line->second;
    };
    for (const auto* lines : {&expected, &found})
        for (const auto& [what, text] : *lines)
            if (value(expected, what) != value(found, what))
                return usage_error(
                    fmt::format("the shards ran with different versions, {}: {} in {}, {} in {}", what,
                                value(expected, what), first.file, value(found, what), other.file));
    if (first.record.plan.whole != other.record.plan.whole)
        return usage_error(
            fmt::format("the shards are parts of different plans: {} jobs and {} left out ({}) in {}, {} and "
                        "{} ({}) in {}; all "
                        "shards have to be run with the same options on the same tests",
                        first.record.plan.whole->jobs, first.record.plan.whole->dropped,
                        first.record.plan.whole->fingerprint, first.file, other.record.plan.whole->jobs,
                        other.record.plan.whole->dropped, other.record.plan.whole->fingerprint, other.file));
    return {};
}

void add_facts(RunFacts& sum, RunFacts facts, const std::string& shard) {
    sum.interrupted = sum.interrupted || facts.interrupted;
    sum.started_at = std::min(sum.started_at, facts.started_at);
    sum.wall = std::max(sum.wall, facts.wall);
    sum.artifacts.hits += facts.artifacts.hits;
    sum.artifacts.misses += facts.artifacts.misses;
    sum.expectations.hits += facts.expectations.hits;
    sum.expectations.misses += facts.expectations.misses;
    for (const auto& [name, costs] : facts.machines) {
        MachineCosts& all = sum.machines[name];
        all.boots += costs.boots;
        all.booting += costs.booting;
        all.runs += costs.runs;
        all.running += costs.running;
        all.restarting += costs.restarting;
        all.replaced += costs.replaced;
        all.killed += costs.killed;
        all.emulator_cpu += costs.emulator_cpu;
    }
    for (const std::string& note : facts.notes) sum.notes.push_back(fmt::format("shard {}: {}", shard, note));
}

template <class List>
void append(List& list, List more) {
    for (auto& one : more) list.push_back(std::move(one));
}

/// The parts are those of the plan: as many as it had, and none twice.
Result<void> check_sums(const RunRecord& merged, const WholePlan& whole) {
    if (merged.plan.tests != whole.tests || merged.plan.jobs.size() != whole.jobs ||
        merged.plan.dropped.size() != whole.dropped)
        return usage_error(
            fmt::format("the shards hold {} tests, {} jobs and {} left out, but their plan has {}, {} and "
                        "{}: a report is not "
                        "what its run wrote",
                        merged.plan.tests, merged.plan.jobs.size(), merged.plan.dropped.size(), whole.tests,
                        whole.jobs, whole.dropped));
    std::set<std::string> keys;
    for (const PlannedJob& planned : merged.plan.jobs)
        if (const std::string key = planned.job.key(); !keys.insert(key).second)
            return usage_error(fmt::format("the job \"{}\" is in two shards", key));
    return {};
}

}  // namespace

Result<RunRecord> merge_shards(std::vector<ShardReport> shards, std::string command_line) {
    if (shards.empty()) return usage_error("there is no report to merge");
    MPY_CHECK_OK(check_complete(shards));
    for (const ShardReport& shard : shards) MPY_CHECK_OK(check_same_run(shards.front(), shard));
    std::ranges::sort(shards, {}, [](const ShardReport& shard) { return number_of(shard)->index; });

    RunRecord merged;
    merged.plan.environment = shards.front().record.plan.environment;
    merged.plan.command_line = std::move(command_line);
    merged.facts.started_at = shards.front().record.facts.started_at;
    const WholePlan whole = *shards.front().record.plan.whole;
    for (ShardReport& shard : shards) {
        RunRecord& record = shard.record;
        merged.plan.tests += record.plan.tests;
        merged.plan.workers = std::max(merged.plan.workers, record.plan.workers);
        for (TargetSummary& target : merged.plan.environment.targets)
            for (const TargetSummary& here : record.plan.environment.targets)
                if (here.lost && here.description.name == target.description.name) target.lost = true;
        for (std::string& line : record.plan.expired_quarantine)
            if (std::ranges::find(merged.plan.expired_quarantine, line) ==
                merged.plan.expired_quarantine.end())
                merged.plan.expired_quarantine.push_back(std::move(line));
        add_facts(merged.facts, std::move(record.facts), record.plan.shard);
        append(merged.plan.jobs, std::move(record.plan.jobs));
        append(merged.plan.dropped, std::move(record.plan.dropped));
        append(merged.results, std::move(record.results));
        append(merged.not_run, std::move(record.not_run));
    }
    MPY_CHECK_OK(check_sums(merged, whole));
    sort_record(merged);
    std::ranges::sort(merged.not_run);
    merged.totals = totals_of(merged.plan, merged.results);
    return merged;
}

}  // namespace harness
