# each: cc in eq="a == b" ne="a != b" cs="u(a) >= u(b)" cc="u(a) < u(b)" mi="wrap(a - b) < 0" pl="wrap(a - b) >= 0" vs="wrap(a - b) != a - b" vc="wrap(a - b) == a - b" hi="u(a) > u(b)" ls="u(a) <= u(b)" ge="a >= b" lt="a < b" gt="a > b" le="a <= b"
# needs: inline_asm == thumb
# about: the Thumb branch b{{name(cc)}} after cmp is taken when {{cc}}
# emitters: any
# expect: assembler exists in MicroPython only; a model in plain integers checks it
#| wrong []
import micropython


@micropython.asm_thumb
def forward(r0, r1):
    mov(r2, 1)
    cmp(r0, r1)
    b{{name(cc)}}(TAKEN)
    mov(r2, 0)
    label(TAKEN)
    mov(r0, r2)


@micropython.asm_thumb
def backward(r0, r1):
    b(START)
    label(TAKEN)
    mov(r0, 1)
    b(END)
    label(START)
    cmp(r0, r1)
    b{{name(cc)}}_n(TAKEN)
    mov(r0, 0)
    label(END)


def wrap(x):
    x &= 0xFFFFFFFF
    return x - (1 << 32) if x >> 31 else x


VALUES = [0, 1, 2, 3, 5, 31, 32, 33, 255, 256, 4095, 65535, 65536, 0x12345678, 0x3FFFFFFF, 0x40000000, 0x7FFFFFFE, 0x7FFFFFFF]
VALUES += [-x for x in VALUES] + [-(1 << 31)]


def u(x):
    return x & 0xFFFFFFFF


wrong = []
for a in VALUES:
    for b in VALUES:
        want = int({{cc}})
        if forward(a, b) != want or backward(a, b) != want:
            wrong.append((a, b, forward(a, b), backward(a, b), want))
print("wrong", wrong[:3])
