# each: n in 0..9 16
# about: a viper function with {{n}} int parameters gets each one
# emitters: any
import micropython


@micropython.viper
def f({{", ".join("a{i}: int" for i in range(n))}}):
    return [{{", ".join("a{i}" for i in range(n))}}], {{" + ".join("a{i}" for i in range(n)) if n > 0 else 0}}


@micropython.viper
def g({{", ".join("a{i}" for i in range(n))}}):
    return ({{"".join("a{i}, " for i in range(n))}})


@micropython.viper
def h({{", ".join("a{i}: int, o{i}" for i in range(n))}}):
    return ({{"".join("o{i}, a{i} * 2, " for i in range(n))}})


print(f({{", ".join("{i * 5 - 7}" for i in range(n))}}))
print(g({{", ".join("'{i}'" for i in range(n))}}))
print(h({{", ".join("{i}, '{i}'" for i in range(n))}}))
for m in ({{n - 1}}, {{n + 1}}):
    if m >= 0:
        try:
            f(*range(m))
        except TypeError as e:
            print(e)
