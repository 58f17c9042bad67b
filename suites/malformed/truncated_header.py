# each: n in 0..3
# needs: mode == mpy
# helper: damaged from victim.py
# artifact-edit: truncate {{n}}
# about: an artifact of {{n}} octets is refused
# expect: CPython cannot load artifacts
#| ValueError incompatible .mpy file
import sys

try:
    import damaged

    print("loaded", damaged.name)
except ValueError as e:
    print("ValueError", e)
