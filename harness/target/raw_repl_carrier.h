// The text of raw_repl_carrier.py: the file system that carries an artifact to a board. It expects a
// dictionary
// `__files` of names and octets.
#pragma once

#include <string_view>

namespace harness {
extern const std::string_view kRawReplCarrierSource;
}  // namespace harness
