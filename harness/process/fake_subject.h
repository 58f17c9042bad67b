// The scripted misbehaving child (fake_subject.cc) as a command. For tests that link harness::fake_subject.
#pragma once

#include <string>
#include <vector>

#include "harness/process/process.h"

namespace harness::testing {

/// In the test's own environment and folder; `arguments` are those of fake_subject.
inline Command subject(std::vector<std::string> arguments) {
    Command command;
    command.argv = {FAKE_SUBJECT};
    command.argv.insert(command.argv.end(), arguments.begin(), arguments.end());
    command.environment = inherited_environment();
    return command;
}

}  // namespace harness::testing
