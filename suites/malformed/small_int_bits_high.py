# each: bits in 64 65 127 255
# needs: mode == mpy
# helper: damaged from victim.py
# artifact-edit: small-int-bits {{bits}}
# about: an artifact that needs small integers of {{bits}} bits is refused
# expect: CPython cannot load artifacts
#| ValueError incompatible .mpy file
import sys

try:
    import damaged

    print("loaded", damaged.name)
except ValueError as e:
    print("ValueError", e)
