"""Fetches from a newer Debian suite through a private apt configuration.

Nothing is installed and nothing of the machine's apt state is written: own lists, own cache, own
(empty) package status, foreign architectures known to this configuration alone. The mirror is one the
machine's apt already uses; its proxy and login settings apply. That what arrives is Debian's is proved
by the archive's signature, and for the pinned files by their hash.
"""

import re
import shutil
import urllib.parse
from pathlib import Path

from command import run
from component import Component, pin_key, sha256_of
from report import SetupError, UntrustedError, say


# apt's own time-out for a silent mirror is 30 s, three times in a row.
STALL_S = 120

FIELDS = "$(ORIGIN)|$(LABEL)|$(CODENAME)|$(COMPONENT)|$(REPO_URI)"


def debian_sources(listing, codename):
    """From apt's list of index targets the addresses of Debian's own archive, the best one first."""
    ranked = {}
    for line in listing.splitlines():
        origin, label, release, component, uri = (line.split("|") + [""] * 5)[:5]
        # Debian's security archive has another label: it holds no whole suite.
        if origin != "Debian" or label != "Debian" or component != "main" or uri.startswith("cdrom:"):
            continue
        rank = 0 if release == codename else 1
        ranked[uri] = min(rank, ranked.get(uri, rank))
    return sorted(ranked, key=lambda uri: (ranked[uri], uri))


def mirrors(codename, scratch):
    """The archive addresses the machine's apt uses for Debian itself, the best candidate first.

    A machine whose package lists were never read or were removed (container images do that) names no
    origins: its sources are then read once into `scratch`, a list folder of our own.
    """
    purpose = "asking apt which mirror this machine uses"
    question = ["indextargets", "--format", FIELDS, "Created-By: Packages"]
    found = debian_sources(run(["apt-get", *question], purpose), codename)
    if not found:
        (scratch / "partial").mkdir(parents=True, exist_ok=True)
        own = ["-o", f"Dir::State::lists={scratch}/", "-o", "Dir::Cache::pkgcache=", "-o", "Dir::Cache::srcpkgcache=",
               "-o", "APT::Sandbox::User=root", "-o", "Acquire::Languages=none"]
        run(["apt-get", *own, "update"], "reading the package lists of this machine's own sources",
            watch=scratch, stall_s=STALL_S)
        found = debian_sources(run(["apt-get", *own, *question], purpose), codename)
    if not found:
        raise SetupError("apt on this machine has no source for Debian itself "
                         "(apt-get indextargets lists none with origin Debian). Add the Debian archive to "
                         "/etc/apt/sources.list, run apt-get update, then start again.")
    return found


