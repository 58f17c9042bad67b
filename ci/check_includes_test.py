"""ci/check-includes on small trees that each break one rule."""

import subprocess
import tempfile
import unittest
from pathlib import Path

CHECK = Path(__file__).resolve().parent / "check-includes"
ROOMS = """\
mpy:
harness/base: mpy
harness/run:  harness/base   # a comment
harness/testing: harness/base
<boost/process: harness/run
"""
GOOD = {
    "mpy/facts/x.h": "",
    "mpy/reader.h": '#include "mpy/facts/x.h"\n',
    "harness/base/a.h": '#include <vector>\n#include "mpy/reader.h"\n',
    "harness/run/b.cc": '  #  include "harness/base/a.h"\n#include <boost/process/v2.hpp>\n',
    "harness/testing/fake.h": "",
    "harness/base/a_test.cc": '#include "harness/testing/fake.h"\n',
}


class CheckIncludesTest(unittest.TestCase):
    def check(self, files, rooms=ROOMS):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in {"ci/rooms.txt": rooms, **files}.items():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                (root / name).write_text(text)
            done = subprocess.run([CHECK, root], capture_output=True, text=True, timeout=60)
            return done.returncode, done.stdout, done.stderr

    def refuse(self, files, words):
        status, stdout, _ = self.check({**GOOD, **files})
        self.assertEqual(status, 1)
        self.assertIn(words, stdout)

    def test_good_tree(self):
        self.assertEqual(self.check(GOOD), (0, "check-includes: 6 files, 0 problems\n", ""))

    def test_against_the_arrow(self):
        self.refuse({"mpy/bad.h": '\n#include "harness/base/a.h"\n'},
                    'mpy/bad.h:2: "harness/base/a.h": mpy may include nothing but itself, not harness/base')

    def test_over_a_room(self):
        self.refuse({"harness/run/bad.cc": '#include "mpy/reader.h"\n'}, "harness/run may include harness/base, not mpy")

    def test_testing_outside_tests(self):
        self.refuse({"harness/base/bad.cc": '#include "harness/testing/fake.h"\n'}, "not harness/testing")

    def test_names_that_do_not_start_at_the_root(self):
        self.refuse({"harness/base/bad.cc": '#include "a.h"\n'}, "are named from the repository root")
        self.refuse({"harness/base/bad.cc": '#include "harness/base/../run/b.h"\n'}, "are named from the repository root")

    def test_header_that_is_not_there(self):
        self.refuse({"harness/base/bad.cc": '#include "harness/base/none.h"\n'}, "there is no such file")

    def test_system_header_in_the_wrong_room(self):
        self.refuse({"harness/base/bad.cc": "#include <boost/process/v2.hpp>\n"}, "belongs into harness/run alone")

    def test_room_without_a_line(self):
        self.refuse({"harness/new/bad.cc": ""}, "the room harness/new has no line")

    def test_wrong_lists(self):
        for rooms, words in ((ROOMS + "mpy: harness/base\n", "mpy has two lines"), (ROOMS + "harness/x\n", "a line is"),
                             (ROOMS + "harness/x: harness/y\n", "harness/y has no line"),
                             (ROOMS.replace("mpy:", "mpy: harness/base"), "arrows go one way")):
            status, _, stderr = self.check(GOOD, rooms)
            self.assertEqual(status, 2)
            self.assertIn(words, stderr)

    def test_nothing_to_check_is_an_error(self):
        self.assertEqual(self.check({})[0], 2)


if __name__ == "__main__":
    unittest.main()
