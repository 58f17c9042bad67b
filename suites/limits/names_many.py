# each: n in 510..514 1020..1028 2040..2052 2100
# about: names around number {{n}} of the module are reached by code, also when the table is long

class O:
    pass


o = O()
#% for i in range(n - 8)
o.name{{i}} = {{i}}
#% end


def f(o):
#% for i in range(n - 8, n + 8)
    o.name{{i}} = {{i}}
#% end
    return [{{", ".join("o.name{i}" for i in range(n - 8, n + 8))}}]


print(f(o), o.name0, o.name{{n - 9}})
