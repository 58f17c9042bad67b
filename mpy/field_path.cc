#include "mpy/field_path.h"

#include <fmt/format.h>

#include <cstddef>
#include <string_view>

namespace mpy {

std::string join_path(std::span<const std::string> steps) {
    constexpr std::size_t kMaxSteps = 16;
    constexpr std::size_t kKeptInFront = 4;
    constexpr std::size_t kKeptBehind = 6;
    std::string path;
    const auto append = [&](std::string_view step) {
        if (!path.empty()) path += '.';
        path += step;
    };
    const bool shorten = steps.size() > kMaxSteps;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (shorten && i == kKeptInFront) {
            append(fmt::format("({} more)", steps.size() - kKeptInFront - kKeptBehind));
            i = steps.size() - kKeptBehind;
        }
        append(steps[i]);
    }
    return path;
}

}  // namespace mpy
