// What is wrong with a file, as a value: which rule, where, what was found, what is allowed.
// Not here: how findings are printed; the checks themselves.
#pragma once

#include <boost/system/result.hpp>
#include <cstdint>
#include <string>

#include "mpy/facts/rules.h"

namespace mpy {

/// Error: a careful loader refuses the file. Warning: a loader takes it, but no official producer writes it.
enum class Severity : std::uint8_t { Error, Warning };

/// One broken rule. Owns its text; made only when something is wrong.
struct Finding {
    Rule rule = Rule::V1;
    Severity severity = Severity::Error;
    /// Octet of the file at which the field starts.
    std::uint64_t offset = 0;
    /// Path of the field, e.g. `module.child[2].prelude.n_info`, `objects[3].item[0].length`.
    std::string field;
    /// What stands there, e.g. `17`.
    std::string found;
    /// What may stand there, e.g. `0..10`.
    std::string allowed;

    friend bool operator==(const Finding&, const Finding&) = default;
};

/// A value, or the finding that prevented it. Reading and writing never throw; asking a failed result for its
/// value is a programming error.
template <class T>
using Result = boost::system::result<T, Finding>;

/// One line: rule, offset, field, found, allowed, and the rule's sentence.
std::string to_string(const Finding& finding);

/// Hook of boost::system::result: called when the value of a failed result is taken.
[[noreturn]] void throw_exception_from_error(const Finding& finding, const boost::source_location& where);

}  // namespace mpy
