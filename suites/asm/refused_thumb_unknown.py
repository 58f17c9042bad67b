# needs: arch in (armv6, armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# about: the assembler refuses an instruction that it does not know
# emitters: any
# refused: unsupported Thumb instruction
import micropython


@micropython.asm_thumb
def f():
    frobnicate(r0)
