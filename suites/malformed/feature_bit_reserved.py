# each: kind in bytecode native
# needs: mode == mpy
# helper: damaged from {{"native.py" if kind == native else "victim.py emit=bytecode"}}
# artifact-edit: feature-bit 7 1
#% if kind == bytecode
# artifact-edit: sub-version 3
#% end
# about: the reserved feature bit belongs to the arch number, so no host accepts it ({{kind}})
# expect: CPython cannot load artifacts
#| right
import sys

try:
    import damaged

    print("loaded")
except ValueError as e:
    print("right" if str(e) in ("incompatible .mpy arch", "native code in .mpy unsupported") else e)
