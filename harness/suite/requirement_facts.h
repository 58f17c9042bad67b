// The values of facts and features for one scope; private to the requirement expressions.
#pragma once

#include <string>
#include <variant>

#include "harness/suite/requirement.h"

namespace harness {

/// A word, a number, or a release. A release that the target did not tell is an empty word.
using FactValue = std::variant<std::string, long, Release>;

/// The row of `name`, also for the `env_NAME` family (a static row for all of them); null when there is none.
[[nodiscard]] const Fact* find_fact(std::string_view name);

/// True for the capabilities of inline assemblers: thumb2, vfp, windowed, zba, zcmp.
[[nodiscard]] bool is_inline_asm_feature(std::string_view name);

/// `name` must be a fact of kind Word, Number or Release.
[[nodiscard]] FactValue fact_value(std::string_view name, const RequirementScope& scope);

/// Whether the bare name holds: a feature that is there, a number that is not zero, a word that is not empty.
[[nodiscard]] bool name_holds(std::string_view name, const RequirementScope& scope);

}  // namespace harness
