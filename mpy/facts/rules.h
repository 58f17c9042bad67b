// The rules as a type, so that a finding can name the rule it is about.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mpy {

enum class Rule : std::uint8_t {
#define MPY_RULE(Id, text) Id,
#include "mpy/facts/rules.def"
};

struct RuleInfo {
    std::string_view name;
    std::string_view text;
};

inline constexpr std::array kRules = {
#define MPY_RULE(Id, text) RuleInfo{#Id, text},
#include "mpy/facts/rules.def"
};

constexpr const RuleInfo& rule_info(Rule rule) {
    return kRules[static_cast<std::size_t>(rule)];
}
constexpr std::string_view name_of(Rule rule) {
    return rule_info(rule).name;
}

}  // namespace mpy
