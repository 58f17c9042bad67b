# each: op in and_="a & b" orr="a | b" eor="a ^ b" bic="a & ~b" mvn="~b" neg="-b" mul="a * b"
# needs: inline_asm == thumb
# about: the Thumb instruction {{name(op)}} between two registers equals {{op}}
# emitters: any
# expect: assembler exists in MicroPython only; a model in plain integers checks it
#| wrong []
import micropython


@micropython.asm_thumb
def f(r0, r1):
    {{name(op)}}(r0, r1)


@micropython.asm_thumb
def g(r0, r1, r2, r3):
    mov(r7, r2)
    mov(r6, r1)
    {{name(op)}}(r7, r6)
    mov(r5, r7)
    mov(r4, r3)
    sub(r0, r5, r4)


def wrap(x):
    x &= 0xFFFFFFFF
    return x - (1 << 32) if x >> 31 else x


VALUES = [0, 1, 2, 3, 5, 31, 32, 33, 255, 256, 4095, 65535, 65536, 0x12345678, 0x3FFFFFFF, 0x40000000, 0x7FFFFFFE, 0x7FFFFFFF]
VALUES += [-x for x in VALUES] + [-(1 << 31)]

wrong = []
for a in VALUES:
    for b in VALUES:
        want = wrap({{op}})
        if f(a, b) != want or g(9, b, a, 5) != wrap(want - 5):
            wrong.append((a, b, f(a, b), g(9, b, a, 5), want))
print("wrong", wrong[:3])
