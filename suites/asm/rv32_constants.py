# template: one
# needs: inline_asm == rv32
# about: li of every power of two and its neighbours, lui and auipc with la
# emitters: any
# expect: assembler exists in MicroPython only
#| wrong []
import micropython
#% for k in range(32)


@micropython.asm_rv32
def p{{k}}():
    li(a0, {{2 ** k}})


@micropython.asm_rv32
def m{{k}}():
    li(t1, {{2 ** k - 1}})
    mv(a0, t1)


@micropython.asm_rv32
def n{{k}}():
    li(a0, {{-(2 ** k) - 1 if k < 31 else -2147483647}})
#% end


@micropython.asm_rv32
def upper():
    lui(a0, 0x12345)


@micropython.asm_rv32
def address():
    la(a0, HERE)
    la(a1, THERE)
    label(HERE)
    sub(a0, a1, a0)
    label(THERE)


def wrap(x):
    x &= 0xFFFFFFFF
    return x - (1 << 32) if x >> 31 else x


wrong = []
for k, f in enumerate(({{", ".join("p{k}" for k in range(32))}})):
    if f() != wrap(1 << k):
        wrong.append(("p", k, f()))
for k, f in enumerate(({{", ".join("m{k}" for k in range(32))}})):
    if f() != wrap((1 << k) - 1):
        wrong.append(("m", k, f()))
for k, f in enumerate(({{", ".join("n{k}" for k in range(32))}})):
    if f() != (wrap(-(1 << k) - 1) if k < 31 else -2147483647):
        wrong.append(("n", k, f()))
if upper() != 0x12345000:
    wrong.append(upper())
if address() != 4:
    wrong.append(address())
print("wrong", wrong[:3])