class Archive:
    """One private view of a Debian suite for several architectures; refreshed at first use."""

    def __init__(self, pins, deps, codename):
        self.pins = pins["debian"]
        self.deps = Path(deps)
        self.codename = codename
        self.state = self.deps / "apt"
        self.downloads = self.deps / "downloads"
        self.ready = False

    def architectures(self):
        return [build["debian_architecture"] for build in self.pins["runtime"]["build"]]

    def refresh(self):
        if self.ready:
            return
        if not Path(self.pins["keyring"]).exists():
            raise SetupError(f"{self.pins['keyring']} is not there, so nothing from Debian could be trusted. "
                             "Install the package debian-archive-keyring, then start again.")
        candidates = mirrors(self.codename, self.state / "machine-lists")
        say(f"      reading Debian {self.pins['suite']}'s package lists "
            f"({', '.join(self.architectures())}) through the machine's own mirror")
        for number, uri in enumerate(candidates):
            self.configure(uri)
            try:
                self.apt("apt-get", ["update", "--error-on=any"], f"reading Debian {self.pins['suite']}'s lists")
            except SetupError:
                if number + 1 == len(candidates):
                    raise
                continue
            self.ready = True
            return

    def configure(self, uri):
        for name in ("lists/partial", "cache/archives/partial"):
            (self.state / name).mkdir(parents=True, exist_ok=True)
        (self.state / "status").write_text("")
        (self.state / "debian.sources").write_text(
            "Types: deb deb-src\n"
            f"URIs: {uri}\n"
            f"Suites: {self.pins['suite']}\n"
            f"Components: {self.pins['component']}\n"
            f"Architectures: {' '.join(self.architectures())}\n"
            "Targets: Packages Sources\n"
            f"Signed-By: {self.pins['keyring']}\n")
        listed = " ".join(f'"{name}";' for name in self.architectures())
        (self.state / "apt.conf").write_text(
            f'Dir::State "{self.state}/";\n'
            'Dir::State::lists "lists/";\n'
            f'Dir::State::status "{self.state}/status";\n'
            f'Dir::Cache "{self.state}/cache/";\n'
            'Dir::Cache::archives "archives/";\n'
            'Dir::Cache::pkgcache "pkgcache.bin";\n'
            'Dir::Cache::srcpkgcache "srcpkgcache.bin";\n'
            f'Dir::Etc::sourcelist "{self.state}/debian.sources";\n'
            'Dir::Etc::sourceparts "/dev/null";\n'
            'Dir::Etc::preferences "/dev/null";\n'
            'Dir::Etc::preferencesparts "/dev/null";\n'
            f"APT::Architectures {{ {listed} }};\n"
            'APT::Sandbox::User "root";\n'
            'Acquire::Languages "none";\n'
            'Acquire::PDiffs "false";\n'
            'Acquire::Retries "3";\n'
            # Hooks of the machine's apt act on the machine's state, which this must leave alone.
            "#clear APT::Update::Pre-Invoke;\n"
            "#clear APT::Update::Post-Invoke;\n"
            "#clear APT::Update::Post-Invoke-Success;\n"
            "#clear DPkg::Post-Invoke;\n")

    def apt(self, program, arguments, purpose, cwd=None):
        return run([program, "-c", self.state / "apt.conf", *arguments], purpose, cwd=cwd, watch=self.state, stall_s=STALL_S)

    def fetch(self, verb, wanted, purpose):
        """Brings the files of `wanted` into downloads/ and returns {file name: (path, sha256)}.

        Files land in a folder of their own first and move only when their hash is the signed index's.
        """
        self.refresh()
        listing = self.apt("apt-get", ["--print-uris", *verb, *wanted], purpose)
        files = {}
        for uri, name, digest in re.findall(r"^'([^']+)' (\S+) \d+ SHA256:([0-9a-f]{64})", listing, re.M):
            files[name] = (self.downloads / name, digest)
        if not files:
            raise SetupError(f"{purpose}: apt lists nothing to download for {' '.join(wanted)}. "
                             f"It said:\n{listing.strip() or '(nothing)'}")
        missing = [name for name, (path, digest) in files.items()
                   if not path.exists() or sha256_of(path) != digest]
        if missing:
            incoming = self.state / "incoming"
            shutil.rmtree(incoming, ignore_errors=True)
            incoming.mkdir(parents=True)
            self.downloads.mkdir(parents=True, exist_ok=True)
            self.apt("apt-get", ["-qq", *verb, *wanted], purpose, cwd=incoming)
            for name, (path, digest) in files.items():
                arrived = incoming / name
                if not arrived.exists():
                    raise SetupError(f"{purpose}: apt did not deliver {name}.")
                check_hash(arrived, digest, "the signed package index")
                arrived.replace(path)
            shutil.rmtree(incoming)
        return files

    def packages(self, names):
        """Downloads binary packages given as name:architecture or name:architecture=version."""
        return self.fetch(["download"], names, "fetching " + ", ".join(names))

    def source(self, name, version):
        return self.fetch(["source", "--download-only"], [f"{name}={version}"],
                          f"fetching the source package {name} {version}")


def check_hash(path, wanted, authority):
    found = sha256_of(path)
    if found != wanted:
        path.unlink(missing_ok=True)
        raise UntrustedError(f"{path.name} has the SHA-256 {found}, but {authority} names {wanted}. "
                         "The file was thrown away. Start again; if it stays, do not use this mirror.")


