#include "harness/run/plan_transport.h"

#include <fmt/format.h>

namespace harness {
namespace {

/// An old board is not to blame for files that are too new for it. Source: mpy-format, "versions": the
/// sub-version counts for machine code only.
std::string version_trouble(const Capabilities& can, const PlannedCompiler& compiler, bool machine_code) {
    if (compiler.mpy_version == 0) return {};
    const bool same = can.mpy_version == compiler.mpy_version &&
                      (!machine_code || can.mpy_sub_version == compiler.mpy_sub_version);
    if (same) return {};
    return fmt::format(
        "the target loads .mpy files of version {}.{}, {} makes {}.{}: --mpy-cross FILE takes the compiler "
        "of its "
        "release ({})",
        can.mpy_version, can.mpy_sub_version, compiler.name, compiler.mpy_version, compiler.mpy_sub_version,
        can.release);
}

}  // namespace

std::optional<LeftOut> left_out_by_transport(const Test& test, const PlannedTarget& target, Mode mode,
                                             Emitter emitter, const PlannedCompiler* compiler) {
    if (!target.description.raw_repl) return std::nullopt;
    const auto skip = [](std::string reason) { return LeftOut{Verdict::Skip, std::move(reason)}; };
    const Capabilities& can = target.capabilities;
    if (test.kind != TestKind::Program)
        return skip("it is for the command line or the terminal of a program on this host");
    if (mode == Mode::Source && emitter != Emitter::Bytecode)
        return skip("the raw REPL compiles to bytecode only: --via-mpy brings native code to the target");
    if (mode == Mode::Mpy && !can.has("load_mpy")) return skip("the target does not load .mpy files");
    if (compiler != nullptr) {
        const bool machine_code = emitter != Emitter::Bytecode || test.has_machine_code;
        if (std::string trouble = version_trouble(can, *compiler, machine_code); !trouble.empty())
            return skip(std::move(trouble));
    }
    if (mode == Mode::Mpy && !can.has("mount"))
        return skip(
            "artifacts travel over the raw REPL in a file system written in Python, and the target cannot "
            "mount "
            "one");
    if (!test.helpers.empty() && !can.has("mount"))
        return skip(
            "it needs modules beside it, and the target cannot mount a file system that carries them");
    return std::nullopt;
}

}  // namespace harness
