# each: width in 8 16 32
# about: ptr{{width}} stores with constant indices on both sides of every encoding limit change one element each
# emitters: any
import micropython

#% for k in range(6)
@micropython.viper
def f{{k}}(p: ptr{{width}}, x: int):
#% for i in range((0 if k == 0 else 60 if k == 1 else 124 if k == 2 else 252 if k == 3 else 1020 if k == 4 else 2044), (36 if k == 0 else 68 if k == 1 else 132 if k == 2 else 260 if k == 3 else 1028 if k == 4 else 2052))
    p[{{i}}] = x + {{i}}
#% end


#% end
def check(f, first, count):
    b = bytearray(b"\xaa" * (2100 * {{width // 8}}))
    want = bytearray(b)
    f(b, 0x01020304)
    for i in range(first, first + count):
        x = 0x01020304 + i
        want[i * {{width // 8}} : (i + 1) * {{width // 8}}] = bytes((x >> (8 * k)) & 255 for k in range({{width // 8}}))
    if b != want:
        print("wrong at", [(i, b[i], want[i]) for i in range(len(b)) if b[i] != want[i]][:8])
    print("checked", first)


check(f0, 0, 36)
check(f1, 60, 8)
check(f2, 124, 8)
check(f3, 252, 8)
check(f4, 1020, 8)
check(f5, 2044, 8)
