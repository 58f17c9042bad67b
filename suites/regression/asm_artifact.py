# needs: arch in (armv6, armv6m, armv7m, armv7em, armv7emsp, armv7emdp) and mode == mpy
# about: an assembler function in an artifact runs, or its artifact is refused, where the runtime has no assembler
# expect: assembler exists in MicroPython only
#| right
# helper: assembled from assembled.py
try:
    import assembled

    print("right" if assembled.double(21) == 42 else "wrong")
except ValueError:
    print("right")
