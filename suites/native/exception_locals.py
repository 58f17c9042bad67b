# each: n in 1 2 3 4 8 20
# about: {{n}} locals keep what was stored before, in and after a try whose body raises

def f(l, {{", ".join("a{i}" for i in range(n))}}):
    a0 = "before"
    try:
#% for i in range(n)
        a{{i}} = (a{{i}}, {{i}})
        l[{{i}}]
#% end
    except IndexError:
#% for i in range(n)
        a{{i}} = (a{{i}}, "caught")
#% end
    return {{", ".join("a{i}" for i in range(n))}}


print(f([0, 1], {{", ".join("{i}" for i in range(n))}}))
print(f([0] * 50, {{", ".join("{i}" for i in range(n))}}))
