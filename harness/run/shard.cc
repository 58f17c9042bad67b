#include "harness/run/shard.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <vector>

#include "harness/base/files.h"

namespace harness {
namespace {

constexpr unsigned kMostShards = 1000;

WholePlan describe(const Plan& plan) {
    std::set<std::string> tests;
    std::vector<std::string> keys;
    keys.reserve(plan.jobs.size() + plan.dropped.size());
    for (const Job& job : plan.jobs) {
        tests.insert(job.test->suite + ":" + job.test->id);
        keys.push_back("run " + job.key());
    }
    for (const DroppedJob& dropped : plan.dropped)
        keys.push_back(std::string(word(dropped.verdict)) + " " + dropped.job.key());
    std::ranges::sort(keys);
    KeyBuilder fingerprint;
    for (const std::string& key : keys) fingerprint.add(key);
    return {tests.size(), plan.jobs.size(), plan.dropped.size(), fingerprint.hex()};
}

}  // namespace

Result<Shard> Shard::parse(std::string_view text) {
    Shard shard;
    const char* const end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, shard.index);
    if (first.ec == std::errc() && first.ptr != end && *first.ptr == '/') {
        const auto second = std::from_chars(first.ptr + 1, end, shard.count);
        if (second.ec == std::errc() && second.ptr == end && shard.index >= 1 && shard.index <= shard.count &&
            shard.count <= kMostShards)
            return shard;
    }
    return usage_error(fmt::format(
        "--shard {}: expected i/n, the i-th of n shards with i from 1 to n and n at most {}, such as 2/4",
        text, kMostShards));
}

bool Shard::holds(const Test& test) const {
    const std::string hash = content_hash(test.suite + ":" + test.id);
    unsigned long long number = 0;
    std::from_chars(hash.data(), hash.data() + 15, number, 16);
    return number % count == index - 1;
}

std::string Shard::text() const {
    return fmt::format("{}/{}", index, count);
}

WholePlan keep_shard(Plan& plan, const Shard& shard) {
    WholePlan whole = describe(plan);
    std::erase_if(plan.jobs, [&](const Job& job) { return !shard.holds(*job.test); });
    std::erase_if(plan.dropped, [&](const DroppedJob& dropped) { return !shard.holds(*dropped.job.test); });
    return whole;
}

}  // namespace harness
