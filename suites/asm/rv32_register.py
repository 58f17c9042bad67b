# each: op in add="a + b" sub="a - b" and_="a & b" or_="a | b" xor="a ^ b" sll="a << (b & 31)" srl="u(a) >> (b & 31)" sra="a >> (b & 31)" slt="a < b" sltu="u(a) < u(b)" mul="a * b" mulh="a * b >> 32" mulhu="u(a) * u(b) >> 32" mulhsu="a * u(b) >> 32" div="-1 if b == 0 else (a if b == -1 else (abs(a) // abs(b) if (a < 0) == (b < 0) else -(abs(a) // abs(b))))" divu="-1 if b == 0 else u(a) // u(b)" rem="a if b == 0 else (abs(a) % abs(b) if a >= 0 else -(abs(a) % abs(b)))" remu="a if b == 0 else u(a) % u(b)"
# needs: inline_asm == rv32
# about: the RV32 instruction {{name(op)}} on registers equals its definition
# emitters: any
# expect: assembler exists in MicroPython only; a model in plain integers checks it
#| wrong []
import micropython


@micropython.asm_rv32
def f(a0, a1):
    {{name(op)}}(a0, a0, a1)


@micropython.asm_rv32
def g(a0, a1, a2, a3):
    mv(t3, a1)
    mv(t6, a2)
    {{name(op)}}(t4, t6, t3)
    sub(a0, t4, a3)


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
        if "{{name(op)}}" == "div" and b == -1:
            want = wrap(-a)
        else:
            want = wrap({{op}})
        if f(a, b) != want or g(9, b, a, 5) != wrap(want - 5):
            wrong.append((a, b, f(a, b), g(9, b, a, 5), want))
print("wrong", wrong[:3])
