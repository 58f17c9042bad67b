# template: one
# needs: inline_asm == thumb
# about: Thumb moves between low and high registers and of every immediate
# emitters: any
# expect: assembler exists in MicroPython only
#| [0, 1, 127, 128, 254, 255]
#| 123456789
import micropython
#% for i in range(6)


@micropython.asm_thumb
def i{{i}}():
    mov(r0, {{0 if i == 0 else 1 if i == 1 else 127 if i == 2 else 128 if i == 3 else 254 if i == 4 else 255}})
#% end


@micropython.asm_thumb
def around(r0):
    mov(r12, r0)
    mov(r7, r12)
    mov(r0, 0)
    mov(r5, r7)
    mov(r7, 0)
    mov(r12, r5)
    mov(r5, 0)
    mov(r1, r12)
    mov(r0, r1)


print([i0(), i1(), i2(), i3(), i4(), i5()])
print(around(123456789))
