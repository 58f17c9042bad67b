// What the parts of the checker share: the module, the report, and one way to write a finding down.
// Internal to checker.cc and the check_*.cc files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "mpy/checker.h"
#include "mpy/module.h"

namespace mpy {

/// The module under check and the report that is being written. Lives as long as one check.
struct CheckContext {
    const Module& module;
    const CheckOptions& options;
    CheckReport& report;

    void error(Rule rule, std::uint64_t offset, std::string field, std::string found,
               std::string allowed) const {
        report.add({rule, Severity::Error, offset, std::move(field), std::move(found), std::move(allowed)},
                   options);
    }
    void warning(Rule rule, std::uint64_t offset, std::string field, std::string found,
                 std::string allowed) const {
        report.add({rule, Severity::Warning, offset, std::move(field), std::move(found), std::move(allowed)},
                   options);
    }
    /// No further finding will be kept, so none needs words.
    bool full() const { return report.findings.size() >= options.max_findings; }
    /// `field` of a raw code with its path in front; nothing when the report is full.
    std::string field(const RawCode& code, std::string_view name) const {
        if (full()) return {};
        return module.path(code).append(".").append(name);
    }
};

/// Header, arch-flags, qstr and object tables, end of the file: V1, V3, V5 to V8, V14, P1, P4, P5.
/// (check_container.cc)
void check_container(const CheckContext& context);
/// Everything of one raw code but the instructions of bytecode: V4, V10 to V13, B4, P3.
/// (check_raw_code.cc)
void check_raw_code(const CheckContext& context, const RawCode& code);

}  // namespace mpy
