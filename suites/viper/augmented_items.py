# each: width in 8 16 32
# each: op in add=+ sub=- mul=* or=| and=& xor=^ lshift=<< rshift=>>
# about: p[i] {{op}}= x through ptr{{width}} with constant and variable indices
# emitters: any
import micropython


@micropython.viper
def f(p: ptr{{width}}, i: int, x: int):
    p[2] {{op}}= x
    p[i] {{op}}= x
    p[i + 1] {{op}}= 3
#% if op not in (lshift, rshift)
    p[0] {{op}}= p[1]
#% end


b = bytearray(b"\5\2\7\1" * 10)
f(b, 4, 3)
print(b)
