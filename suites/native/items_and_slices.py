# about: items and slices are read, stored and deleted with every combination of bounds

def slices(x, i, j):
    return x[i], x[-i], x[i:], x[:j], x[i:j], x[:], x[-j:-i], x[j:i]


def steps(x, i, j, k):
    return x[i:j:k], x[::k], x[j:i:-1], x[::-k]


def store(l, i, j):
    l[i] = "i"
    l[-1] = "last"
    l[i:j] = ["x", "y", "z"]
    del l[0]
    del l[1:3]
    l[1] += "!"
    return l


for x in ("abcdefgh", [0, 1, 2, 3, 4, 5, 6, 7], (0, 1, 2, 3, 4, 5, 6, 7), b"abcdefgh", bytearray(b"abcdefgh")):
    print(slices(x, 1, 5))
print(steps([0, 1, 2, 3, 4, 5, 6, 7], 1, 6, 2), steps(list("abcdefgh"), 0, 7, 3))
print(store(list("abcdefgh"), 2, 4))
d = {}


def keys(d, k):
    d[k] = 1
    d[k, k] = 2
    d[None] = d[k] + d[k, k]
    del d[k]
    return sorted(d.values())


print(keys(d, "key"))
try:
    keys(d, "key")["no list index"]
except TypeError:
    print("TypeError")
