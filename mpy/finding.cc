#include "mpy/finding.h"

#include <cstdio>
#include <cstdlib>

namespace mpy {

std::string to_string(const Finding& finding) {
    std::string text;
    text += finding.severity == Severity::Error ? "error" : "warning";
    text += " [";
    text += name_of(finding.rule);
    text += "] at offset ";
    text += std::to_string(finding.offset);
    text += ", ";
    text += finding.field;
    text += ": found ";
    text += finding.found;
    text += ", allowed ";
    text += finding.allowed;
    text += " (";
    text += rule_info(finding.rule).text;
    text += ")";
    return text;
}

void throw_exception_from_error(const Finding& finding, const boost::source_location& where) {
    // Taking the value of a failed result is a broken invariant of the caller, not an outcome to recover
    // from.
    std::fprintf(stderr, "%s:%u: value of a failed result taken: %s\n", where.file_name(),
                 static_cast<unsigned>(where.line()), to_string(finding).c_str());
    std::abort();
}

}  // namespace mpy
