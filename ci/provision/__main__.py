"""Fetches everything that ci/pins.toml names into .deps/. Called by ci/setup, which explains itself.

Order of writing, so that a reader never sees a mixture: deps.json and the `complete` mark go first when
anything has to change, then the components change one by one, then deps.json comes back, and last the
mark, which repeats the pins it stands for.
"""

import argparse
import errno
import platform
import shutil
import sys
from pathlib import Path

import debian
import manifest
import pypi
import xtensa
from command import is_full
from component import STAMP, write_atomically
from pins import load
from report import Progress, SetupError, UntrustedError, say, warn

MEGABYTE = 1024 * 1024
CI = Path(__file__).resolve().parent.parent


def all_components(pins, deps):
    try:
        codename = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    except OSError:
        codename = ""
    archive = debian.Archive(pins, deps, codename)
    toolchains = [xtensa.component(pins, archive)] if "xtensa" in pins else []
    return (pypi.compiler_components(pins) + debian.sysroot_components(pins, archive) +
            [debian.source_component(pins, archive)] + pypi.extension_components(pins) + toolchains)


def mark_text():
    """What `complete` holds: run-tests compares it with these two files, byte by byte."""
    return "".join((CI / name).read_text(encoding="utf-8") for name in ("pins.toml", "packages.txt"))


def is_marked(deps):
    try:
        return (deps / "complete").read_text(encoding="utf-8") == mark_text() and (deps / "deps.json").exists()
    except OSError:
        return False


def tell(components, deps):
    missing = [component for component in components if component.stamp(deps) is None]
    if missing:
        say(f"{len(missing)} of {len(components)} fetched parts are missing under {deps}:")
        for component in missing:
            say(f"  {component.path:<30} {component.missing_because(deps)}: {component.what}, {component.why}")
        return 1
    if not is_marked(deps):
        say(f"All parts are fetched, but {deps}/deps.json is not written for the present pins.")
        return 1
    return 0


def check_room(deps, parts):
    """Stops early where the disk cannot hold what comes: the package lists for a while, the parts for good."""
    free = shutil.disk_usage(deps).free // MEGABYTE
    needed = 300 + 50 * parts
    if free < needed:
        raise SetupError(f"{deps} is on a disk with {free} MB free; {needed} MB are needed. "
                         "Free some space, or name a folder elsewhere with MPYCONFORM_DEPS, then start again.")


def prune(components, deps):
    """Removes what was needed only on the way, and parts that no pin names any more."""
    for name in ("apt", "downloads"):
        shutil.rmtree(deps / name, ignore_errors=True)
    named = {component.folder(deps) for component in components}
    for folder in deps.glob("*/*/"):
        if folder not in named and (folder / STAMP).exists():
            say(f"      removing {folder.relative_to(deps)}: no pin names it any more")
            shutil.rmtree(folder)


def make(component, deps, failures):
    """An optional part that cannot be made is told and recorded; the next start tries again."""
    try:
        component.make(deps)
    except SetupError as error:
        if not component.optional or is_full(deps) or isinstance(error, UntrustedError):
            raise
        failures[component.path] = str(error).splitlines()[0]
        warn(f"{component.what} could not be made: {error}\n"
             f"  Everything else works. Not there until a later ci/setup can make it: {component.optional}.")


def provide(pins, components, deps):
    missing = [component for component in components if component.stamp(deps) is None]
    if not missing and is_marked(deps):
        say(f"Everything is set up in {deps}.")
        return
    (deps / "complete").unlink(missing_ok=True)
    if missing:
        check_room(deps, len(missing))
        (deps / "deps.json").unlink(missing_ok=True)
    kept = len(components) - len(missing)
    if missing:
        say(f"Fetching into {deps}: {len(missing)} parts" + (f" ({kept} are there already)." if kept else "."))
    progress = Progress(len(missing) + 1)
    failures = {}
    for component in missing:
        progress.step(component.what, component.why)
        make(component, deps, failures)
    progress.step("deps.json", "tries every runtime once and tells the harness what is there")
    manifest.write(pins, components, deps, failures)
    prune(components, deps)
    write_atomically(deps / "complete", mark_text())
    say("Everything is set up.")


def main():
    parser = argparse.ArgumentParser(prog="ci/setup", add_help=False)
    parser.add_argument("--deps", type=Path, required=True)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    pins = load(CI / "pins.toml")
    components = all_components(pins, arguments.deps)
    if arguments.check:
        return tell(components, arguments.deps)
    provide(pins, components, arguments.deps)
    return 0


def guarded():
    try:
        return main()
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            meaning = "the disk is full: free some space (about 1 GB is needed) and start again."
        elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
            meaning = ("this user may not write there (was an earlier set-up done by another user?). "
                       "Change the owner of that folder or remove it, then start again.")
        else:
            meaning = "start again; if it stays, the message names what to look at."
        print(f"setup: {error}: {meaning}", file=sys.stderr)
    except KeyboardInterrupt:
        return 130
    return 1


if __name__ == "__main__":
    sys.exit(guarded())
