# needs: arch in (armv6, armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# about: the assembler refuses an immediate beyond its field
# emitters: any
# refused: doesn't fit in mask
import micropython


@micropython.asm_thumb
def f():
    mov(r0, 256)
