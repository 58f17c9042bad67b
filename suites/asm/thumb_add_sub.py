# template: one
# needs: inline_asm == thumb
# about: every form of the Thumb instructions add and sub, at both ends of its immediate
# emitters: any
# expect: assembler exists in MicroPython only; a model in plain integers checks it
#| wrong []
import micropython
#% for i in range(0, 8, 7)


@micropython.asm_thumb
def add3_{{i}}(r0, r1):
    add(r0, r1, {{i}})


@micropython.asm_thumb
def sub3_{{i}}(r0, r1):
    sub(r0, r1, {{i}})
#% end
#% for i in range(0, 256, 85)


@micropython.asm_thumb
def add8_{{i}}(r0, r1):
    add(r1, {{i}})
    mov(r0, r1)


@micropython.asm_thumb
def sub8_{{i}}(r0, r1):
    sub(r1, {{i}})
    mov(r0, r1)
#% end


@micropython.asm_thumb
def addr(r0, r1, r2):
    add(r0, r1, r2)


@micropython.asm_thumb
def subr(r0, r1, r2):
    sub(r0, r1, r2)


@micropython.asm_thumb
def carry(r0, r1, r2, r3):
    add(r0, r0, r2)
    adc(r1, r3)
    mov(r0, r1)


@micropython.asm_thumb
def borrow(r0, r1, r2, r3):
    sub(r0, r0, r2)
    sbc(r1, r3)
    mov(r0, r1)


def wrap(x):
    x &= 0xFFFFFFFF
    return x - (1 << 32) if x >> 31 else x


VALUES = [0, 1, 2, 3, 5, 31, 32, 33, 255, 256, 4095, 65535, 65536, 0x12345678, 0x3FFFFFFF, 0x40000000, 0x7FFFFFFE, 0x7FFFFFFF]
VALUES += [-x for x in VALUES] + [-(1 << 31)]

wrong = []


def check(name, got, want):
    if got != wrap(want):
        wrong.append((name, got, want))


for a in VALUES:
#% for i in range(0, 8, 7)
    check("add3", add3_{{i}}(99, a), a + {{i}})
    check("sub3", sub3_{{i}}(99, a), a - {{i}})
#% end
#% for i in range(0, 256, 85)
    check("add8", add8_{{i}}(99, a), a + {{i}})
    check("sub8", sub8_{{i}}(99, a), a - {{i}})
#% end
    for b in VALUES:
        check("add", addr(99, a, b), a + b)
        check("sub", subr(99, a, b), a - b)
        check("adc", carry(a, 7, b, 9), 16 + ((a & 0xFFFFFFFF) + (b & 0xFFFFFFFF) >> 32))
        check("sbc", borrow(a, 9, b, 7), 2 - ((a & 0xFFFFFFFF) < (b & 0xFFFFFFFF)))
print("wrong", wrong[:3])
