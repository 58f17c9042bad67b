// What a target can do, asked from the target itself: small programs of our own and the meaning of what they
// print.
//
// Each probe is run as a program of its own on a fresh interpreter, in source mode, because a target that
// lacks a syntax refuses the whole file, and one that crashes must not take the other answers along. A probe
// says what it found in lines `probe KEY VALUE`; everything else that it prints is ignored. Silence means
// absent. Probes run with the module path that tests get, so that `unittest` and `asyncio` are found where
// tests find them.
//
// Nothing is run here: a target runs the probes (harness/target/process_target, machine_target), keeps the
// answers by its own identity and probe_set_identity(), and hands them to interpret_probes().
//
// Source of what is asked: test-conventions, section 2; the feature checks of the runner of 1.25.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/base/result.h"
#include "harness/model/target.h"

namespace harness {

struct Probe {
    /// "probe_unittest": fit for a file name; the prefix keeps the file from hiding the module that it asks
    /// for.
    std::string name;
    std::string source;
    /// Name of a probe that has to have found something first, else this one need not be run; empty = none.
    std::string after;
    /// The lines are typed at the prompt instead of being run as a program; asked only of targets that have
    /// one.
    bool typed = false;
};

/// All probes; the first is the one that tells what the target is. `after` names only earlier ones.
[[nodiscard]] const std::vector<Probe>& probes();

/// What a probe did.
struct ProbeAnswer {
    std::string output;  ///< raw octets, stdout and stderr
    /// How it ended, for messages: "exit status 0", "killed by SIGSEGV". Probes may end in any way.
    std::string ending;
};
using ProbeAnswers = std::map<std::string, ProbeAnswer, std::less<>>;

/// True when the answer says anything: what `after` asks for.
[[nodiscard]] bool found_something(const ProbeAnswer& answer);

/// The capabilities behind the answers; probes that were not run or said nothing count as absent. Error: the
/// first probe was not answered as a MicroPython answers it; the message says what came instead.
[[nodiscard]] Result<Capabilities> interpret_probes(const ProbeAnswers& answers);

/// Changes when any probe changes: a part of the key under which answers are kept.
[[nodiscard]] std::string probe_set_identity();

}  // namespace harness
