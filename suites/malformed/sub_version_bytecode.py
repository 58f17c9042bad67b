# each: sub in 1 2 3
# needs: mode == mpy
# helper: damaged from victim.py emit=bytecode
# artifact-edit: sub-version {{sub}}
# about: the sub-version does not matter to bytecode ({{sub}})
# expect: CPython cannot load artifacts
#| loaded victim
import sys

try:
    import damaged

    print("loaded", damaged.name)
except ValueError as e:
    print("ValueError", e)
