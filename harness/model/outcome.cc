#include "harness/model/outcome.h"

#include <array>

namespace harness {

std::string_view word(Ending ending) {
    static constexpr std::array<std::string_view, 10> kWords{
        "exited",  "signalled", "timed-out", "output-flood", "memory-exceeded",
        "faulted", "reset",     "garbled",   "vanished",     "unavailable"};
    static_assert(kWords.size() == static_cast<std::size_t>(Ending::Unavailable) + 1);
    return kWords[static_cast<std::size_t>(ending)];
}

}  // namespace harness
