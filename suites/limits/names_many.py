# each: n in 300 512 1021 1024 1028 2042 2046 2050 2100
# about: names around number {{n}} of the module are reached by code, also when the table is long
# time-factor: 0.3
#% if n not in (300, 1024)
# needs: emitter != bytecode
#% end
#% if n > 1100
# needs: arch in (armv7m, armv7em, armv7emsp, armv7emdp)
#% end
#% if n > 511
# needs: not (emitter == native and arch in (xtensa, xtensawin) and compiler_release < 1.29)
#% end

class O:
    pass


o = O()
#% for k in range((n - 9) // 200 + 1)


def fill{{k}}(o):
#% for i in range(k * 200, min(k * 200 + 200, n - 8))
    o.name{{i}} = {{i}}
#% end


fill{{k}}(o)
#% end


def f(o):
#% for i in range(n - 8, n + 8)
    o.name{{i}} = {{i}}
#% end
    return [{{", ".join("o.name{i}" for i in range(n - 8, n + 8))}}]


# Names are compared as octets: a text that is made is looked for among all names, which takes longer than all else here.
print(f(o), len(o.__dict__), all(int(bytes(name, "ascii")[4:]) == value for name, value in o.__dict__.items()))
