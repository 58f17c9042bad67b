# about: assignments with several targets, nested targets, attributes, items and slices evaluate in order
class O:
    pass


def f(o, l):
    a = o.x = l[0] = l[1:2] = [7]
    (b, [c, d]), e = ((1, [2, 3]), 4)
    o.y, l[2], f = "yzf"
    l[0], l[2] = l[2], l[0]
    for o.z, l[3] in ((1, 2), (3, 4)):
        pass
    return a, b, c, d, e, f, o.x, o.y, o.z, l


print(f(O(), [0, 0, 0, 0]))
