// `mpyconform targets`: every target with arch, release and what it can do; if it cannot be used, why and
// what to install.
#pragma once

#include <string>
#include <vector>

namespace harness {

struct TargetsOptions {
    std::vector<std::string> names;  ///< empty = all
    bool firmware = false;           ///< build firmware and print "NAME=ELF" for each machine, nothing else
    bool capabilities = false;       ///< ask each target and print everything that it answered
    bool self_test = false;          ///< hold the named machines to the machine contract (selftest_command.h)
};

/// Prints on stdout; the exit status is the return value.
[[nodiscard]] int targets_command(const TargetsOptions& options);

}  // namespace harness
