# each: op in lsl="a << n" lsr="(a & 0xFFFFFFFF) >> n" asr="a >> n" ror="((a & 0xFFFFFFFF) >> n) | (a << 32 - n)"
# needs: inline_asm == thumb
# about: the Thumb shift {{name(op)}} by a register and by every immediate
# emitters: any
# expect: assembler exists in MicroPython only; a model in plain integers checks it
#| wrong []
import micropython


@micropython.asm_thumb
def by_register(r0, r1):
    {{name(op)}}(r0, r1)
#% if op != ror
#% for n in range(1, 32)


@micropython.asm_thumb
def by_{{n}}(r0, r1):
    {{name(op)}}(r0, r1, {{n}})
#% end
#% end


def wrap(x):
    x &= 0xFFFFFFFF
    return x - (1 << 32) if x >> 31 else x


VALUES = [0, 1, 2, 3, 5, 31, 32, 33, 255, 256, 4095, 65535, 65536, 0x12345678, 0x3FFFFFFF, 0x40000000, 0x7FFFFFFE, 0x7FFFFFFF]
VALUES += [-x for x in VALUES] + [-(1 << 31)]

wrong = []
by = [None{{"".join(", by_{n}" for n in range(1, 32)) if op != ror else ""}}]
for a in VALUES:
    for n in range(1, 32):
        want = wrap({{op}})
        if by_register(a, n) != want:
            wrong.append((a, n, by_register(a, n), want))
        if len(by) > 1 and by[n](99, a) != want:
            wrong.append(("immediate", a, n, by[n](99, a), want))
print("wrong", wrong[:3])
