# template: one
# about: locals 0 to 20 are read, stored and deleted, on both sides of the one-octet form
def f(a):
#% for i in range(21)
    v{{i}} = a + {{i}}
#% end
    out = []
#% for i in range(21)
    out.append(v{{i}})
    v{{i}} = -v{{(i + 5) % 21}}
#% end
    return out, {{", ".join("v{i}" for i in range(21))}}


print(f(100))
