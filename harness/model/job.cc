#include "harness/model/job.h"

#include <fmt/format.h>

namespace harness {

std::string Job::key() const {
    return fmt::format("{}:{} {} {} {} {} {}", test->suite, test->id, word(mode), word(emitter),
                       arch.empty() ? "-" : arch, compiler.empty() ? "-" : compiler, target);
}

std::string Job::row() const {
    if (mode == Mode::Source) return fmt::format("source {}", word(emitter));
    return std::string(word(emitter));
}

bool JobResult::is_failure() const {
    if (known_failure) return known_failure->state != KnownFailureNote::State::Matches;
    if (flaky) return false;
    return counts_as_failure(judgement.verdict);
}

}  // namespace harness
