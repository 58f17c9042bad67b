# about: a module compiled for viper as a whole: functions, classes, calls, loops, exceptions
# emitters: viper


def f(a, b):
    c = a + b
    out = []
    for x in (a, b, c):
        out.append(x)
    try:
        a[0]
    except TypeError:
        out.append("TypeError")
    return out


class C:
    def __init__(self, x):
        self.x = x

    def get(self):
        return self.x


print(f(1, 2))
print(C("text").get(), [y for y in (1, 2)])
for z in "ab":
    print(z)
if len("abc"):
    print("true")
