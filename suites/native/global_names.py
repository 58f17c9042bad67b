# about: global names are read, written and deleted from functions, and builtins are found behind them

a = 1


def read():
    return a


def write(x):
    global a, b
    a = x
    b = x + 1


def remove():
    global b
    del b


print(read())
write(5)
print(read(), a, b)
remove()
for f in (lambda: b, remove, lambda: missing):
    try:
        print(f())
    except (NameError, KeyError):
        print("missing")
len_of = len
len = lambda x: ("mine", len_of(x))
print(len("abc"))
del len
print(len("abc"))
