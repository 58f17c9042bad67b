"""The pieces of ci/provision, each by itself."""

import contextlib
import hashlib
import importlib.util
import io
import json
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "provision"))
import command  # noqa: E402
import debian  # noqa: E402
import manifest  # noqa: E402
import pins  # noqa: E402
from component import STAMP, Component, pin_key  # noqa: E402
from report import SetupError  # noqa: E402

CI = Path(__file__).resolve().parent


class ComponentTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.deps = Path(folder.name)

    def component(self, key="k", build=lambda folder: {"n": 1}, proof=()):
        return Component(path="kind/name", what="", why="", key=key, build=build, proof=list(proof))

    def test_is_missing_until_made_and_then_tells_its_facts(self):
        component = self.component()
        self.assertIsNone(component.stamp(self.deps))
        self.assertEqual(component.missing_because(self.deps), "not there")
        component.make(self.deps)
        self.assertEqual(component.stamp(self.deps), {"n": 1})

    def test_is_missing_when_its_build_fails_half_way(self):
        def fail(folder):
            (folder / "half").write_text("x")
            raise SetupError("no")

        component = self.component(build=fail)
        with self.assertRaises(SetupError):
            component.make(self.deps)
        self.assertIsNone(component.stamp(self.deps))
        self.assertEqual(component.missing_because(self.deps), "incomplete")

    def test_starts_from_an_empty_folder(self):
        (self.deps / "kind/name").mkdir(parents=True)
        (self.deps / "kind/name/leftover").write_text("x")
        seen = []
        self.component(build=lambda folder: seen.extend(folder.iterdir()) or {}).make(self.deps)
        self.assertEqual(seen, [])

    def test_another_key_a_lost_file_or_a_torn_stamp_make_it_missing(self):
        component = self.component(proof=["file"], build=lambda folder: (folder / "file").write_text("x") and {})
        component.make(self.deps)
        self.assertIsNotNone(component.stamp(self.deps))
        self.assertIsNone(self.component(key="other").stamp(self.deps))
        (self.deps / "kind/name/file").unlink()
        self.assertIsNone(component.stamp(self.deps))
        component.make(self.deps)
        stamp = self.deps / "kind/name" / STAMP
        stamp.write_text(stamp.read_text()[:-5])
        self.assertIsNone(component.stamp(self.deps))

    def test_key_depends_on_every_fact(self):
        self.assertNotEqual(pin_key(1, {"a": "b"}), pin_key(1, {"a": "c"}))
        self.assertEqual(pin_key({"a": 1, "b": 2}), pin_key({"b": 2, "a": 1}))


class OptionalComponentTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.deps = Path(folder.name)
        spec = importlib.util.spec_from_file_location("provision_main", CI / "provision" / "__main__.py")
        self.main = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(self.main)

    def component(self, optional):
        def fail(folder):
            raise SetupError("the mirror has no such package.\nand more")

        return Component(path="toolchains/x", what="the toolchain", why="", key="k", build=fail, optional=optional)

    def test_a_part_that_everything_needs_stops_set_up(self):
        with self.assertRaises(SetupError):
            self.main.make(self.component(""), self.deps, {})

    def test_an_optional_part_is_told_recorded_and_tried_again(self):
        failures = {}
        component = self.component("two machines")
        told = io.StringIO()
        with contextlib.redirect_stderr(told):
            self.main.make(component, self.deps, failures)
        self.assertIn("the toolchain could not be made: the mirror has no such package.", told.getvalue())
        self.assertIn("two machines", told.getvalue())
        self.assertEqual(failures, {"toolchains/x": "the mirror has no such package."})
        self.assertIsNone(component.stamp(self.deps))


