// Judges a file by every rule of facts/rules.def: container, objects, preludes, bytecode by abstract
// interpretation, native code up to its machine instructions, relocations.
//
// Not here: whether a particular runtime will load the file (its architecture, its small-int bits:
// explain.h), and whether the machine code or the program is any good.
//
// The checker accepts everything that the official producers write. An error is something a careful loader
// refuses; a warning is something that loaders take but no official producer writes.
//
// Source: the .mpy format text, section 10; the bytecode text, sections 14 and 15.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "mpy/finding.h"
#include "mpy/module.h"

namespace mpy {

struct CheckOptions {
    /// A damaged file can break a rule at every octet; after this many findings the rest is only counted.
    std::size_t max_findings = 200;
};

/// What is wrong with a file, in the order of the file's parts. Empty: nothing.
struct CheckReport {
    std::vector<Finding> findings;
    /// Findings beyond CheckOptions::max_findings, which are counted but not kept.
    std::size_t n_dropped = 0;
    std::size_t n_errors = 0;
    std::size_t n_warnings = 0;

    /// No errors; warnings are allowed.
    bool ok() const { return n_errors == 0; }
    /// Neither errors nor warnings.
    bool clean() const { return n_errors == 0 && n_warnings == 0; }

    void add(Finding finding, const CheckOptions& options);
};

/// Checks a module that read_module has read without a failure.
CheckReport check_module(const Module& module, const CheckOptions& options = {});

/// Reads and checks. A file that cannot be read to its end gets that one finding: what stands before it is
/// not judged, because most of the rules need the whole.
CheckReport check_file(std::span<const std::byte> file, const CheckOptions& options = {});

}  // namespace mpy
