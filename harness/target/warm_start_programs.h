// Programs of warm starts that are compiled into the binary (the files beside this one).
#pragma once

#include <string_view>

namespace harness {

extern const std::string_view kWarmUpSource;          ///< warm_up.py
extern const std::string_view kWarmStartProofSource;  ///< warm_start_proof.py
extern const std::string_view kWarmLaunchSource;      ///< warm_launch.py, a program of CPython

}  // namespace harness
