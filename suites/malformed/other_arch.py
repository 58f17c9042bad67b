# each: arch in x86 x64 armv6 armv6m armv7m armv7em armv7emsp armv7emdp xtensa xtensawin rv32imc
# needs: mode == mpy
# helper: damaged from native.py arch={{arch}}
# about: an artifact made for {{arch}} loads exactly where it should, and is refused by name elsewhere
# expect: CPython cannot load artifacts
#| right
import sys

NUMBERS = {"x86": 1, "x64": 2, "armv6": 3, "armv6m": 4, "armv7m": 5, "armv7em": 6, "armv7emsp": 7, "armv7emdp": 8, "xtensa": 9, "xtensawin": 10, "rv32imc": 11}
host = sys.implementation._mpy >> 10 & 15
number = NUMBERS["{{arch}}"]
accepted = number == host or 4 <= number <= host <= 8
try:
    import damaged

    got = damaged.function(1), damaged.typed(5)
except ValueError as e:
    got = str(e)
want = (((2, "native", b"constant"), 6),) if accepted else ("incompatible .mpy arch", "native code in .mpy unsupported")
print("right" if got in want else (got, want))
