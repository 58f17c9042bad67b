// The Python programs that are compiled into the binary (CMakeLists.txt reads the files beside this one).
#pragma once

#include <string_view>

namespace harness {

extern const std::string_view kForkServerSource;  ///< fork_server.py
extern const std::string_view kSelfCheckSource;   ///< self_check.py

}  // namespace harness
