# needs: arch in (armv6, armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# about: the assembler refuses a label that is not there
# emitters: any
# refused: not defined
import micropython


@micropython.asm_thumb
def f():
    label(HERE)
    b(NOWHERE)
