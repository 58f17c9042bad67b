# needs: arch in (armv6, armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# about: the assembler refuses a high register where only low ones fit
# emitters: any
# refused: expects at most r7
import micropython


@micropython.asm_thumb
def f():
    and_(r0, r8)
