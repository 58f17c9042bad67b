# each: width in word half byte
# let: octets = 4 if width == word else 2 if width == half else 1
# let: suffix = "" if width == word else "h" if width == half else "b"
# needs: inline_asm == thumb
# about: Thumb {{width}} loads and stores with every offset reach one element and no neighbour
# emitters: any
# expect: assembler exists in MicroPython only
#| wrong []
import micropython
#% for i in range(32)


@micropython.asm_thumb
def load{{i}}(r0) -> uint:
    ldr{{suffix}}(r0, [r0, {{i * octets}}])


@micropython.asm_thumb
def store{{i}}(r0, r1):
    str{{suffix}}(r1, [r0, {{i * octets}}])
#% end

loads = [{{", ".join("load{i}" for i in range(32))}}]
stores = [{{", ".join("store{i}" for i in range(32))}}]
wrong = []
buffer = bytearray(i * 37 % 251 for i in range(160))
for i in range(32):
    want = sum(buffer[i * {{octets}} + k] << 8 * k for k in range({{octets}}))
    if loads[i](buffer) != want:
        wrong.append(("load", i, loads[i](buffer), want))
    b = bytearray(b"\xaa" * 160)
    stores[i](b, 0x04030201)
    model = bytearray(b"\xaa" * 160)
    model[i * {{octets}} : (i + 1) * {{octets}}] = bytes((1, 2, 3, 4)[: {{octets}}])
    if b != model:
        wrong.append(("store", i, b))
print("wrong", wrong[:3])
