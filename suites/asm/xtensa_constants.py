# template: one
# needs: inline_asm == xtensa
# unsupported: invalid arch if arch == xtensawin and compiler_release < 1.28
# about: movi of every power of two and its neighbours, addi at both ends of its field
# emitters: any
# expect: assembler exists in MicroPython only
#| wrong []
import micropython
#% for k in range(32)


@micropython.asm_xtensa
def p{{k}}():
    movi(a2, {{2 ** k}})


@micropython.asm_xtensa
def n{{k}}():
    movi(a5, {{-(2 ** k) - 1 if k < 31 else -2147483647}})
    movi(a3, 77)
    mov_n(a2, a5)
#% end


@micropython.asm_xtensa
def low(a2):
    addi(a2, a2, -128)


@micropython.asm_xtensa
def high(a2):
    addi(a2, a2, 127)


def wrap(x):
    x &= 0xFFFFFFFF
    return x - (1 << 32) if x >> 31 else x


wrong = []
for k, f in enumerate(({{", ".join("p{k}" for k in range(32))}})):
    if f() != wrap(1 << k):
        wrong.append(("p", k, f()))
for k, f in enumerate(({{", ".join("n{k}" for k in range(32))}})):
    if f() != (wrap(-(1 << k) - 1) if k < 31 else -2147483647):
        wrong.append(("n", k, f()))
if (low(5), high(5)) != (-123, 132):
    wrong.append((low(5), high(5)))
print("wrong", wrong[:3])
