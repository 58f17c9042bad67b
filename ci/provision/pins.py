"""Reads ci/pins.toml and refuses a file that could not be meant."""

import re
import tomllib

from report import SetupError

HASH = re.compile(r"[0-9a-f]{64}")

COMPILER = {"release", "requirement", "version", "sha256", "binary"}
BUILD = {"target", "arch", "debian_architecture", "sha256", "loader", "library_path"}
STAND_IN = {"library", "package", "folder"}
EXTENSION = {"target", "arch", "release", "compiler", "requirement", "version", "sha256", "python", "module"}
RUNTIME = {"package", "version", "release", "libraries", "build"}
SOURCE = {"package", "version", "release", "dsc_sha256"}
DEBIAN = {"suite", "component", "keyring", "runtime", "source"}
XTENSA = {"qemu", "qemu_files", "binutils", "binutils_files", "gcc", "gcc_files"}


def check_table(path, where, table, needed, optional=frozenset()):
    if not isinstance(table, dict):
        raise SetupError(f"{path}: {where} should be a table.")
    if lacking := needed - table.keys():
        raise SetupError(f"{path}: {where} lacks {', '.join(sorted(lacking))}.")
    if unknown := table.keys() - needed - optional:
        raise SetupError(f"{path}: {where} has the unknown key {sorted(unknown)[0]}; "
                         f"known are {', '.join(sorted(needed | optional))}.")
    for key in ("sha256", "dsc_sha256"):
        if key in table and not (isinstance(table[key], str) and HASH.fullmatch(table[key])):
            raise SetupError(f"{path}: {where}.{key} should be 64 lower-case hexadecimal digits, "
                             f"but is {table[key]!r}.")


def load(path):
    try:
        pins = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SetupError(f"{path} cannot be read: {error}.") from None
    check_table(path, "the file", pins, {"layout", "compiler", "debian"}, {"extension_runtime", "xtensa"})
    for number, table in enumerate(pins["compiler"], 1):
        check_table(path, f"compiler {number}", table, COMPILER)
    check_table(path, "debian", pins["debian"], DEBIAN)
    check_table(path, "debian.runtime", pins["debian"]["runtime"], RUNTIME)
    for number, table in enumerate(pins["debian"]["runtime"]["build"], 1):
        check_table(path, f"debian.runtime.build {number}", table, BUILD, {"emulator", "stand_in"})
        if "stand_in" in table:
            check_table(path, f"debian.runtime.build {number}.stand_in", table["stand_in"], STAND_IN)
    check_table(path, "debian.source", pins["debian"]["source"], SOURCE)
    for number, table in enumerate(pins.get("extension_runtime", []), 1):
        check_table(path, f"extension_runtime {number}", table, EXTENSION)
    if "xtensa" in pins:
        check_table(path, "xtensa", pins["xtensa"], XTENSA)
        for key in ("qemu_files", "binutils_files", "gcc_files"):
            for name, digest in pins["xtensa"][key].items():
                check_table(path, f"xtensa.{key}.{name}", {"sha256": digest}, {"sha256"})
    releases = {pin["release"] for pin in pins["compiler"]}
    paired = [pins["debian"]["runtime"]["release"]]
    paired += [pin["compiler"] for pin in pins.get("extension_runtime", [])]
    for release in paired:
        if release not in releases:
            raise SetupError(f"{path}: a runtime needs the compiler of release {release}, but no compiler is "
                             f"pinned for it (pinned: {', '.join(sorted(releases))}).")
    return pins
