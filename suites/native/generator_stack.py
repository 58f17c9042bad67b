# each: n in 0 1 2 5 9
# about: {{n}} values wait on a generator's value stack while it is suspended

def g(a):
    b = (a, {{"".join("a + {i}, " for i in range(n))}}(yield a), (yield a + 1), a)
    for i in range(2):
        c = [{{"".join("i * {i}, " for i in range(n))}}(yield i)]
        b += (c,)
    return b


x = g(100)
out = [next(x)]
try:
    for i in range(9):
        out.append(x.send("sent %d" % i))
except StopIteration as e:
    print(out, e.value)
