# needs: arch in (armv6, armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# about: the assembler refuses an offset that is not a multiple of the size
# emitters: any
# refused: doesn't fit in mask
import micropython


@micropython.asm_thumb
def f(r0):
    ldr(r0, [r0, 2])
