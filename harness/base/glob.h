// File-name patterns: `*` any run of characters, `?` any one, everything else itself. A `*` also matches `/`,
// because test ids are names, not folders to walk. Brackets are literal: "limits/locals.py[n=128]" is an id.
#pragma once

#include <string_view>

namespace harness {

[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text);

/// True when the text has `*` or `?`.
[[nodiscard]] bool is_glob(std::string_view text);

}  // namespace harness
