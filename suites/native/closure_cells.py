# each: n in 1 2 3 4 8 16 17 60
# about: {{n}} captured variables are shared between a function and its inner functions

def outer({{", ".join("a{i}" for i in range(n))}}):
    def get():
        return [{{", ".join("a{i}" for i in range(n))}}]

    def add(x):
        nonlocal {{", ".join("a{i}" for i in range(n))}}
#% for i in range(n)
        a{{i}} = a{{i}} + x
        x += 1
#% end

    first = get()
    add(10)
    a0 = ("own", a0)
    return first, get(), a0


print(outer({{", ".join("{i * 3}" for i in range(n))}}))
