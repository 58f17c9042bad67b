#include "harness/model/outcome.h"

#include <fmt/format.h>

#include <array>
#include <csignal>
#include <cstring>

namespace harness {

std::string_view word(Ending ending) {
    static constexpr std::array<std::string_view, 10> kWords{
        "exited",  "signalled", "timed-out", "output-flood", "memory-exceeded",
        "faulted", "reset",     "garbled",   "vanished",     "unavailable"};
    static_assert(kWords.size() == static_cast<std::size_t>(Ending::Unavailable) + 1);
    return kWords[static_cast<std::size_t>(ending)];
}

std::string signal_name(int signal_number) {
    if (const char* name = sigabbrev_np(signal_number)) return fmt::format("SIG{}", name);
    return fmt::format("signal {}", signal_number);
}

std::optional<int> signal_named(std::string_view name) {
    for (int number = 1; number < NSIG; ++number)
        if (const char* abbreviation = sigabbrev_np(number))
            if (name.starts_with("SIG") && name.substr(3) == abbreviation) return number;
    return std::nullopt;
}

}  // namespace harness
