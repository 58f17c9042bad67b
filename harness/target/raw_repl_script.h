// The source that is sent to a board's raw REPL for one program, and what is made of the board's answer.
//
// A program is sent as it is, behind a statement that prints a marker: output without the marker means that
// the program was never started. An artifact travels inside a carrier, a small program that mounts a file
// system of its own, finds the artifact there and imports it as `__main__`.
//
// Source: test-conventions 5.6 to 5.8; the names that a program can see are those of MicroPython's runner.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/model/outcome.h"
#include "harness/target/raw_repl_session.h"

namespace harness::raw_repl {

/// Name and octets of a file that the program can import.
using File = std::pair<std::string, std::shared_ptr<const std::string>>;

/// b'…' with nothing in it that a raw REPL takes for a command.
[[nodiscard]] std::string bytes_literal(std::string_view octets);

/// The program with the marker in front: on the same line where the program begins with a comment, so that
/// its line numbers stay, else on a line of its own, as MicroPython's runner does.
[[nodiscard]] std::string marked_source(std::string_view source);

/// Runs the artifact as `__main__`, with `files` importable beside it. Prints the marker when the artifact
/// has been read and its code is about to start. `prologue` is source that runs before it, at the carrier's
/// own level.
[[nodiscard]] std::string carrier_source(std::string_view artifact, const std::vector<File>& files,
                                         std::string_view prologue = {});

/// Makes `files` importable for the source that is executed next.
[[nodiscard]] std::string mount_source(const std::vector<File>& files);

enum class Marker {
    Expected,  ///< the source has one: without it in front of the output the program was not started
    None       ///< the source was sent as it is
};

/// The outcome of a program from what the board answered. `carried`: it was an artifact in its carrier, whose
/// own line is taken out of a traceback.
[[nodiscard]] Outcome outcome_of(Reply reply, Marker marker, bool carried);

}  // namespace harness::raw_repl
