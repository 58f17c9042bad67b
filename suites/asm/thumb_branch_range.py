# each: kind in b beq bl
# each: way in forward backward
# each: n in 0 1 123..130 1018..1026
# only: n < 2 or kind == bl and n in (130, 1026) or (kind == b) == (n > 1000) and kind != bl
# let: most = (1024 if kind == b else 128 if kind == beq else 1000000) - ((4 if kind == beq else 5) if way == backward else 0)
# needs: inline_asm == thumb
# about: {{kind}} {{way}} over {{n}} instructions of two octets
# emitters: any
#% if n > most
# refused: branch not in range
#% else
# expect: assembler exists in MicroPython only
#| 1 7
#% end
import micropython


@micropython.asm_thumb
def f(r0, r1):
#% if way == forward
    cmp(r0, 0)
    {{kind}}(TARGET)
#% for i in range(n)
    nop()
#% end
    label(TARGET)
    mov(r1, 7)
    mov(r0, r1)
#% else
    mov(r2, 7)
    mov(r3, 0)
#% if kind == beq
    label(TARGET)
#% for i in range(n)
    nop()
#% end
    add(r3, 1)
    cmp(r3, 1)
    beq(TARGET)
#% else
    b(FIRST)
    label(DONE)
    add(r0, r3, 5)
    pop({r1, r4, r5, r6, r7, pc})
    label(TARGET)
    add(r3, 1)
    cmp(r3, 2)
    beq(DONE)
    label(FIRST)
#% for i in range(n)
    nop()
#% end
    {{kind}}(TARGET)
#% end
    add(r0, r3, 5)
#% end


print(1, f(0, 3))
