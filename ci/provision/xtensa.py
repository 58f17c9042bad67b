"""Makes the Xtensa toolchain that Debian's cross compiler lacks: a configuration plugin and libgcc's routines.

Debian's Xtensa compiler is one for the lx106, a core without register windows. The compiler proper can make
code for windows; assembler, linker and objdump take another core's instructions from a plugin, named by
the environment variable XTENSA_GNU_CONFIG. Nobody packages one, so it is built here out of the tables of the
core de212 that QEMU's source package has, and of the options that binutils' headers declare. The
compiler's own support library leaves out what the lx106 has in ROM (division, floating point): those
routines are assembled from GCC's source package, once for each calling convention.

The sources are unpacked in a scratch folder and go when the folder is complete. Where this cannot be done the
other targets work all the same: deps.json says why the toolchain is not there.
"""

import hashlib
import os
import shutil
from pathlib import Path

from command import run
from component import Component, pin_key
from report import SetupError, say

PATH = "toolchains/xtensa"
PLUGIN = "xtensa-de212.so"
COMPILER = "xtensa-lx106-elf-"
ABIS = {"call0": 0, "windowed": 1}

# What both cores have: without the optional instructions of either. The de212's zero-overhead loops and its divider
# stay unused, as everything that the compiler itself makes leaves them unused, too.
CORE = """\
#define XCHAL_HAVE_BE 0
#define XCHAL_HAVE_ABS 1
#define XCHAL_HAVE_ADDX 1
#define XCHAL_HAVE_L32R 1
#define XCHAL_HAVE_DENSITY 1
#define XCHAL_HAVE_NSA 1
#define XCHAL_HAVE_MUL16 1
#define XCHAL_HAVE_MUL32 1
#define XCHAL_HAVE_MUL32_HIGH 0
#define XCHAL_HAVE_MAC16 0
#define XCHAL_HAVE_DIV32 0
#define XCHAL_HAVE_LOOPS 0
#define XCHAL_HAVE_MINMAX 0
#define XCHAL_HAVE_SEXT 0
#define XCHAL_HAVE_S32C1I 0
#define XCHAL_HAVE_FP_DIV 0
#define XCHAL_HAVE_FP_SQRT 0
#define XCHAL_HAVE_FP_RECIP 0
#define XCHAL_HAVE_FP_RSQRT 0
#define XCHAL_HAVE_DFP_DIV 0
#define XCHAL_HAVE_DFP_SQRT 0
#define XCHAL_HAVE_DFP_RECIP 0
#define XCHAL_HAVE_DFP_RSQRT 0
#define XCHAL_HAVE_WINDOWED {windowed}
#define XCHAL_NUM_AREGS 32
#define XCHAL_NUM_AREGS_LOG2 5
"""

# The options of binutils' default core that the de212 does not share.
PLUGIN_OPTIONS = """\
#include "xtensa-config.h"
#undef XCHAL_HAVE_BE
#define XCHAL_HAVE_BE 0
#undef XCHAL_HAVE_THREADPTR
#define XCHAL_HAVE_THREADPTR 0
#undef XCHAL_HAVE_MMU
#define XCHAL_HAVE_MMU 0
#define XTENSA_CONFIG_DEFINITION
#include "xtensa-dynconfig.h"
XTENSA_CONFIG_INSTANCE_LIST;
"""

# All that the tables want of QEMU's universal header.
OSDEP = "#include <stdbool.h>\n#include <stddef.h>\n#include <stdint.h>\n#include <stdlib.h>\n#include <string.h>\n"

ROUTINES = """
    mulsi3 umulsidi3 clz clzsi2 ctzsi2 ffssi2 udivsi3 divsi3 umodsi3 modsi3 ashldi3 ashrdi3 lshrdi3 bswapsi2 bswapdi2
    negdf2 addsubdf3 muldf3 divdf3 cmpdf2 fixdfsi fixdfdi fixunsdfsi fixunsdfdi floatsidf floatdidf truncdfsf2 extendsfdf2
    negsf2 addsubsf3 mulsf3 divsf3 cmpsf2 fixsfsi fixsfdi fixunssfsi fixunssfdi floatsisf floatdisf
""".split()


def member(folder, archive, patterns, purpose):
    """Unpacks what of a tar file fits the patterns."""
    run(["tar", "-x", "-f", archive, "-C", folder, "--no-same-owner", "--strip-components=1", "--wildcards", *patterns],
        purpose, watch=folder)


def check_files(folder, pinned):
    for name, digest in pinned.items():
        file = folder / name
        if not file.exists():
            raise SetupError(f"the source package has no {name}; ci/pins.toml ([xtensa]) does not fit its version.")
        found = hashlib.sha256(file.read_bytes()).hexdigest()
        if found != digest:
            raise SetupError(f"{name} of the source package has the SHA-256 {found}, but ci/pins.toml names {digest}.")


def unpack_qemu(scratch, archive, pin):
    files = archive.fetch(["source", "--download-only"], [pin["qemu"]], f"fetching the source package {pin['qemu']}")
    original = next(path for name, (path, _) in files.items() if ".orig.tar" in name)
    say(f"      unpacking the core's tables from {original.name}")
    folder = scratch / "qemu"
    folder.mkdir()
    member(folder, original, [f"*/{name}" for name in pin["qemu_files"]], f"unpacking {original.name}")
    check_files(folder, pin["qemu_files"])
    return folder, next(name for name in files if name.endswith(".dsc")).removesuffix(".dsc")


