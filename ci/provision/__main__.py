"""Fetches everything that ci/pins.toml names into .deps/. Called by ci/setup; see there."""

import platform
import shutil
import sys
import tomllib
from pathlib import Path

import debian
import manifest
import pypi
from component import write_atomically
from report import Progress, SetupError, say


def all_components(pins, deps):
    codename = platform.freedesktop_os_release().get("VERSION_CODENAME", "")
    archive = debian.Archive(pins, deps, codename)
    return (pypi.compiler_components(pins) + debian.sysroot_components(pins, archive) +
            [debian.source_component(pins, archive)] + pypi.extension_components(pins))


def main():
    ci = Path(__file__).resolve().parent.parent
    deps = ci.parent / ".deps"
    pins = tomllib.loads((ci / "pins.toml").read_text(encoding="utf-8"))
    deps.mkdir(exist_ok=True)
    components = all_components(pins, deps)
    missing = [component for component in components if component.stamp(deps) is None]
    progress = Progress(len(missing) + 1)
    if missing:
        (deps / "deps.json").unlink(missing_ok=True)
    for component in missing:
        progress.step(component.what, component.why)
        component.make(deps)
    progress.step("deps.json", "tells the harness what is there")
    manifest.write(pins, components, deps)
    shutil.rmtree(deps / "apt", ignore_errors=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SetupError as error:
        print(f"setup: {error}", file=sys.stderr)
        sys.exit(1)
