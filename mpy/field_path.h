// Paths of fields as findings show them: `module.child[2].prelude.n_info`.
#pragma once

#include <span>
#include <string>

namespace mpy {

/// Joins steps from the outermost to the innermost. Where a file nests deeper than a person can read, the
/// middle is left out and counted (`module.child[0].child[1].child[0].(240 more).child[3]...`), so that a
/// path stays short whatever the file does.
std::string join_path(std::span<const std::string> steps);

}  // namespace mpy
