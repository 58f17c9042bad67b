# each: op in beq="a == b" bne="a != b" blt="a < b" bge="a >= b" bgeu="u(a) >= u(b)" ball="a & b == b" bany="a & b != 0" bnall="a & b != b" bnone="a & b == 0" bbc="not u(a) >> (b & 31) & 1" bbs="u(a) >> (b & 31) & 1"
# needs: inline_asm == xtensa
# unsupported: invalid arch if arch == xtensawin and compiler_release < 1.28
# about: the Xtensa branch {{name(op)}}, both ways, is taken when {{op}}
# emitters: any
# expect: assembler exists in MicroPython only; a model in plain integers checks it
#| wrong []
import micropython


@micropython.asm_xtensa
def forward(a2, a3):
    movi(a4, 1)
    {{name(op)}}(a2, a3, TAKEN)
    movi(a4, 0)
    label(TAKEN)
    mov(a2, a4)


@micropython.asm_xtensa
def backward(a2, a3):
    j(START)
    label(TAKEN)
    movi(a2, 1)
    j(END)
    label(START)
    {{name(op)}}(a2, a3, TAKEN)
    movi(a2, 0)
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
    for b in (0, 1, -1, 5, 31, 2048, 0x7FFFFFFF, -0x80000000):
        want = int(bool({{op}}))
        if forward(a, b) != want or backward(a, b) != want:
            wrong.append((a, b, forward(a, b), backward(a, b), want))
print("wrong", wrong[:3])
