// What mpy-cross documents that it does not do: refusals that say something about the program, not about a
// defect of the compiler.
//
// A row holds as narrowly as the fact does: a refusal on an arch or by a release outside it is an ordinary
// error, so that a compiler that begins to refuse what it could do is found.
#pragma once

#include <string_view>

#include "harness/model/release.h"
#include "harness/model/words.h"

namespace harness {

/// Where a refusal was met. `message` is everything that the compiler printed; `source` the program.
struct RefusalCase {
    std::string_view message;
    Release release;
    std::string_view arch;  ///< empty = none
    Emitter emitter = Emitter::Bytecode;
    std::string_view source;
};

/// Is this refusal documented?
[[nodiscard]] bool is_documented_refusal(const RefusalCase& found);

}  // namespace harness
