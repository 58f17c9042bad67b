# about: parameters and locals can change places, whatever register or slot holds them

def rotate(a, b, c, d, e, f):
    a, b = b, a
    c, d, e = e, c, d
    a, b, c, d, e, f = f, a, b, c, d, e
    g = a
    a = b
    b = g
    return a, b, c, d, e, f, g


def chain(a, b, c):
    a = b = c = a + b + c
    return a, b, c


def unpack(a, b, c):
    b, (a, *c) = c, b
    return a, b, c


print(rotate(1, 2, 3, 4, 5, 6))
print(chain(1, 2, 3))
print(unpack(1, (2, 3, 4), 5))
