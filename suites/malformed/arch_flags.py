# each: flags in 0 1 2 4 127 128 65535
# needs: mode == mpy
# helper: damaged from victim.py emit=bytecode
# artifact-edit: arch-flags {{flags}}
# about: bytecode with arch flags {{flags}} loads only on a host of rv32imc that has them
# expect: CPython cannot load artifacts
#| right
import sys

host = sys.implementation._mpy >> 10 & 15
own = sys.implementation._mpy >> 16
try:
    import damaged

    got = "loaded"
except ValueError as e:
    got = str(e)
# Up to 1.26 a runtime knows no such flags and refuses a file that has them.
knows = sys.implementation.version[:2] >= (1, 27)
want = "loaded" if knows and host == 11 and {{flags}} & ~own == 0 else "incompatible .mpy file"
print("right" if got == want else (got, want))
