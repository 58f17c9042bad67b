# about: a native loop that allocates more than the heap leaves nothing behind and loses nothing
import gc


def f(n):
    keep = []
    for i in range(n):
        t = (i, [i] * 20, "s" + str(i), {i: i})
        if i % 500 == 0:
            keep.append(t)
    return keep


r = f(12000)
gc.collect()
print(len(r), r[0], r[-1])
