# needs: inline_asm == thumb and arch in (armv7m, armv7em, armv7emsp, armv7emdp)
# about: push and pop of high registers, divisions, bit counts and exclusive access (Thumb-2)
# emitters: any
# expect: assembler exists in MicroPython only
#| [5, 6, -3, 1431655762, 28, 0, -1879048192, 7, 9]
import micropython
from array import array


@micropython.asm_thumb
def high(r0):
    push({r8, r9})
    mov(r8, r0)
    mov(r9, r8)
    mov(r0, r9)
    pop({r8, r9})


@micropython.asm_thumb
def swap(r0, r1):
    push({r8, r9})
    mov(r8, r0)
    mov(r9, r1)
    push({r4, r8, r9})
    pop({r4, r5, r6})
    mov(r8, r6)
    mov(r0, r8)
    pop({r8, r9})


@micropython.asm_thumb
def sdiv_(r0, r1):
    sdiv(r0, r0, r1)


@micropython.asm_thumb
def udiv_(r0, r1):
    udiv(r2, r0, r1)
    mov(r0, r2)


@micropython.asm_thumb
def clz_(r0):
    clz(r0, r0)


@micropython.asm_thumb
def rbit_(r0):
    rbit(r1, r0)
    mov(r0, r1)


@micropython.asm_thumb
def exclusive(r0, r1):
    ldrex(r2, [r0, 4])
    strex(r3, r1, [r0, 4])
    add(r0, r2, r3)


a = array("I", [1, 7, 3])
print([high(5), swap(5, 6), sdiv_(-7, 2), udiv_(-10, 3), clz_(15), clz_(-1), rbit_(9), exclusive(a, 9), a[1]])
