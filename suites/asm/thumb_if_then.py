# template: one
# needs: inline_asm == thumb and arch in (armv7m, armv7em, armv7emsp, armv7emdp)
# about: it blocks of one to four instructions, with every condition they take
# emitters: any
# expect: assembler exists in MicroPython only
#| [1, 0, 12, 12, 3, 21, 15, 240]
import micropython


@micropython.asm_thumb
def one(r0):
    mov(r1, 0)
    cmp(r0, 5)
    it(eq)
    mov(r1, 1)
    mov(r0, r1)


@micropython.asm_thumb
def two(r0):
    cmp(r0, 5)
    ite(gt)
    mov(r0, 21)
    mov(r0, 12)


@micropython.asm_thumb
def three(r0):
    mov(r1, 0)
    cmp(r0, 5)
    itte(lt)
    add(r1, 1)
    add(r1, 2)
    mov(r1, 21)
    mov(r0, r1)


@micropython.asm_thumb
def four(r0):
    mov(r1, 0)
    cmp(r0, 5)
    itete(ne)
    add(r1, 5)
    add(r1, 80)
    add(r1, 10)
    add(r1, 160)
    mov(r0, r1)


print([one(5), one(4), two(5), two(4), three(4), three(5), four(1), four(5)])
