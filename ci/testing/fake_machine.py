"""A project and a machine of small fakes, so that set-up can be tested whole and without a network.

Real: bash, Python, venv, pip (reading wheels from a folder), dpkg-deb, dpkg-source. Fake: apt-get, sudo and
what dpkg says is installed; they stand first on PATH. The fake apt-get keeps a log of its calls and
obeys a few knobs, files in the machine's folder:

  installed      the Debian packages that are there, a name and a version a line
  corrupt NAME   deliver these files with other bytes (one name a line)
  say            print this and fail, instead of answering
  slow           seconds that every call takes
"""

import hashlib
import os
import shutil
import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

CI = Path(__file__).resolve().parent.parent

FAKE_APT = '''\
#!{python}
import fcntl, hashlib, os, shutil, sys, time
from pathlib import Path
machine, archive = Path({machine!r}), Path({archive!r})
words = [w for w in sys.argv[1:]]
with open(machine / "apt-calls", "a") as log:
    log.write(" ".join(words) + "\\n")
def knob(name):
    path = machine / name
    return path.read_text().strip() if path.exists() else ""
time.sleep(float(knob("slow") or 0))
if knob("say") and "indextargets" not in words:
    print(knob("say"), file=sys.stderr)
    sys.exit(100)
if "indextargets" in words:
    print("Debian|Debian-Security|bookworm-security|main|fake://security/")
    print("Debian|Debian|bookworm|main|fake://debian/")
    sys.exit(0)
if "update" in words or "--configure" in words:
    sys.exit(0)
if "--assume-no" in words:
    print("Need to get 1 MB of archives.\\nAfter this operation, 2 MB of additional disk space will be used.")
    sys.exit(1)
if "install" in words:
    with open(machine / "installed", "a") as installed:
        for name in words[words.index("install") + 1:]:
            print("Setting up", name)
            installed.write(name + " 9:9\\n")
    sys.exit(0)
if "source" in words:
    files = sorted(p.name for p in archive.glob("*_9.9*") if p.suffix != ".deb")
else:
    files = []
    for wanted in words[words.index("download") + 1:]:
        name, _, version = wanted.partition("=")
        package, _, architecture = name.partition(":")
        found = [p.name for p in archive.glob(package + "_*_" + architecture + ".deb")
                 if not version or p.name.split("_")[1] == version]
        if not found:
            print("E: Version", version, "for", package, "was not found", file=sys.stderr)
            sys.exit(100)
        files += found
if "--print-uris" in words:
    for name in files:
        data = (archive / name).read_bytes()
        print("'fake://debian/" + name + "' " + name, len(data), "SHA256:" + hashlib.sha256(data).hexdigest())
    sys.exit(0)
for name in files:
    data = (archive / name).read_bytes()
    if name in knob("corrupt").split():
        data = data[:-1] + bytes([data[-1] ^ 1])
    Path(name).write_bytes(data)
'''

FAKE_DPKG_QUERY = '''\
#!{python}
from pathlib import Path
import sys
for line in Path({machine!r}, "installed").read_text().splitlines():
    name, version = line.split()
    if name in sys.argv:
        print(name + "|amd64|" + version + "|installed")
'''

FAKE_DPKG = '''\
#!/bin/sh
case $1 in
  --configure) echo "dpkg $*" >>{machine}/apt-calls ;;
  *) exec /usr/bin/dpkg "$@" ;;
esac
'''

FAKE_SUDO = '''\
#!/bin/sh
echo "sudo $*" >>{machine}/apt-calls
[ -e {machine}/sudo-works ] || exit 1
[ "$1" = -n ] && shift
exec "$@"
'''


def sha256(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def write_program(path, text):
    path.write_text(text)
    path.chmod(0o755)


def make_deb(folder, package, architecture, files):
    tree = folder / "tree"
    (tree / "DEBIAN").mkdir(parents=True)
    (tree / "DEBIAN" / "control").write_text(
        f"Package: {package}\nVersion: 9.9-1\nArchitecture: {architecture}\nMaintainer: Nobody <nobody@example.com>\n"
        "Description: a fake\n")
    for name, text in files.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        write_program(path, text)
    result = folder / f"{package}_9.9-1_{architecture}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", tree, result], check=True,
                   stdout=subprocess.DEVNULL)
    shutil.rmtree(tree)
    return result


