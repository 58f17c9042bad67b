# needs: float_bits >= 64
# about: float constants keep every bit
def f():
    return 0.0, -0.0, 1.0, 0.1, 0.5, 3.251592653589793, 1e22, 123456789.125, 1e1000, -1e1000


import struct

for x in f():
    print([b for b in struct.pack("<d", x)])
