# each: cc in eq ne cs cc mi pl vs vc hi ls ge lt gt le
# each: n in 1 140 1200
# needs: inline_asm == thumb and arch in (armv7m, armv7em, armv7emsp, armv7emdp)
# about: the wide Thumb branch b{{cc}}_w over {{n}} instructions, both ways, agrees with the narrow one
# emitters: any
# expect: assembler exists in MicroPython only
#| wrong []
import micropython


@micropython.asm_thumb
def narrow(r0, r1):
    mov(r2, 1)
    cmp(r0, r1)
    b{{cc}}(TAKEN)
    mov(r2, 0)
    label(TAKEN)
    mov(r0, r2)


@micropython.asm_thumb
def forward(r0, r1):
    mov(r2, 1)
    cmp(r0, r1)
    b{{cc}}_w(TAKEN)
    mov(r2, 0)
#% for i in range(n)
    nop()
#% end
    label(TAKEN)
    mov(r0, r2)


@micropython.asm_thumb
def backward(r0, r1):
    bl(START)
    bl(END)
    label(TAKEN)
    mov(r0, 1)
    bx(lr)
#% for i in range(n)
    nop()
#% end
    label(START)
    cmp(r0, r1)
    b{{cc}}_w(TAKEN)
    mov(r0, 0)
    bx(lr)
    label(END)


wrong = []
for a in (0, 1, -1, 5, 0x7FFFFFFF, -0x80000000):
    for b in (0, 1, -1, 5, 0x7FFFFFFF, -0x80000000):
        want = narrow(a, b)
        if forward(a, b) != want or backward(a, b) != want:
            wrong.append((a, b, forward(a, b), backward(a, b), want))
print("wrong", wrong[:3])
