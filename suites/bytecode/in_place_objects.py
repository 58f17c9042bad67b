# about: in-place operators change mutable objects and rebind immutable ones
def f(l, t):
    l2, t2 = l, t
    l += [3]
    t += (3,)
    return l, l2, t, t2, l is l2, t is t2


print(f([1], (1,)))
