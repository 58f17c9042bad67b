# needs: mode == mpy
# helper: damaged from victim.py
# about: the undamaged artifact of this area's programs loads
# expect: CPython cannot load artifacts
#| loaded victim
import sys

try:
    import damaged

    print("loaded", damaged.name)
except ValueError as e:
    print("ValueError", e)
