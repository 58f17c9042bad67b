# about: bytes constants with zero octets, high octets and line ends
def f():
    return b"\x00", b"\x00\x01\x7f\x80\xfe\xff", b"\n\r\\'\"", b"", b"\x00" * 3, b"no name \x00 at all"


for b in f():
    print(len(b), [x for x in b])
