# about: pointers are cast, moved by arithmetic on their address and passed on
# expect: addresses exist in viper only
#| [3, 1027, 67305985, 5, 2, 262914]
import micropython


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