def unpack_source_package(scratch, archive, package, pinned):
    """Of a Debian package that holds a whole source as a tar file inside the package."""
    files = archive.packages([package])
    name, (path, _) = next(iter(files.items()))
    say(f"      unpacking {len(pinned)} files from {name}")
    folder = scratch / package
    folder.mkdir()
    listing = run(["dpkg-deb", "--contents", path], f"reading {name}")
    inner = [line.split()[-1] for line in listing.splitlines() if line.endswith(".tar.xz")]
    # The largest is the source itself; others are additions.
    sizes = {line.split()[-1]: int(line.split()[2]) for line in listing.splitlines() if line.endswith(".tar.xz")}
    if not inner:
        raise SetupError(f"{name} holds no source archive.")
    chosen = max(inner, key=sizes.get)
    run(["dpkg-deb", "--extract", path, scratch / f"{package}-deb"], f"unpacking {name}", watch=scratch)
    member(folder, scratch / f"{package}-deb" / chosen, [f"*/{file}" for file in pinned], f"unpacking {name}")
    shutil.rmtree(scratch / f"{package}-deb")
    check_files(folder, pinned)
    return folder, name.removesuffix(".deb")


def build_plugin(folder, scratch, qemu, binutils):
    (scratch / "stub" / "qemu").mkdir(parents=True)
    (scratch / "stub" / "qemu" / "osdep.h").write_text(OSDEP)
    (scratch / "options.c").write_text(PLUGIN_OPTIONS)
    shutil.copy(qemu / "target/xtensa/core-de212/xtensa-modules.c.inc", scratch / "modules.c")
    run(["gcc", "-shared", "-fPIC", "-O1", "-w", "-DATTRIBUTE_UNUSED=", "-I", scratch / "stub", "-I", qemu / "include",
         "-I", qemu / "target/xtensa", "-I", binutils / "include", "-o", folder / PLUGIN, scratch / "modules.c",
         scratch / "options.c"], "compiling the configuration plugin", timeout_s=300)


def build_library(folder, scratch, gcc, abi):
    """lib/ABI/libgcc.a: one object for each routine, so that only what is used is linked."""
    include = scratch / abi
    include.mkdir()
    (include / "xtensa-config.h").write_text(CORE.format(windowed=ABIS[abi]))
    target = folder / "lib" / abi
    target.mkdir(parents=True)
    source = gcc / "libgcc/config/xtensa/lib1funcs.S"
    objects = []
    for routine in ROUTINES:
        objects.append(include / f"{routine}.o")
        with_plugin(folder, abi, [f"{COMPILER}gcc", f"-mabi={abi}", "-mlongcalls", "-I", include, f"-DL_{routine}",
                                  "-c", "-o", objects[-1], source], f"assembling {routine} for {abi}")
    with_plugin(folder, abi, [f"{COMPILER}ar", "rcsD", target / "libgcc.a", *objects], f"collecting libgcc for {abi}")


def with_plugin(folder, abi, argv, purpose):
    """Runs one of the tools; for the windowed core with the plugin."""
    if abi == "windowed":
        argv = ["env", f"XTENSA_GNU_CONFIG={folder / PLUGIN}", *argv]
    return run(argv, purpose, timeout_s=120)


def try_out(folder, scratch):
    """The plugin has to give back the instructions that only the windowed core has."""
    source = scratch / "try.c"
    source.write_text("int callee(int); int caller(int x) { return callee(x) + 1; }\n")
    with_plugin(folder, "windowed", [f"{COMPILER}gcc", "-mabi=windowed", "-O1", "-c", "-o", scratch / "try.o", source],
                "compiling a function for the windowed core")
    said = with_plugin(folder, "windowed", [f"{COMPILER}objdump", "-d", scratch / "try.o"], "disassembling it")
    if "entry\ta1" not in said or "call8" not in said or "retw" not in said:
        raise SetupError("the toolchain was built, but its disassembly of a windowed function has no entry, call8 and retw:\n"
                         + said)


def component(pins, archive):
    pin = pins["xtensa"]

    def build(folder):
        folder = Path(os.path.abspath(folder))
        scratch = folder / "scratch"
        scratch.mkdir()
        for tool in ("gcc", "as", "ar", "objdump"):
            if shutil.which(COMPILER + tool) is None:
                raise SetupError(f"{COMPILER}{tool} is not installed: install the Debian packages gcc-xtensa-lx106 and "
                                 "binutils-xtensa-lx106, then start ci/setup again.")
        qemu, qemu_version = unpack_qemu(scratch, archive, pin)
        binutils, binutils_version = unpack_source_package(scratch, archive, pin["binutils"], pin["binutils_files"])
        gcc, gcc_version = unpack_source_package(scratch, archive, pin["gcc"], pin["gcc_files"])
        say("      building the plugin and two libraries")
        build_plugin(folder, scratch, qemu, binutils)
        for abi in ABIS:
            build_library(folder, scratch, gcc, abi)
        try_out(folder, scratch)
        shutil.rmtree(scratch)
        return {"packages": [qemu_version, binutils_version, gcc_version]}

    return Component(
        path=PATH,
        what="the Xtensa toolchain",
        why="a plugin for the windowed core and libgcc's routines, built out of Debian's source packages (150 MB to fetch)",
        key=pin_key(pins["layout"], "xtensa", pin, CORE, PLUGIN_OPTIONS, OSDEP, ROUTINES),
        build=build,
        proof=[PLUGIN, "lib/call0/libgcc.a", "lib/windowed/libgcc.a"],
        optional="the Xtensa machines and the disassembly of windowed Xtensa code")
