# each: first in sub_version small_int_bits version
# needs: mode == mpy
# helper: damaged from native.py
# artifact-edit: arch 15
# artifact-edit: {{"sub-version 2" if first == sub_version else "small-int-bits 100" if first == small_int_bits else "version 5"}}
# about: with a wrong arch and a wrong {{first}} the file is refused for the second, which is looked at first
# expect: CPython cannot load artifacts
#| ValueError incompatible .mpy file
import sys

try:
    import damaged

    print("loaded", damaged.name)
except ValueError as e:
    print("ValueError", e)
