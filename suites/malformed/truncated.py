# each: n in 20
# needs: mode == mpy
# helper: damaged from victim.py emit=bytecode
# artifact-edit: truncate {{n}}
# about: an artifact that ends after {{n}} octets is refused instead of read on
# time-factor: 0.01
# emitters: bytecode
# expect: CPython cannot load artifacts
#| refused
try:
    import damaged

    print("loaded")
except (ValueError, EOFError, OSError, MemoryError):
    print("refused")
