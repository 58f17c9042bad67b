// Asks a target what it can do: runs the probes through the target itself, or takes the answers of an earlier
// run.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <string>

#include "harness/base/result.h"
#include "harness/model/target.h"
#include "harness/target/target.h"

namespace harness {

/// `identity`: hash of everything that the runtime is made of. `cache`: folder of earlier answers; empty =
/// none. Answers that make no sense, and those of a target that could not be run, are not kept.
[[nodiscard]] boost::asio::awaitable<Result<Capabilities>> probe_target(Target& target,
                                                                        const std::string& identity,
                                                                        const std::filesystem::path& cache);

}  // namespace harness
