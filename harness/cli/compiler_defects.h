// Archs for which a compiler writes machine code that no machine can run, whatever the program.
//
// One known way: found by looking at what the compiler makes of one line, not by its release, because the
// same release built with another C compiler is sound. The plan leaves such an arch to the next compiler and
// says so; without this each native job would crash in the same way and none would tell anything about the
// target. Source: docs/findings.md, section 1.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "harness/base/result.h"
#include "harness/compile/compiler.h"

namespace harness {

/// Octets of stack that the first native function of an rv32imc artifact takes, read from its first
/// instructions. Nothing when they are not a prologue that is understood.
[[nodiscard]] std::optional<std::int64_t> rv32_frame_octets(std::span<const std::byte> artifact);

/// By arch, what is wrong. Empty for a sound compiler. Errors: the compiler could not be started.
[[nodiscard]] boost::asio::awaitable<Result<std::map<std::string, std::string>>> find_compiler_defects(
    Compiler& compiler);

}  // namespace harness
