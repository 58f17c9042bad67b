# each: op in addi="a + i" andi="a & i" ori="a | i" xori="a ^ i" slti="a < i" sltiu="u(a) < u(i)" slli="a << i" srli="u(a) >> i" srai="a >> i"
# let: shift = 1 if op in (slli, srli, srai) else 0
# needs: inline_asm == rv32
# about: the RV32 instruction {{name(op)}} with immediates at both ends of the field
# emitters: any
# expect: assembler exists in MicroPython only; a model in plain integers checks it
#| wrong []
import micropython
#% for k in range(6)


@micropython.asm_rv32
def f{{k}}(a0, a1):
    {{name(op)}}(a0, a1, {{(0 if k == 0 else 1 if k == 1 else 15 if k == 2 else 16 if k == 3 else 30 if k == 4 else 31) if shift else (0 if k == 0 else 1 if k == 1 else 2047 if k == 2 else -2048 if k == 3 else -1 if k == 4 else 1365)}})
#% end


def wrap(x):
    x &= 0xFFFFFFFF
    return x - (1 << 32) if x >> 31 else x


def u(x):
    return x & 0xFFFFFFFF


VALUES = [0, 1, 2, 3, 5, 31, 32, 33, 255, 256, 2047, 2048, 4095, 65535, 65536, 0x12345678, 0x3FFFFFFF, 0x40000000, 0x7FFFFFFE, 0x7FFFFFFF]
VALUES += [-x for x in VALUES] + [-(1 << 31)]

wrong = []
FUNCTIONS = ({{", ".join("f{k}" for k in range(6))}})
IMMEDIATES = {{"(0, 1, 15, 16, 30, 31)" if shift else "(0, 1, 2047, -2048, -1, 1365)"}}
for f, i in zip(FUNCTIONS, IMMEDIATES):
    for a in VALUES:
        want = wrap({{op}})
        if f(99, a) != want:
            wrong.append((a, i, f(99, a), want))
print("wrong", wrong[:3])
