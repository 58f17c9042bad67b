# each: number in 1..15
# needs: mode == mpy
# helper: damaged from victim.py emit=bytecode
# artifact-edit: arch {{number}}
# artifact-edit: sub-version 3
# about: bytecode marked for arch number {{number}} loads only where machine code of it would
# expect: CPython cannot load artifacts
#| right
import sys

host = sys.implementation._mpy >> 10 & 15
accepted = {{number}} == host or 4 <= {{number}} <= host <= 8
try:
    import damaged

    got = "loaded"
except ValueError as e:
    got = str(e)
want = ("loaded",) if accepted else ("incompatible .mpy arch", "native code in .mpy unsupported")
print("right" if got in want else (got, want))
