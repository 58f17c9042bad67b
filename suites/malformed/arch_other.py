# each: number in 1..15
# needs: mode == mpy
# helper: damaged from native.py
# artifact-edit: arch {{number}}
# about: machine code marked for arch number {{number}} is refused by every host that is not of it
# expect: CPython cannot load artifacts
#| right
import sys

host = sys.implementation._mpy >> 10 & 15
accepted = {{number}} == host or 4 <= {{number}} <= host <= 8
if accepted:
    print("right")
else:
    try:
        import damaged

        print("loaded")
    except ValueError as e:
        print("right" if str(e) in ("incompatible .mpy arch", "native code in .mpy unsupported") else e)
