// Puts the reports of all shards of one run together: the record that a run without --shard would have given.
//
// Nothing is guessed. A shard that is missing or there twice, a shard of another plan, or one that ran with
// other versions is refused, because the sum would say something about a run that never was.
#pragma once

#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/report/report.h"

namespace harness {

struct ShardReport {
    std::string file;  ///< what messages name
    RunRecord record;
};

/// `command_line` stands in the merged report. Its wall time is that of the slowest shard, its notes name
/// theirs.
[[nodiscard]] Result<RunRecord> merge_shards(std::vector<ShardReport> shards, std::string command_line);

}  // namespace harness
