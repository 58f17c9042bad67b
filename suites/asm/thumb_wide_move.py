# template: one
# needs: inline_asm == thumb and arch in (armv7m, armv7em, armv7emsp, armv7emdp)
# about: movw, movt and movwt with every bit of their immediates
# emitters: any
# expect: assembler exists in MicroPython only
#| wrong []
import micropython
#% for k in range(32)


@micropython.asm_thumb
def f{{k}}() -> uint:
    movwt(r0, {{2 ** k}})
#% if k < 16


@micropython.asm_thumb
def g{{k}}() -> uint:
    movw(r0, {{2 ** k}})


@micropython.asm_thumb
def h{{k}}(r0) -> uint:
    movt(r0, {{2 ** k}})
#% end
#% end


@micropython.asm_thumb
def mixed() -> uint:
    movwt(r5, 0x89ABCDEF)
    mov(r0, r5)


wrong = []
if mixed() != 0x89ABCDEF:
    wrong.append(mixed())
for k, f in enumerate(({{", ".join("f{k}" for k in range(32))}})):
    if f() != 1 << k:
        wrong.append(("movwt", k, f()))
for k, g in enumerate(({{", ".join("g{k}" for k in range(16))}})):
    if g() != 1 << k:
        wrong.append(("movw", k, g()))
for k, h in enumerate(({{", ".join("h{k}" for k in range(16))}})):
    if h(0x1234) != 0x1234 | 1 << k + 16:
        wrong.append(("movt", k, h(0x1234)))
print("wrong", wrong)
