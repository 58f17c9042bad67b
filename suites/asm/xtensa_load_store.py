# each: op in l8ui l16ui l16si l32i s8i s16i s32i
# let: size = 1 if op in (l8ui, s8i) else 4 if op in (l32i, s32i) else 2
# needs: inline_asm == xtensa
# unsupported: invalid arch if arch == xtensawin and compiler_release < 1.28
# about: the Xtensa instruction {{op}} with offsets at both ends of the field reaches one element
# emitters: any
# expect: assembler exists in MicroPython only
#| wrong []
import micropython
#% for k in range(4)


@micropython.asm_xtensa
def f{{k}}(a2, a3):
    {{op}}({{"a2" if op in (l8ui, l16ui, l16si, l32i) else "a3"}}, a2, {{size * (0 if k == 0 else 1 if k == 1 else 15 if k == 2 else 255)}})
#% end

wrong = []
for f, index in zip((f0, f1, f2, f3), (0, 1, 15, 255)):
    b = bytearray((i * 89 + 200) % 256 for i in range(1040))
    at = index * {{size}}
    if "{{op}}"[0] == "l":
        want = sum(b[at + k] << 8 * k for k in range({{size}}))
        if "{{op}}" in ("l16si", "l32i") and want >> {{8 * size - 1}}:
            want -= 1 << {{8 * size}}
        if f(b, 0) != want:
            wrong.append((index, f(b, 0), want))
    else:
        model = bytearray(b)
        model[at : at + {{size}}] = bytes((0x78, 0x56, 0x34, 0x12))[: {{size}}]
        f(b, 0x12345678)
        if b != model:
            wrong.append(index)
print("wrong", wrong)