class XtensaTest(unittest.TestCase):
    def entries(self, facts, failures):
        component = Component(path=manifest.xtensa.PATH, what="the Xtensa toolchain", why="", key="k", build=lambda folder: facts)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        if facts is not None:
            component.make(Path(folder.name))
        return manifest.toolchain_entries({"xtensa": {}}, {component.path: component}, Path(folder.name), failures)

    def test_deps_json_names_the_plugin(self):
        self.assertEqual(self.entries({"packages": ["qemu_1"]}, {}), [
            {"name": "xtensa", "path": "toolchains/xtensa", "plugin": "toolchains/xtensa/xtensa-de212.so", "packages": ["qemu_1"]}])

    def test_deps_json_says_why_there_is_no_toolchain(self):
        (entry,) = self.entries(None, {"toolchains/xtensa": "no room"})
        self.assertEqual(entry["unavailable"], "the Xtensa toolchain was not made: no room")
        (entry,) = self.entries(None, {})
        self.assertIn("run ci/setup", entry["unavailable"])

    def test_a_file_that_is_not_the_pinned_one_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "a.S").write_text("x")
            good = hashlib.sha256(b"x").hexdigest()
            manifest.xtensa.check_files(Path(folder), {"a.S": good})
            with self.assertRaisesRegex(SetupError, "has the SHA-256"):
                manifest.xtensa.check_files(Path(folder), {"a.S": "0" * 64})
            with self.assertRaisesRegex(SetupError, "has no b.S"):
                manifest.xtensa.check_files(Path(folder), {"b.S": good})


class CommandTest(unittest.TestCase):
    def test_gives_the_output(self):
        self.assertEqual(command.run(["sh", "-c", "echo out; echo err >&2"], "trying"), "out\n")

    def test_a_failure_names_purpose_cause_and_last_words(self):
        with self.assertRaises(SetupError) as caught:
            command.run(["sh", "-c", "echo 'x: No space left on device' >&2; exit 7"], "unpacking it")
        self.assertIn("unpacking it failed: the disk is full", str(caught.exception))
        self.assertIn("status 7", str(caught.exception))
        self.assertIn("No space left on device", str(caught.exception))

    def test_a_missing_program_is_named(self):
        with self.assertRaisesRegex(SetupError, "the program no-such-program-here is not there"):
            command.run(["no-such-program-here"], "trying")

    def test_a_command_that_takes_too_long_is_ended_with_its_children(self):
        started = time.monotonic()
        with self.assertRaisesRegex(SetupError, "did not finish within 1 s"):
            command.run(["sh", "-c", "sleep 60 & wait"], "waiting", timeout_s=1)
        self.assertLess(time.monotonic() - started, 20)

    def test_a_command_that_makes_no_progress_is_ended(self):
        with tempfile.TemporaryDirectory() as folder, self.assertRaisesRegex(SetupError, "nothing has arrived for 1 s"):
            command.run(["sleep", "60"], "fetching", watch=Path(folder), stall_s=1)

    def test_a_command_that_makes_progress_is_left_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            command.run(["sh", "-c", f"for i in 1 2 3 4 5 6 7 8; do echo >>{folder}/x; sleep 0.5; done"], "fetching",
                        watch=Path(folder), stall_s=3)

    def test_every_cause_is_found_by_its_words(self):
        for needles, meaning in command.CAUSES:
            for needle in needles:
                self.assertIsNotNone(command.explain(f"E: {needle} x"), needle)
        self.assertIsNone(command.explain("all is well"))


class DebianTest(unittest.TestCase):
    def test_prefers_debians_own_archive_of_the_machines_release(self):
        listing = ("Debian|Debian-Security|bookworm-security|main|http://b/security/\n"
                   "Debian|Debian|bookworm-updates|main|http://a/updates/\n"
                   "Debian|Debian|bookworm|main|http://z/debian/\n"
                   "Debian|Debian|bookworm|contrib|http://c/contrib/\n"
                   "Debian|Debian|bookworm|main|cdrom://disc/\n"
                   "Somebody|Else|bookworm|main|http://d/else/\n"
                   "$(ORIGIN)|$(LABEL)|bookworm|main|http://e/unknown/\n")
        self.assertEqual(debian.debian_sources(listing, "bookworm"), ["http://z/debian/", "http://a/updates/"])

    def test_understands_package_file_names(self):
        self.assertEqual(debian.package_identity("libfoo1_1%3a2.4-1~deb13u1_armhf.deb"),
                         ("libfoo1:armhf", "1:2.4-1~deb13u1"))


class FakeArchive:
    """Holds some packages; asking for any other fails as a mirror does that lists what it does not hold."""

    def __init__(self, held):
        self.held = held

    def packages(self, names):
        for name in names:
            if name.split("=")[0] not in self.held:
                raise SetupError(f"404 for {name}")
        return {name: (Path(name), "") for name in names}


