# each: n in 0..4 10..20 28..34 40..46 60..66 8176..8192
# about: jumps of every kind over {{n}} statements, around the distances of one and two octets
# emitters: bytecode
#% if n >= 8185
# unsupported: bytecode overflow
#% end
# only: n < 1000 or n % 4 == 0

def f(c, x):
    if c:
#% for i in range(n)
        x
#% end
        x = "then"
    else:
#% for i in range(n)
        c
#% end
        x = "else"
    return x


def g(x):
    n = 0
    while x:
        x -= 1
#% for i in range(n)
        n
#% end
        n += 1
    return n


def h(x):
    try:
#% for i in range(n)
        x
#% end
        return x and f(x[1], 0)
    except IndexError:
#% for i in range(n)
        x
#% end
        return "caught"
    finally:
#% for i in range(n)
        x
#% end
        print("finally")


print(f(1, 2), f(0, 2), g(3), h([]), h([1]), h([1, 2]))
