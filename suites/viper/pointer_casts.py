# about: pointers are cast, moved by arithmetic on their address and passed on
# emitters: any
# expect: addresses exist in viper only
#| [3, 1027, 67305985, 5, 2, 262914]
#| [1001, 1002, 4097] True
import micropython, sys


@micropython.viper
def f(buf):
    p = ptr8(buf)
    a = uint(p)
    q = ptr16(a + uint(2))
    r = ptr32(p)
    s = ptr8(ptr32(a))
    t = ptr8(a + uint(4))
    return [q[0] & 255, q[0], r[0], t[0], s[1], int(ptr32(a)[0]) >> 8]


print(f(b"\1\2\3\4\5\6\7\10"))


@micropython.viper
def address(p: ptr8) -> uint:
    return uint(p)


@micropython.viper
def same(p: ptr8) -> ptr8:
    return p


# An address in the upper half of memory is no negative number.
high = sys.maxsize + 1001
print([address(1001), address(1002), same(4097)], same(high) == high)
