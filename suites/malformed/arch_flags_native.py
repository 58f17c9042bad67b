# needs: mode == mpy
# helper: damaged from native.py
# artifact-edit: arch-flags 8
# about: machine code with an unknown arch flag is refused
# expect: CPython cannot load artifacts
#| right
try:
    import damaged

    print("loaded", damaged.name)
except ValueError as e:
    # Releases before the flags existed read the bit as part of the arch number.
    print("right" if str(e) in ("incompatible .mpy file", "incompatible .mpy arch") else e)
