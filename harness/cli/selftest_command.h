// `mpyconform targets --self-test NAME`: boots a machine and holds it to the machine contract, one line for
// each self-test that its firmware has (firmware/port/machine.h, firmware/port/selftest.c).
//
// The guide for a new machine: docs/adding-an-architecture.md. Not a test run: nothing of it counts as passed
// or failed anywhere else.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string_view>

#include "harness/base/result.h"
#include "harness/target/machine_target.h"

namespace harness {

/// What a self-test of this name shows; empty for one that is not known here.
[[nodiscard]] std::string_view about_self_test(std::string_view name);

/// Builds the firmware, boots it, runs every self-test twice (nothing of the first time may be left) and
/// prints a line for each. True when the machine keeps its contract. Error: it could not be built or booted,
/// or it lists no self-tests.
[[nodiscard]] boost::asio::awaitable<Result<bool>> self_test(MachineTarget& machine);

}  // namespace harness
