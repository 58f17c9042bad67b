# needs: arch in (armv6, armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# about: the assembler refuses a fifth parameter
# emitters: any
# refused: can only have up to 4 parameters to Thumb assembly
import micropython


@micropython.asm_thumb
def f(r0, r1, r2, r3, r4):
    nop()
