# each: n in 1 2 28..34 62..66 124..130 250..260 284..292
# about: a function reaches {{n}} attribute names, each the right one

class O:
    pass


def f(o):
#% for i in range(n)
    o.name{{i}} = {{i}}
#% end
    return [{{", ".join("o.name{i}" for i in range(n))}}]


o = O()
print(f(o))
print(o.name0, o.name{{n - 1}}, getattr(o, "name%d" % ({{n}} // 2)))
