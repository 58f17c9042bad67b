"""ci/setup as a whole, against a machine of fakes: what a person sees, and that nothing breaks it."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from testing.fake_machine import FakeMachine  # noqa: E402

ALL = ["compilers/9.9.0", "sysroots/amd64", "trees/micropython-9.9.0"]


class SetupTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shelf = tempfile.TemporaryDirectory(prefix="mpyconform-setup-")
        cls.fresh = FakeMachine(Path(cls.shelf.name) / "fresh")
        cls.fresh.build()
        cls.ready = cls.fresh.copy_to(Path(cls.shelf.name) / "ready")
        cls.first = cls.ready.setup()

    @classmethod
    def tearDownClass(cls):
        cls.shelf.cleanup()

    def machine(self, original):
        folder = tempfile.mkdtemp(prefix="case-", dir=self.shelf.name)
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        return original.copy_to(folder)

    def test_first_start_fetches_everything_and_writes_the_manifest(self):
        status, stdout, stderr = self.first
        self.assertEqual((status, stderr), (0, ""))
        self.assertIn("[1/4] mpy-cross 9.9: the compiler of MicroPython 9.9.0", stdout)
        self.assertEqual(self.ready.components(), ALL)
        manifest = json.loads((self.ready.deps / "deps.json").read_text())
        self.assertEqual(manifest["schema"], 1)
        python = f"python{sys.version_info[0]}.{sys.version_info[1]}"
        self.assertEqual(manifest["compilers"], [{
            "name": "mpy-cross-9.9.0", "release": "9.9.0", "package": "fake-cross 9.9",
            "path": f"compilers/9.9.0/lib/{python}/site-packages/fake_cross/mpy-cross"}])
        self.assertEqual(manifest["runtimes"], [{
            "name": "unix-x64", "kind": "unix", "release": "9.9.0", "arch": "x64", "compiler": "9.9.0",
            "argv": ["@/sysroots/amd64/usr/lib/fake-loader", "--inhibit-cache", "--library-path",
                     "@/sysroots/amd64/usr/lib/fake", "@/sysroots/amd64/usr/bin/fakepython"],
            "packages": {"fakepython:amd64": "9.9-1", "libfake:amd64": "9.9-1"}}])
        self.assertEqual(manifest["trees"], [{"name": "micropython-9.9.0", "release": "9.9.0",
                                              "path": "trees/micropython-9.9.0", "package": "fakepython 9.9"}])
        self.assertTrue((self.ready.deps / "trees/micropython-9.9.0/tests/run-tests.py").exists())
        self.assertTrue(os.access(self.ready.deps / manifest["compilers"][0]["path"], os.X_OK))

    def test_second_start_asks_no_package_client(self):
        machine = self.machine(self.ready)
        before = machine.calls()
        status, stdout, _ = machine.setup()
        self.assertEqual((status, stdout), (0, f"Everything is set up in {machine.deps}.\n"))
        self.assertEqual(machine.calls(), before)

    def test_check_tells_what_is_missing_and_changes_nothing(self):
        machine = self.machine(self.fresh)
        machine.knob("installed", "needed-one 2:0.9\n")
        status, stdout, _ = machine.setup("--check")
        self.assertEqual(status, 1)
        self.assertIn("needed-one                     the first thing (installed is 2:0.9, needed is 2:1.0 or newer)",
                      stdout)
        self.assertIn("3 of 3 fetched parts are missing", stdout)
        self.assertFalse(machine.deps.exists())
        self.assertEqual(machine.calls(), [])

    def test_check_is_content_with_a_complete_set_up(self):
        status, stdout, _ = self.machine(self.ready).setup("--check")
        self.assertEqual((status, stdout), (0, "Everything is set up.\n"))

    def test_an_unfinished_part_is_made_again_and_the_others_are_kept(self):
        machine = self.machine(self.ready)
        (machine.deps / "sysroots/amd64/.complete.json").unlink()
        kept = (machine.deps / "compilers/9.9.0/.complete.json").stat().st_mtime_ns
        status, stdout, _ = machine.setup()
        self.assertEqual(status, 0)
        self.assertIn("1 parts (2 are there already)", stdout)
        self.assertEqual((machine.deps / "compilers/9.9.0/.complete.json").stat().st_mtime_ns, kept)
        self.assertFalse(any("source" in call for call in machine.calls()[len(self.ready.calls()):]))

    def test_a_changed_pin_replaces_its_part_and_removes_the_old_one(self):
        machine = self.machine(self.ready)
        pins = machine.project / "ci/pins.toml"
        pins.write_text(pins.read_text().replace('release = "9.9.0"', 'release = "9.9.1"', 1)
                        .replace('package = "fakepython"\nversion = "9.9-1"\nrelease = "9.9.0"',
                                 'package = "fakepython"\nversion = "9.9-1"\nrelease = "9.9.1"', 1))
        status, stdout, stderr = machine.setup()
        self.assertEqual(status, 0, stderr)
        self.assertIn("removing compilers/9.9.0: no pin names it any more", stdout)
        self.assertEqual(machine.components(), ["compilers/9.9.1", "sysroots/amd64", "trees/micropython-9.9.0"])

    def test_a_damaged_download_is_named_and_never_used(self):
        machine = self.machine(self.ready)
        shutil.rmtree(machine.deps / "sysroots")
        machine.knob("corrupt", "libfake_9.9-1_amd64.deb")
        status, _, stderr = machine.setup()
        self.assertEqual(status, 1)
        self.assertRegex(stderr, r"libfake_9\.9-1_amd64\.deb has the SHA-256 [0-9a-f]{64}, "
                                 r"but the signed package index names [0-9a-f]{64}")
        self.assertFalse((machine.deps / "deps.json").exists())
        self.assertNotIn("sysroots/amd64", machine.components())
        machine.knob("corrupt")
        self.assertEqual(machine.setup()[0], 0)
        self.assertEqual(machine.components(), ALL)

    def test_a_runtime_that_is_not_the_pinned_one_is_refused(self):
        machine = self.machine(self.ready)
        shutil.rmtree(machine.deps / "sysroots")
        machine.write_pins(deb="0" * 64)
        status, _, stderr = machine.setup()
        self.assertEqual(status, 1)
        self.assertRegex(stderr, r"fakepython_9\.9-1_amd64\.deb has the SHA-256 [0-9a-f]{64}, but ci/pins\.toml names 0{64}")

    def test_a_source_package_that_is_not_the_pinned_one_is_refused(self):
        machine = self.machine(self.ready)
        shutil.rmtree(machine.deps / "trees")
        machine.write_pins(dsc="0" * 64)
        status, _, stderr = machine.setup()
        self.assertEqual(status, 1)
        self.assertRegex(stderr, r"fakepython_9\.9\.dsc has the SHA-256 [0-9a-f]{64}, but ci/pins\.toml names 0{64}")

    def test_a_compiler_that_is_not_the_pinned_one_is_refused(self):
        machine = self.machine(self.ready)
        machine.write_pins(wheel="0" * 64)
        status, _, stderr = machine.setup()
        self.assertEqual(status, 1)
        self.assertIn("installing fake-cross==9.9 failed: what was downloaded is not what the pin", stderr)
        self.assertIn("0" * 64, stderr)

    def test_a_silent_mirror_is_explained(self):
        machine = self.machine(self.ready)
        shutil.rmtree(machine.deps / "trees")
        machine.knob("say", "E: Failed to fetch fake://debian  Temporary failure resolving 'debian'")
        status, _, stderr = machine.setup()
        self.assertEqual(status, 1)
        self.assertIn("the network or the package mirror did not answer", stderr)
        self.assertNotIn("Traceback", stderr)

    def test_a_missing_keyring_is_named(self):
        machine = self.machine(self.ready)
        shutil.rmtree(machine.deps / "trees")
        pins = machine.project / "ci/pins.toml"
        pins.write_text(pins.read_text().replace("/dev/null", "/nonexistent/keyring.gpg"))
        status, _, stderr = machine.setup()
        self.assertEqual(status, 1)
        self.assertIn("/nonexistent/keyring.gpg is not there", stderr)
        self.assertIn("debian-archive-keyring", stderr)

    def test_a_runtime_that_does_not_run_here_is_recorded_with_the_reason(self):
        machine = self.machine(self.ready)
        loader = machine.deps / "sysroots/amd64/usr/lib/fake-loader"
        loader.write_text("#!/bin/sh\necho 'micropython (9, 8, 0)'\n")
        (machine.deps / "complete").unlink()
        status, _, stderr = machine.setup()
        self.assertEqual(status, 0)
        reason = "it should be MicroPython 9.9.0, but says: micropython (9, 8, 0)"
        self.assertEqual(stderr, f"setup: warning: target unix-x64 cannot be used: {reason}\n")
        runtime = json.loads((machine.deps / "deps.json").read_text())["runtimes"][0]
        self.assertEqual(runtime["unavailable"], reason)

    def test_missing_packages_are_installed_with_their_reasons_shown(self):
        machine = self.machine(self.ready)
        machine.knob("installed", "")
        machine.knob("sudo-works", "")
        status, stdout, stderr = machine.setup()
        self.assertEqual(status, 0, stderr)
        self.assertIn("needed-one                     the first thing", stdout)
        installs = [call for call in machine.calls() if " install needed-one" in call and "--assume-no" not in call]
        self.assertTrue(installs)

    def test_without_root_or_sudo_a_person_gets_one_command(self):
        prefix = ()
        machine = self.machine(self.fresh)
        if os.geteuid() == 0:
            self.give_away(machine)
            prefix = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
        machine.knob("installed", "")
        status, _, stderr = machine.setup(prefix=prefix)
        self.assertEqual(status, 2)
        self.assertIn("su -c 'apt-get update && apt-get install --yes --no-install-recommends needed-one'", stderr)
        self.assertFalse(any("install" in call and not call.startswith("sudo") for call in machine.calls()))

    def give_away(self, machine):
        """Makes an unprivileged user the owner of the whole machine; only root can."""
        if os.geteuid() != 0 or not shutil.which("setpriv"):
            self.skipTest("needs root and setpriv")
        os.chmod(self.shelf.name, 0o755)
        os.chown(machine.base, 65534, 65534)
        for path in machine.base.rglob("*"):
            os.chown(path, 65534, 65534, follow_symlinks=False)

    def test_under_sudo_what_is_fetched_belongs_to_the_projects_owner(self):
        machine = self.machine(self.ready)
        shutil.rmtree(machine.deps / "sysroots")
        self.give_away(machine)
        status, _, stderr = machine.setup(prefix=("env", "SUDO_UID=65534", "SUDO_GID=65534"))
        self.assertEqual(status, 0, stderr)
        self.assertEqual([path for path in machine.deps.rglob("*") if path.lstat().st_uid != 65534], [])

    def test_two_at_once_do_the_work_once(self):
        machine = self.machine(self.fresh)
        machine.knob("slow", "0.2")
        first = machine.start()
        time.sleep(0.3)
        second = machine.start()
        first_out, first_err = first.communicate(timeout=120)
        second_out, second_err = second.communicate(timeout=120)
        self.assertEqual((first.returncode, second.returncode), (0, 0), first_err + second_err)
        self.assertIn("Another set-up is working", second_out)
        self.assertIn("Everything is set up in", second_out)
        self.assertEqual(sum(" update" in call for call in machine.calls()), 1)

    def test_killed_at_any_moment_it_goes_on_where_it_stopped(self):
        machine = self.machine(self.fresh)
        machine.knob("slow", "0.1")
        moments = random.Random(2)
        kills = 0
        # A later moment each time: every phase of the work is hit, however fast this machine is.
        for attempt in range(10):
            child = machine.start(output=subprocess.DEVNULL)
            time.sleep(0.2 + 0.3 * attempt * moments.random())
            if child.poll() is None:
                # Its package clients live on for a moment, as after a real kill.
                os.killpg(child.pid, signal.SIGKILL)
                kills += 1
            child.wait(timeout=60)
            if (machine.deps / "deps.json").exists():
                # Whatever a reader may see has to be whole.
                json.loads((machine.deps / "deps.json").read_text())
        self.assertGreater(kills, 2)
        status, _, stderr = machine.setup()
        self.assertEqual(status, 0, stderr)
        self.assertEqual(machine.components(), ALL)
        self.assertEqual((machine.deps / "deps.json").read_text(), (self.ready.deps / "deps.json").read_text())
        self.assertEqual(machine.setup("--check")[0], 0)

    def test_a_wrong_argument_is_refused(self):
        status, _, stderr = self.machine(self.fresh).setup("--chekc")
        self.assertEqual(status, 2)
        self.assertIn("unknown argument '--chekc'", stderr)

    def test_a_folder_that_cannot_be_written_is_explained(self):
        machine = self.machine(self.fresh)
        machine.deps.write_text("a file where the folder should be")
        status, _, stderr = machine.setup()
        self.assertEqual(status, 2)
        self.assertIn("cannot make the folder", stderr)


if __name__ == "__main__":
    unittest.main()
