// The parts of `mpyconform inspect`, one for each view of a file, as text and as JSON. Internal to
// inspect.cc.
#pragma once

#include <nlohmann/json.hpp>
#include <ostream>
#include <span>
#include <string>

#include "mpy/checker.h"
#include "mpy/disassemble.h"
#include "mpy/explain.h"
#include "mpy/module.h"

namespace harness {

// --- the dump: header, tables, tree of raw code (dump.cc) --------------------------------------

/// Everything in `module` that was read, line by line.
void print_dump(const mpy::Module& module, std::string_view file_name, std::ostream& out);
[[nodiscard]] nlohmann::ordered_json dump_json(const mpy::Module& module);
/// `3 positional, 1 keyword-only, *args`: the parameters of a function, or `no arguments`.
[[nodiscard]] std::string parameters_text(const mpy::Module& module, const mpy::Prelude& prelude);

// --- the listings (disassembly.cc) -------------------------------------------------------------

/// Listings of all raw code, piece by piece so that memory stays bounded. An error when the decoder cannot
/// work.
[[nodiscard]] mpy::DecoderResult<void> print_disassembly(const mpy::Module& module,
                                                         mpy::NativeDisassembler& decoder, std::ostream& out);
[[nodiscard]] mpy::DecoderResult<nlohmann::ordered_json> disassembly_json(const mpy::Module& module,
                                                                          mpy::NativeDisassembler& decoder);

// --- the other JSON forms (json.cc) ------------------------------------------------------------

[[nodiscard]] nlohmann::ordered_json check_json(const mpy::CheckReport& report);
[[nodiscard]] nlohmann::ordered_json finding_json(const mpy::Finding& finding);
[[nodiscard]] nlohmann::ordered_json explanation_json(const mpy::Explanation& explanation);
/// Text with two spaces of indent; octets that are not UTF-8 become U+FFFD, all else beyond ASCII an escape.
[[nodiscard]] std::string json_text(const nlohmann::ordered_json& json);

}  // namespace harness
