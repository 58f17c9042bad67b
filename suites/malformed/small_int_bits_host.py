# each: bits in 30 32 46 47 48 62
# needs: mode == mpy
# helper: damaged from victim.py emit=bytecode
# artifact-edit: small-int-bits {{bits}}
# about: small integers of {{bits}} bits are accepted by hosts that have them, and by no others
# expect: CPython cannot load artifacts
#| right
import sys

n = 1
while 1 << n - 1 <= sys.maxsize:
    n += 1
try:
    import damaged

    loaded = True
except ValueError as e:
    loaded = str(e) != "incompatible .mpy file"
print("right" if loaded == ({{bits}} <= n - 1) else ("wrong", n - 1, loaded))
