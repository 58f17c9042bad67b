# needs: inline_asm == thumb
# about: push and pop keep registers in order, with lr as well
# emitters: any
# expect: assembler exists in MicroPython only
#| 4321 1234 99
import micropython


@micropython.asm_thumb
def reverse(r0, r1, r2, r3):
    push({r0, r1})
    push({r2, r3})
    pop({r4, r5})
    pop({r6, r7})
    mov(r0, r5)
    mov(r1, 10)
    mul(r0, r1)
    add(r0, r0, r4)
    mul(r0, r1)
    add(r0, r0, r7)
    mul(r0, r1)
    add(r0, r0, r6)


@micropython.asm_thumb
def same(r0, r1, r2, r3):
    push({r0, r1, r2, r3, lr})
    mov(r0, 0)
    mov(r3, 0)
    pop({r4, r5, r6, r7})
    pop({r1})
    mov(lr, r1)
    mov(r1, 10)
    mov(r0, r4)
    mul(r0, r1)
    add(r0, r0, r5)
    mul(r0, r1)
    add(r0, r0, r6)
    mul(r0, r1)
    add(r0, r0, r7)


@micropython.asm_thumb
def sub_return(r0):
    bl(SUB)
    add(r0, 90)
    b(END)
    label(SUB)
    push({r4, lr})
    mov(r0, 9)
    pop({r4, pc})
    label(END)


print(reverse(1, 2, 3, 4), same(1, 2, 3, 4), sub_return(0))
