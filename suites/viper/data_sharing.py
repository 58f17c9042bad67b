# about: viper code sees arrays, memoryviews, bytes and str through their buffers
# emitters: any
# expect: CPython's array has no viper pointers
#| 770 67305985 98 3
import micropython
from array import array


@micropython.viper
def f(a: ptr16, b: ptr32, c: ptr8, d: ptr8):
    return a[1], b[0], c[1], d[1]


print(*f(array("H", [1, 0x302]), array("B", [1, 2, 3, 4]), "abc", memoryview(b"\1\2\3")[1:]))
