# about: constant conditions, nested and/or/not and conditional expressions choose the right branch
def f(a, b, c):
    out = []
    if a and b or c:
        out.append(1)
    if not (a or b) and not c:
        out.append(2)
    if a:
        if b:
            out.append(3)
        elif c:
            out.append(4)
        else:
            out.append(5)
    elif b:
        out.append(6)
    while True:
        out.append(7)
        if a or not b:
            break
        b = not b
    if 0:
        out.append("never")
    if 1 and a:
        out.append(8)
    out.append(a and b, ) if a else out.append(c or b)
    x = 1 if a else 2 if b else 3 if c else 4
    return out, x, a or b or c, a and b and c, not a


for i in range(8):
    print(f(i & 1, i & 2, i & 4))
