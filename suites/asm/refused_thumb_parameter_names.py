# needs: arch in (armv6, armv6m, armv7m, armv7em, armv7emsp, armv7emdp)
# about: the assembler refuses parameters that are not r0 to r3 in order
# emitters: any
# refused: parameters must be registers in sequence r0 to r3
import micropython


@micropython.asm_thumb
def f(r1):
    nop()
