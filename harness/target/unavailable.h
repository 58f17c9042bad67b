// The outcome of a job that a target could not take: it would not start, or a file could not be laid out for
// it.
#pragma once

#include <string>
#include <utility>

#include "harness/model/outcome.h"

namespace harness {

/// `why` is for people; the verdict of such a job is `error`.
[[nodiscard]] inline Outcome unavailable(std::string why) {
    Outcome outcome;
    outcome.ending = Ending::Unavailable;
    outcome.trouble = std::move(why);
    return outcome;
}

}  // namespace harness
