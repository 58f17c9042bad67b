// The one command that repeats a single job.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/cli/run_options.h"
#include "harness/model/job.h"

namespace harness {

/// For a shell, as short as it can be: options that were not given are left out.
[[nodiscard]] std::string repeat_command(const Job& job, const RunOptions& options);

/// Words of a text that are separated by white space.
[[nodiscard]] std::vector<std::string> split_words(std::string_view text);

/// Quoted for a shell where that is needed.
[[nodiscard]] std::string shell_word(std::string_view word);

}  // namespace harness
