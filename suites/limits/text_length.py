# each: n in 0 1 9..11 62..66 126..130 254..258 1000 16382..16386
# about: str and bytes constants of {{n}} characters

def f():
    return "{{"t" * n}}", b"{{"b" * n}}", {"{{"k" * n}}": 1}


t, b, d = f()
print(len(t), t == "t" * {{n}}, len(b), b == b"b" * {{n}}, d["k" * {{n}}])
