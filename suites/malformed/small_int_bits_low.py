# each: bits in 0 1 8 16 30
# needs: mode == mpy
# helper: damaged from victim.py
# artifact-edit: small-int-bits {{bits}}
# about: an artifact that needs only small integers of {{bits}} bits loads
# expect: CPython cannot load artifacts
#| loaded victim
import sys

try:
    import damaged

    print("loaded", damaged.name)
except ValueError as e:
    print("ValueError", e)
