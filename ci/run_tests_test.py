"""run-tests: what is set up and built is run at once, what is not is set up and built first."""

import os
import shutil
import subprocess
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

CMAKE = """\
cmake_minimum_required(VERSION 3.25)
project(fake LANGUAGES C)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/harness/cli)
add_executable(mpyconform main.c)
"""
PRESETS = """\
{"version": 6, "configurePresets": [
  {"name": "release", "generator": "Ninja", "binaryDir": "${sourceDir}/build/release"},
  {"name": "other", "generator": "Ninja", "binaryDir": "${sourceDir}/build/other"}]}
"""
MAIN = """\
#include <stdio.h>
#include <stdlib.h>
int main(int argc, char** argv) {
    printf("TEXT");
    for (int i = 1; i < argc; i++) printf(" [%s]", argv[i]);
    printf("\\n%s\\n", getenv("MPYCONFORM_DEPS"));
    return 7;
}
"""
SETUP = """\
#!/bin/bash
echo "set-up $*" >>"{root}/setup-calls"
[[ ! -e "{root}/setup-status" ]] || exit "$(<"{root}/setup-status")"
mkdir -p "$MPYCONFORM_DEPS"
echo "{{}}" >"$MPYCONFORM_DEPS/deps.json"
cat "{root}/ci/pins.toml" "{root}/ci/packages.txt" >"$MPYCONFORM_DEPS/complete"
"""


def clean_environment():
    """Without ours: the fake ci/setup below would write into the folder that MPYCONFORM_DEPS names."""
    return {name: value for name, value in os.environ.items() if not name.startswith("MPYCONFORM")}


class RunTestsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="mpyconform run-tests ")  # blanks in paths must not matter
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name) / "project"
        self.make_project(self.root)

    def make_project(self, root):
        (root / "ci").mkdir(parents=True)
        shutil.copy(ROOT / "run-tests", root)
        for name, text in (("CMakeLists.txt", CMAKE), ("CMakePresets.json", PRESETS),
                           ("main.c", MAIN.replace("TEXT", "one")), ("ci/pins.toml", "layout = 1\n"),
                           ("ci/packages.txt", "g++ x\n"), ("ci/setup", SETUP.format(root=root))):
            (root / name).write_text(text)
        (root / "ci/setup").chmod(0o755)

    def run_tests(self, *arguments, root=None, cwd="/", program=None, **environment):
        return subprocess.run([program or (root or self.root) / "run-tests", *arguments], cwd=cwd, capture_output=True,
                              text=True, timeout=120, stdin=subprocess.DEVNULL, env={**clean_environment(), **environment})

    def setup_calls(self):
        path = self.root / "setup-calls"
        return path.read_text().splitlines() if path.exists() else []

    def test_first_start_sets_up_builds_and_runs(self):
        done = self.run_tests("--via-mpy", "a b")
        self.assertEqual(done.stdout, f"one [run] [--via-mpy] [a b]\n{self.root}/.deps\n")
        self.assertEqual(done.returncode, 7)
        self.assertIn("configuring the build", done.stderr)
        self.assertEqual(self.setup_calls(), ["set-up "])

    def test_second_start_says_and_does_nothing_of_its_own(self):
        self.run_tests()
        started = time.monotonic()
        done = self.run_tests()
        self.assertLess(time.monotonic() - started, 2)  # about 30 ms on an idle machine
        self.assertEqual((done.stderr, done.returncode), ("", 7))
        self.assertEqual(self.setup_calls(), ["set-up "])

    def test_a_changed_source_is_never_run_stale(self):
        self.run_tests()
        time.sleep(0.01)
        (self.root / "main.c").write_text(MAIN.replace("TEXT", "two"))
        self.assertTrue(self.run_tests().stdout.startswith("two [run]"))

    def test_a_source_that_does_not_compile_runs_nothing(self):
        self.run_tests()
        (self.root / "main.c").write_text("int main( {")
        done = self.run_tests()
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn("building failed", done.stderr)

    def test_a_changed_pin_calls_set_up(self):
        self.run_tests()
        (self.root / "ci/pins.toml").write_text("layout = 2\n")
        self.run_tests()
        self.assertEqual(len(self.setup_calls()), 2)

    def test_a_lost_manifest_calls_set_up(self):
        self.run_tests()
        (self.root / ".deps/deps.json").unlink()
        self.run_tests()
        self.assertEqual(len(self.setup_calls()), 2)

    def test_set_up_that_fails_runs_nothing(self):
        for status, wanted in (("1", 3), ("2", 2), ("130", 130)):
            (self.root / "setup-status").write_text(status)
            done = self.run_tests()
            self.assertEqual((done.returncode, done.stdout), (wanted, ""))

    def test_an_interrupted_configuration_is_done_again(self):
        self.run_tests()
        (self.root / "build/release/build.ninja").unlink()
        self.assertEqual(self.run_tests().returncode, 7)

    def test_a_copied_project_builds_its_own_sources(self):
        self.run_tests()
        copy = self.root.parent / "copy"
        shutil.copytree(self.root, copy, symlinks=True)
        (copy / "main.c").write_text(MAIN.replace("TEXT", "copy"))
        self.assertTrue(self.run_tests(root=copy).stdout.startswith("copy [run]"))
        self.assertTrue(self.run_tests().stdout.startswith("one [run]"))

    def test_works_through_a_link_and_with_fetched_parts_elsewhere(self):
        link = self.root.parent / "link"
        link.symlink_to("project/run-tests")
        done = self.run_tests(program=link, cwd=self.root.parent, MPYCONFORM_DEPS="elsewhere")
        self.assertEqual(done.stdout, f"one [run]\n{self.root.parent}/elsewhere\n")

    def test_another_preset_is_built_where_it_says(self):
        self.assertEqual(self.run_tests(MPYCONFORM_PRESET="other").returncode, 7)
        self.assertTrue((self.root / "build/other/harness/cli/mpyconform").exists())
        self.assertFalse((self.root / "build/release").exists())
        unknown = self.run_tests(MPYCONFORM_PRESET="unknown")
        self.assertEqual((unknown.returncode, unknown.stdout), (3, ""))

    def test_help_sets_nothing_up(self):
        done = self.run_tests("--help")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("Usage: ./run-tests", done.stdout)
        self.assertEqual(self.setup_calls(), [])
        self.run_tests()
        self.assertTrue(self.run_tests("--help").stdout.startswith("one [run] [--help]"))

    def test_two_at_once_build_once(self):
        children = [subprocess.Popen([self.root / "run-tests"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                     env=clean_environment())
                    for _ in range(3)]
        outputs = [child.communicate(timeout=120) for child in children]
        for child, (stdout, _) in zip(children, outputs):
            self.assertEqual(child.returncode, 7)
            self.assertTrue(stdout.startswith("one [run]"))


if __name__ == "__main__":
    unittest.main()
