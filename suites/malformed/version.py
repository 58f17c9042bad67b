# each: version in 0 3 4 5 7 8 255
# needs: mode == mpy
# helper: damaged from victim.py
# artifact-edit: version {{version}}
# about: an artifact of version {{version}} is refused
# expect: CPython cannot load artifacts
#| ValueError incompatible .mpy file
import sys

try:
    import damaged

    print("loaded", damaged.name)
except ValueError as e:
    print("ValueError", e)
