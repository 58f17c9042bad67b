# each: n in 1 9 10 18 19 20 38 39 62..66 126..130 200 255 300
# about: an integer constant of {{n}} digits, both signs

def f():
    return {{"7" * n}}, -{{"8" * n}}


a, b = f()
print(a, b, a % 1000007, -b % 1000003)
