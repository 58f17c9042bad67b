# each: sub in 0 1 2
# needs: mode == mpy
# helper: damaged from native.py
# artifact-edit: sub-version {{sub}}
# about: machine code of sub-version {{sub}} is refused
# expect: CPython cannot load artifacts
#| ValueError incompatible .mpy file
import sys

try:
    import damaged

    print("loaded", damaged.name)
except ValueError as e:
    print("ValueError", e)
