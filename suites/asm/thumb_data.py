# needs: inline_asm == thumb
# about: data and align directives place octets, halves and words, and labels find them
# emitters: any
# expect: assembler exists in MicroPython only
#| [17, 34, 4660, 305419896]
import micropython


@micropython.asm_thumb
def byte0(r0) -> uint:
    bl(AFTER)
    data(1, 0x11, 0x22, 0x33)
    align(4)
    data(2, 0x1234, 0x5678)
    data(4, 0x12345678)
    label(AFTER)
    mov(r1, lr)
    sub(r1, 1)
    add(r1, r1, r0)
    ldrb(r0, [r1, 0])


@micropython.asm_thumb
def half(r0) -> uint:
    bl(AFTER)
    data(2, 0x1111, 0x1234)
    label(AFTER)
    mov(r1, lr)
    sub(r1, 1)
    ldrh(r0, [r1, 2])


@micropython.asm_thumb
def word(r0) -> uint:
    b(SKIP)
    nop()
    label(SKIP)
    bl(AFTER)
    align(4)
    data(4, 0x12345678)
    label(AFTER)
    mov(r1, lr)
    add(r1, 1)
    lsr(r1, r1, 2)
    lsl(r1, r1, 2)
    ldr(r0, [r1, 0])


print([byte0(0), byte0(1), half(0), word(0)])