class StandInTest(unittest.TestCase):
    RUNTIME = {"package": "micropython", "version": "1", "libraries": ["libc6", "libffi8"]}
    BUILD = {"debian_architecture": "armel", "library_path": "usr/lib/arm", "loader": "usr/lib/ld.so.3",
             "stand_in": {"library": "libc6", "package": "libc6-armel-cross", "folder": "usr/arm/lib"}}

    def fetch(self, *held, build=BUILD):
        with contextlib.redirect_stdout(io.StringIO()):
            files, stood_in = debian.fetch_runtime(FakeArchive(held), self.RUNTIME, build)
        return sorted(files), stood_in

    def test_the_library_itself_comes_first(self):
        everything = ("micropython:armel", "libc6:armel", "libffi8:armel", "libc6-armel-cross:all")
        self.assertEqual(self.fetch(*everything), (["libc6:armel", "libffi8:armel", "micropython:armel=1"], False))

    def test_the_stand_in_takes_the_place_of_a_library_that_cannot_be_had(self):
        self.assertEqual(self.fetch("micropython:armel", "libffi8:armel", "libc6-armel-cross:all"),
                         (["libc6-armel-cross:all", "libffi8:armel", "micropython:armel=1"], True))

    def test_another_loss_is_told_as_it_was(self):
        with self.assertRaisesRegex(SetupError, "404 for libffi8:armel"):
            self.fetch("micropython:armel", "libc6:armel", "libc6-armel-cross:all")
        without = {key: value for key, value in self.BUILD.items() if key != "stand_in"}
        with self.assertRaisesRegex(SetupError, "404 for libc6:armel"):
            self.fetch("micropython:armel", "libffi8:armel", "libc6-armel-cross:all", build=without)

    def test_its_files_lie_where_the_library_would(self):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            (folder / "usr/arm/lib").mkdir(parents=True)
            (folder / "usr/arm/lib/ld.so.3").write_text("loader")
            (folder / "usr/arm/lib/libc.so.6").write_text("library")
            debian.place_stand_in(folder, self.BUILD)
            self.assertEqual((folder / "usr/lib/ld.so.3").read_text(), "loader")
            self.assertEqual((folder / "usr/lib/arm/libc.so.6").read_text(), "library")

    def test_a_runtime_that_was_not_fetched_is_unavailable_with_the_reason(self):
        component = Component(path="sysroots/armel", what="MicroPython 1 for armel", why="", key="k", build=None)
        build = {"target": "unix-armel", "arch": "armv6", **self.BUILD}
        pins_of_one = {"debian": {"runtime": {**self.RUNTIME, "release": "1", "build": [build]}}}
        with tempfile.TemporaryDirectory() as folder:
            (entry,) = manifest.debian_runtime_entries(pins_of_one, {component.path: component}, Path(folder), {},
                                                       {"sysroots/armel": "the mirror is away"})
        self.assertEqual(entry["unavailable"], "MicroPython 1 for armel was not fetched: the mirror is away")


class PinsTest(unittest.TestCase):
    def load(self, change=lambda text: text):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "pins.toml"
            path.write_text(change((CI / "pins.toml").read_text()))
            return pins.load(path)

    def refuse(self, old, new, words):
        self.assertIn(old, (CI / "pins.toml").read_text())
        with self.assertRaisesRegex(SetupError, words):
            self.load(lambda text: text.replace(old, new, 1))

    def test_the_projects_own_pins_are_whole(self):
        loaded = self.load()
        self.assertEqual([build["target"] for build in loaded["debian"]["runtime"]["build"]],
                         ["unix-x64", "unix-x86", "unix-armhf", "unix-armel"])
        json.dumps(loaded)

    def test_refuses_what_could_not_be_meant(self):
        self.refuse('layout = 1', 'layout = ', "cannot be read")
        self.refuse('dsc_sha256 = "8c', 'dsc_sha256 = "8C', "debian.source.dsc_sha256 should be 64")
        self.refuse('sha256 = "77', 'sha512 = "77', "compiler 1 lacks sha256")
        self.refuse('module = ', 'surprise = 1\nmodule = ', "extension_runtime 1 has the unknown key surprise")
        self.refuse('compiler = "1.29.0"', 'compiler = "1.28.0"', "a runtime needs the compiler of release 1.28.0")


if __name__ == "__main__":
    unittest.main()
