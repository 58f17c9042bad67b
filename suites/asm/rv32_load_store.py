# each: op in lb lbu lh lhu lw sb sh sw
# needs: inline_asm == rv32
# about: the RV32 instruction {{op}} with offsets at both ends of the field reaches one element
# emitters: any
# expect: assembler exists in MicroPython only
#| wrong []
import micropython
#% for k in range(5)


@micropython.asm_rv32
def f{{k}}(a0, a1):
#% if k == 4
    addi(a0, a0, 1020)
    addi(a0, a0, 1024)
#% end
    {{op}}({{"a0" if op in (lb, lbu, lh, lhu, lw) else "a1"}}, {{0 if k == 0 else 4 if k == 1 else 124 if k == 2 else 2044 if k == 3 else -2044}}(a0))
#% end

wrong = []
OFFSETS = (0, 4, 124, 2044, 0)
size = {{1 if op in (lb, lbu, sb) else 2 if op in (lh, lhu, sh) else 4}}
for f, offset in zip(({{", ".join("f{k}" for k in range(5))}}), OFFSETS):
    b = bytearray((i * 89 + 200) % 256 for i in range(2060))
    if "{{op}}"[0] == "l":
        want = sum(b[offset + k] << 8 * k for k in range(size))
        if "{{op}}" in ("lb", "lh", "lw") and want >> 8 * size - 1:
            want -= 1 << 8 * size
        if f(b, 0) != want:
            wrong.append((offset, f(b, 0), want))
    else:
        model = bytearray(b)
        model[offset : offset + size] = bytes((0x78, 0x56, 0x34, 0x12))[:size]
        f(b, 0x12345678)
        if b != model:
            wrong.append(offset)
print("wrong", wrong)
