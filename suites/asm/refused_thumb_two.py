# needs: arch in (armv6, armv6m) and mode == mpy
# about: the assembler refuses Thumb-2 instructions for cores without them
# emitters: any
# refused: unsupported Thumb instruction
import micropython


@micropython.asm_thumb
def f():
    movw(r0, 1)
