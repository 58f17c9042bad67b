// MicroPython programs for warm_start.c that are compiled into the binary (the files beside this one).
#pragma once

#include <string_view>

namespace harness {

extern const std::string_view kWarmUpSource;          ///< warm_up.py
extern const std::string_view kWarmStartProofSource;  ///< warm_start_proof.py

}  // namespace harness
