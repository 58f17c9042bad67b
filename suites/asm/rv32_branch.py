# each: op in beq="a == b" bne="a != b" blt="a < b" bge="a >= b" bltu="u(a) < u(b)" bgeu="u(a) >= u(b)"
# each: n in 1 60 500
# needs: inline_asm == rv32
# about: the RV32 branch {{name(op)}} over {{n}} instructions, both ways, is taken when {{op}}
# emitters: any
# expect: assembler exists in MicroPython only; a model in plain integers checks it
#| wrong []
import micropython


@micropython.asm_rv32
def forward(a0, a1):
    li(a2, 1)
    {{name(op)}}(a0, a1, TAKEN)
    li(a2, 0)
#% for i in range(n)
    addi(zero, zero, 0)
#% end
    label(TAKEN)
    mv(a0, a2)


@micropython.asm_rv32
def backward(a0, a1):
    jal(zero, START)
    label(TAKEN)
    li(a0, 1)
    jal(zero, END)
#% for i in range(n)
    addi(zero, zero, 0)
#% end
    label(START)
    {{name(op)}}(a0, a1, TAKEN)
    li(a0, 0)
    label(END)


def wrap(x):
    x &= 0xFFFFFFFF
    return x - (1 << 32) if x >> 31 else x


def u(x):
    return x & 0xFFFFFFFF


VALUES = [0, 1, 2, 3, 5, 31, 32, 33, 255, 256, 2047, 2048, 4095, 65535, 65536, 0x12345678, 0x3FFFFFFF, 0x40000000, 0x7FFFFFFE, 0x7FFFFFFF]
VALUES += [-x for x in VALUES] + [-(1 << 31)]

wrong = []
for a in VALUES:
    for b in (0, 1, -1, 5, 2048, 0x7FFFFFFF, -0x80000000):
        want = int({{op}})
        if forward(a, b) != want or backward(a, b) != want:
            wrong.append((a, b, forward(a, b), backward(a, b), want))
print("wrong", wrong[:3])
