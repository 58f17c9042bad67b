#include "mpy/checker.h"

#include "mpy/check_code.h"
#include "mpy/check_context.h"

namespace mpy {

void CheckReport::add(Finding finding, const CheckOptions& options) {
    ++(finding.severity == Severity::Error ? n_errors : n_warnings);
    if (findings.size() < options.max_findings) {
        findings.push_back(std::move(finding));
    } else {
        ++n_dropped;
    }
}

CheckReport check_module(const Module& module, const CheckOptions& options) {
    CheckReport report;
    const CheckContext context{module, options, report};
    check_container(context);
    CodeChecker code_checker(context);
    for (const RawCode& code : module.raw_codes) {
        check_raw_code(context, code);
        if (code.is_bytecode() && code.prelude) code_checker.check(code);
    }
    return report;
}

CheckReport check_file(std::span<const std::byte> file, const CheckOptions& options) {
    Module module;
    const Result<void> read = read_module(file, module);
    if (read) return check_module(module, options);
    CheckReport report;
    report.add(read.error(), options);
    return report;
}

}  // namespace mpy