def package_identity(file_name):
    """(`name:architecture`, version) of a .deb by its file name."""
    name, version, architecture = urllib.parse.unquote(file_name).removesuffix(".deb").split("_")
    return f"{name}:{architecture}", version


def fetch_runtime(archive, runtime, build):
    """The files of a runtime and its libraries, and whether the stand-in took a library's place."""
    architecture = build["debian_architecture"]
    pinned = f"{runtime['package']}:{architecture}={runtime['version']}"
    libraries = [f"{library}:{architecture}" for library in runtime["libraries"]]
    try:
        return archive.packages([pinned, *libraries]), False
    except SetupError as error:
        if "stand_in" not in build or isinstance(error, UntrustedError):
            raise
        stand_in = build["stand_in"]
        libraries.remove(f"{stand_in['library']}:{architecture}")
        try:
            files = archive.packages([pinned, *libraries, f"{stand_in['package']}:all"])
        except SetupError:
            raise error from None  # not that one library: the first answer tells what is wrong
        say(f"      {stand_in['library']} for {architecture} is listed but cannot be had; {stand_in['package']} takes its place")
        return files, True


def place_stand_in(folder, build):
    """Moves the C library of a cross compiler's package to where the runtime's own would lie."""
    source = Path(folder) / build["stand_in"]["folder"]
    libraries = Path(folder) / build["library_path"]
    libraries.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.iterdir()):
        path.replace(libraries / path.name)
    loader = Path(folder) / build["loader"]
    loader.parent.mkdir(parents=True, exist_ok=True)
    if not loader.exists():
        shutil.copy2(libraries / loader.name, loader)


def sysroot_components(pins, archive):
    """A folder per runtime with the package and its libraries, unpacked and never installed."""
    runtime = pins["debian"]["runtime"]
    components = []
    for build in runtime["build"]:
        architecture = build["debian_architecture"]

        def unpack(folder, build=build, architecture=architecture):
            pinned = f"{runtime['package']}:{architecture}"
            files, stood_in = fetch_runtime(archive, runtime, build)
            versions = {}
            for name, (path, _) in sorted(files.items()):
                identity, version = package_identity(name)
                if identity == pinned:
                    check_hash(path, build["sha256"], "ci/pins.toml")
                versions[identity] = version
                run(["dpkg-deb", "-x", path, folder], f"unpacking {name}", watch=folder)
            if stood_in:
                place_stand_in(folder, build)
            return {"packages": versions}

        components.append(Component(
            path=f"sysroots/{architecture}",
            what=f"MicroPython {runtime['version']} for {architecture}",
            why=f"the stock runtime behind target {build['target']}, with the libraries it needs",
            key=pin_key(pins["layout"], "sysroot", pins["debian"]["suite"], runtime["package"],
                        runtime["version"], runtime["libraries"], build),
            build=unpack,
            optional=f"target {build['target']}",
            proof=[build["loader"], f"usr/bin/{runtime['package']}"]))
    return components


def source_component(pins, archive):
    source = pins["debian"]["source"]

    def unpack(folder):
        files = archive.source(source["package"], source["version"])
        description = next(path for name, (path, _) in files.items() if name.endswith(".dsc"))
        check_hash(description, source["dsc_sha256"], "ci/pins.toml")
        # dpkg-source checks the archives against the description's hashes; the uploader's signature
        # on the description is not needed, its own hash is pinned.
        folder.rmdir()
        run(["dpkg-source", "--no-check", "-x", description, folder],
            f"unpacking {description.name}", watch=archive.deps)
        return {"package": f"{source['package']} {source['version']}"}

    return Component(
        path=f"trees/micropython-{source['release']}",
        what=f"MicroPython's source package {source['version']}",
        why="its tests are run as they are, its core is compiled into firmware",
        key=pin_key(pins["layout"], "tree", source),
        build=unpack,
        proof=["tests/run-tests.py", "py/mpconfig.h"])
