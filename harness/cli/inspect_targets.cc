#include "harness/cli/inspect_targets.h"

#include <string_view>

#include "harness/cli/fault_text.h"
#include "harness/cli/project.h"
#include "harness/compile/toolset.h"
#include "harness/target/machine_file.h"

namespace harness {
namespace {

mpy::Arch arch_named(std::string_view name) {
    const mpy::ArchInfo* row = mpy::find_arch(name);
    return row == nullptr ? mpy::Arch::None : row->arch;
}

void add_note(InspectTargets& known, const std::string& text) {
    if (!known.note.empty()) known.note += ' ';
    known.note += text;
}

}  // namespace

InspectTargets known_inspect_targets() {
    InspectTargets known;
    const auto project = find_project();
    if (!project) {
        add_note(known, "No targets are known: " + project.error().text() + '.');
        return known;
    }
    std::string tree_release;
    if (const auto toolset = load_toolset(project->deps)) {
        for (const RuntimeTool& runtime : toolset->runtimes) {
            known.targets.push_back({runtime.name, runtime.release, arch_named(runtime.arch), {}, 0, 0});
        }
        // The firmware is built from the pinned tree unless the user names another.
        if (!toolset->trees.empty()) tree_release = toolset->trees.front().release;
    } else {
        add_note(known, "The host targets are not known: " + toolset.error().text() + '.');
    }
    const auto machines = load_machine_files(project->root / "qemu-configs");
    if (!machines) {
        add_note(known, "The machines are not known: " + machines.error().text() + '.');
        return known;
    }
    for (const MachineFile& machine : *machines) {
        mpy::KnownTarget target{machine.name, tree_release, arch_named(machine.arch), {}, 0, 0};
        for (const std::string& name : machine.accepts) target.accepts.push_back(arch_named(name));
        known.targets.push_back(std::move(target));
    }
    return known;
}

ObjdumpTools known_objdump_tools() {
    const auto project = find_project();
    if (!project) return {};
    const auto toolset = load_toolset(project->deps);
    return toolset ? objdump_tools(*toolset) : ObjdumpTools{};
}

}  // namespace harness
