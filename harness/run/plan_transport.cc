#include "harness/run/plan_transport.h"

namespace harness {

std::optional<LeftOut> left_out_by_transport(const Test& test, const PlannedTarget& target, Mode mode,
                                             Emitter emitter) {
    if (!target.description.raw_repl) return std::nullopt;
    const auto skip = [](std::string reason) { return LeftOut{Verdict::Skip, std::move(reason)}; };
    const Capabilities& can = target.capabilities;
    if (test.kind != TestKind::Program)
        return skip("it is for the command line or the terminal of a program on this host");
    if (mode == Mode::Source && emitter != Emitter::Bytecode)
        return skip("the raw REPL compiles to bytecode only: --via-mpy brings native code to the target");
    if (mode == Mode::Mpy && !can.has("load_mpy")) return skip("the target does not load .mpy files");
    if (mode == Mode::Mpy && !can.has("mount"))
        return skip(
            "artifacts travel over the raw REPL in a file system written in Python, and the target cannot mount "
            "one");
    if (!test.helpers.empty() && !can.has("mount"))
        return skip("it needs modules beside it, and the target cannot mount a file system that carries them");
    return std::nullopt;
}

}  // namespace harness
