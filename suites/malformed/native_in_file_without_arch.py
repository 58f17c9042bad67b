# needs: mode == mpy
# helper: damaged from native.py
# artifact-edit: arch none
# about: machine code in a file that names no arch is refused
# expect: CPython cannot load artifacts
#| ValueError incompatible .mpy file
import sys

try:
    import damaged

    print("loaded", damaged.name)
except ValueError as e:
    print("ValueError", e)
