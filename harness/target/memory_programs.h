// Programs for a board that speaks the raw REPL and has memory which QEMU can fill: they lie there when the
// board starts, and one short line starts one of them.
//
// The window of memory holds a ROMFS image with a small file for each program, /0, /1, …, behind it a ROMFS
// image of its own for each program, and behind these, for firmware that mounts nothing by itself, texts. A
// firmware that mounts what stands at the window's start (at /rom) executes the small file; others execute
// its text, and for an artifact what carries it too, where it lies. It mounts the program's own image and
// makes it the current folder, where the program is called
// `<stdin>`, as if it had been typed.
//
//   source    the marker's line takes the mount away before the program runs: it finds the board as a typed
//             program does. Programs of our own suites have no such line and find their helpers there.
//   artifact  memory_carrier.py imports it as `__main__`, as MicroPython's runner does
//             (test-conventions 5.7).
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/outcome.h"
#include "harness/target/raw_repl_script.h"
#include "harness/target/raw_repl_session.h"
#include "harness/target/target.h"

namespace harness::memory {

/// How a firmware gets at the window.
enum class Access {
    Mounted,    ///< it mounts the image at /rom whenever the interpreter starts
    ByAddress,  ///< VfsRom over uctypes.bytearray_at()
    None,       ///< not at all
};

struct Program {
    std::size_t request = 0;  ///< index into the requests
    std::string line;         ///< what is sent to start it
    raw_repl::Marker marker = raw_repl::Marker::Expected;
    int carrier_frames = 1;  ///< lines at the head of a traceback that are not the program's
    /// The marker is printed before the program is read, so that it does not tell that it could be.
    bool marker_is_early = false;
};

/// What the marker does to the line numbers of a program that does not begin with a comment.
enum class MarkerLine {
    Counts,  ///< it has a line of its own, as with MicroPython's runner since it has a marker
    Hidden,  ///< none: trees whose runner has no marker expect the program's own
};

struct Image {
    std::string octets;
    std::string id;  ///< content of /.image-id
    std::vector<Program> programs;
};

struct Window {
    std::uint64_t address = 0;
    std::uint64_t size_bytes = 0;
};

/// Packs `which` of the requests into as many images as it takes. Error: one program alone does not fit, or a
/// file of it cannot be read; the message names it.
[[nodiscard]] Result<std::vector<Image>> pack(std::span<const RunRequest> requests,
                                              std::span<const std::size_t> which, const Window& window,
                                              Access access, MarkerLine marker);

/// A line that prints the id of the image if the firmware gets at it in this way.
[[nodiscard]] std::string id_question(const Image& image, const Window& window, Access access);

/// An image without programs, to ask with.
[[nodiscard]] Result<Image> empty_image();

/// The outcome of a program of an image.
[[nodiscard]] Outcome outcome_of(raw_repl::Reply reply, const Program& program);

/// Whether a program looks at the ROMFS partition of its board, so that it has to find it as MicroPython's
/// own CI fills it.
[[nodiscard]] bool looks_at_partition(std::string_view source);

}  // namespace harness::memory
