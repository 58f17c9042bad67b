// The text of memory_carrier.py: what a board executes to import an artifact that lies in its memory. It
// expects the names `vfs`, `os` and `__rom`, the mounted ROMFS that holds the artifact.
#pragma once

#include <string_view>

namespace harness {
extern const std::string_view kMemoryCarrierSource;
}  // namespace harness
