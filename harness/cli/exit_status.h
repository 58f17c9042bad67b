// The exit statuses of mpyconform, in one place.
#pragma once

#include "harness/base/result.h"

namespace harness {

enum ExitStatus : int {
    kExitPassed = 0,     ///< everything that ran passed, or failed as a known failure says
    kExitFailed = 1,     ///< some subject is broken
    kExitUsage = 2,      ///< wrong usage or configuration
    kExitTrouble = 3,    ///< the harness or a target could not work
    kExitNothing = 4,    ///< nothing was asked for that could run: --changed-since touches no test
    kExitStopped = 130,  ///< stopped by the user
};

[[nodiscard]] inline ExitStatus exit_status_of(const Error& error) {
    switch (error.kind) {
        case ErrorKind::Usage:
        case ErrorKind::Configuration:
        case ErrorKind::MissingTool:
            return kExitUsage;
        case ErrorKind::Io:
        case ErrorKind::Internal:
            return kExitTrouble;
    }
    return kExitTrouble;
}

}  // namespace harness