def make_source(folder):
    tree = folder / "fakepython-9.9"
    for name, text in {
            "debian/control": "Source: fakepython\nMaintainer: Nobody <nobody@example.com>\n\nPackage: fakepython\n"
                              "Architecture: any\nDescription: a fake\n",
            "debian/changelog": "fakepython (9.9) unstable; urgency=low\n\n  * Fake.\n\n"
                                " -- Nobody <nobody@example.com>  Sat, 01 Jan 2022 00:00:00 +0000\n",
            "debian/source/format": "3.0 (native)\n",
            "tests/run-tests.py": "pass\n", "py/mpconfig.h": "\n"}.items():
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    subprocess.run(["dpkg-source", "-b", tree.name], cwd=folder, check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    shutil.rmtree(tree)
    return folder / "fakepython_9.9.dsc"


def make_wheel(folder):
    path = folder / "fake_cross-9.9-py3-none-any.whl"
    info = "fake_cross-9.9.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("fake_cross/mpy-cross", "#!/bin/sh\necho MicroPython v9.9.0 cross\n")
        wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: fake-cross\nVersion: 9.9\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: fake\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


class FakeMachine:
    """`base` holds the project, the archive it fetches from and the machine's state."""

    def __init__(self, base):
        self.base = Path(base)
        self.project = self.base / "project"
        self.machine = self.base / "machine"
        self.archive = self.base / "archive"
        self.deps = self.project / ".deps"

    def build(self, runtime_says="micropython (9, 9, 0)"):
        for folder in (self.project / "ci", self.machine / "bin", self.archive):
            folder.mkdir(parents=True)
        shutil.copy(CI / "setup", self.project / "ci")
        shutil.copytree(CI / "provision", self.project / "ci" / "provision", ignore=shutil.ignore_patterns("*_test.py"))
        facts = {"python": sys.executable, "machine": str(self.machine), "archive": str(self.archive)}
        for name, text in (("apt-get", FAKE_APT), ("dpkg-query", FAKE_DPKG_QUERY), ("dpkg", FAKE_DPKG),
                           ("sudo", FAKE_SUDO)):
            write_program(self.machine / "bin" / name, text.format(**facts))
        (self.machine / "apt-calls").touch()
        (self.machine / "installed").write_text("needed-one 2:1.0\n")
        (self.project / "ci" / "packages.txt").write_text("# comment\nneeded-one>=2:1.0   the first thing\n")
        make_deb(self.archive, "fakepython", "amd64", {
            "usr/bin/fakepython": "#!/bin/sh\n", "usr/lib/fake-loader": f"#!/bin/sh\necho '{runtime_says}'\n"})
        make_deb(self.archive, "libfake", "amd64", {"usr/lib/fake/libfake.so": ""})
        make_source(self.archive)
        make_wheel(self.archive)
        self.write_pins()

    def write_pins(self, **changed):
        facts = {"wheel": sha256(self.archive / "fake_cross-9.9-py3-none-any.whl"),
                 "deb": sha256(self.archive / "fakepython_9.9-1_amd64.deb"),
                 "dsc": sha256(self.archive / "fakepython_9.9.dsc"), "layout": "1", **changed}
        (self.project / "ci" / "pins.toml").write_text(textwrap.dedent('''\
            layout = {layout}
            [[compiler]]
            release = "9.9.0"
            requirement = "fake-cross"
            version = "9.9"
            sha256 = "{wheel}"
            binary = "fake_cross/mpy-cross"
            [debian]
            suite = "fake"
            component = "main"
            keyring = "/dev/null"
            [debian.runtime]
            package = "fakepython"
            version = "9.9-1"
            release = "9.9.0"
            libraries = ["libfake"]
            [[debian.runtime.build]]
            target = "unix-x64"
            arch = "x64"
            debian_architecture = "amd64"
            sha256 = "{deb}"
            loader = "usr/lib/fake-loader"
            library_path = "usr/lib/fake"
            [debian.source]
            package = "fakepython"
            version = "9.9"
            release = "9.9.0"
            dsc_sha256 = "{dsc}"
            ''').format(**facts))

    def copy_to(self, base):
        """The same machine elsewhere, with all that was fetched; the fakes' paths are rewritten."""
        copy = FakeMachine(base)
        shutil.copytree(self.base, copy.base, symlinks=True, dirs_exist_ok=True)
        for program in (copy.machine / "bin").iterdir():
            write_program(program, program.read_text().replace(str(self.base), str(copy.base)))
        return copy

    def knob(self, name, text=None):
        path = self.machine / name
        if text is None:
            path.unlink(missing_ok=True)
        else:
            path.write_text(text)

    def calls(self):
        return (self.machine / "apt-calls").read_text().splitlines()

    def environment(self):
        return {"PATH": f"{self.machine}/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(self.machine), "LC_ALL": "C.UTF-8",
                "CI": "true", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(self.archive), "PIP_CONFIG_FILE": "/dev/null"}

    def start(self, *arguments, prefix=(), output=subprocess.PIPE):
        """ci/setup as a running process in a process group of its own."""
        return subprocess.Popen([*prefix, self.project / "ci" / "setup", *arguments], env=self.environment(),
                                stdin=subprocess.DEVNULL, stdout=output, stderr=output, text=True, process_group=0)

    def setup(self, *arguments, prefix=()):
        """(exit status, stdout, stderr) of ci/setup."""
        child = self.start(*arguments, prefix=prefix)
        stdout, stderr = child.communicate(timeout=120)
        return child.returncode, stdout, stderr

    def components(self):
        return sorted(path.parent.relative_to(self.deps).as_posix() for path in self.deps.glob("*/*/.complete.json"))
