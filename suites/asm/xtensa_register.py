# each: op in and_="a & b" or_="a | b" xor="a ^ b" add="a + b" sub="a - b" mull="a * b"
# needs: inline_asm == xtensa
# unsupported: invalid arch if arch == xtensawin and compiler_release < 1.28
# about: the Xtensa instruction {{name(op)}} on registers equals {{op}}
# emitters: any
# expect: assembler exists in MicroPython only; a model in plain integers checks it
#| wrong []
import micropython


@micropython.asm_xtensa
def f(a2, a3):
    {{name(op)}}(a2, a2, a3)


@micropython.asm_xtensa
def g(a2, a3, a4, a5):
    mov(a6, a4)
    mov(a9, a3)
    {{name(op)}}(a12, a6, a9)
    sub(a2, a12, a5)


def wrap(x):
    x &= 0xFFFFFFFF
    return x - (1 << 32) if x >> 31 else x


def u(x):
    return x & 0xFFFFFFFF


VALUES = [0, 1, 2, 3, 5, 31, 32, 33, 255, 256, 2047, 2048, 4095, 65535, 65536, 0x12345678, 0x3FFFFFFF, 0x40000000, 0x7FFFFFFE, 0x7FFFFFFF]
VALUES += [-x for x in VALUES] + [-(1 << 31)]

wrong = []
for a in VALUES:
    for b in VALUES:
        want = wrap({{op}})
        if f(a, b) != want or g(9, b, a, 5) != wrap(want - 5):
            wrong.append((a, b, f(a, b), g(9, b, a, 5), want))
print("wrong", wrong[:3])
