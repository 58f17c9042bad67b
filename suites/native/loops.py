# about: while and for with break, continue and else, nested, over every kind of iterable

class Count:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        if self.n == 0:
            raise StopIteration
        self.n -= 1
        return self.n


def f(it, stop, skip):
    out = []
    for i, x in enumerate(it):
        for y in range(i + 1):
            if y == skip:
                continue
            if y > 3:
                break
            out.append((i, y))
        else:
            out.append("else")
        if i == stop:
            break
    else:
        out.append("end")
    n = 0
    while n < len(out):
        n += 2
        if n == 4:
            continue
        if n > 20:
            break
    else:
        out.append("while else")
    return out, n


for it in ([1, 2, 3], (), "abcdef", {1: 2, 3: 4}, range(5), Count(4), iter([1]), b"xy", (x for x in "pq")):
    print(f(it, 4, 1))
