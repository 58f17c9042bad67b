# about: 8- and 16-bit loads extend with zeros; 32 bits fill a small word and are extended in a large one
# emitters: any
# expect: a 32-bit load is negative where the word has 32 bits
#| 255 65535 right
#| 128 32768 right
import micropython, sys


@micropython.viper
def load8(p: ptr8) -> int:
    return p[0]


@micropython.viper
def load16(p: ptr16) -> int:
    return p[0]


@micropython.viper
def load32(p: ptr32, i: int) -> int:
    return p[i]


@micropython.viper
def load32c(p: ptr32) -> int:
    return p[1]


for b, x in ((b"\xff" * 8, 0xFFFFFFFF), (b"\x80\x00\x00\x80" * 2, 0x80000080)):
    want = x if sys.maxsize > 1 << 40 else x - (1 << 32)
    print(load8(b), load16(b"\xff\xff" if x > 0xF0000000 else b"\x00\x80"), "right" if load32(b, 0) == load32(b, 1) == load32c(b) == want else (load32(b, 0), want))
