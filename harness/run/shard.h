// A part of the plan for one of several machines: `--shard i/n`.
//
// Which shard a test belongs to follows from its suite and id alone, so that all machines agree without
// talking to each other: whatever each of them knows of durations, has installed or left out, a test is in
// exactly one shard. All jobs of a test stay together; its artifacts and its expectation are made once.
// Durations of earlier runs would balance better, but every machine has others.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/run/plan.h"

namespace harness {

struct Shard {
    unsigned index = 1;  ///< 1 to `count`
    unsigned count = 1;

    /// Reads "2/4". Error: quotes the text.
    [[nodiscard]] static Result<Shard> parse(std::string_view text);

    [[nodiscard]] bool holds(const Test& test) const;
    [[nodiscard]] std::string text() const;
};

/// Takes everything out of the plan that belongs to other shards; says what the whole plan was.
WholePlan keep_shard(Plan& plan, const Shard& shard);

}  // namespace harness
