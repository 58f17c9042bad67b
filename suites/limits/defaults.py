# each: n in 1..9 15..18 31..33 63..65 127..129
# about: {{n}} default arguments fill up from the right

def f({{", ".join("a{i}=({i}, 'd')" for i in range(n))}}):
    return [{{", ".join("a{i}" for i in range(n))}}]


print(f())
print(f("first"))
print(f(*range({{n}} - 1)))
print(f(*range({{n}})))
