# each: n in 300 511..513 1018..1030 1100 2050
# about: constant objects around number {{n}} are reached by code, also when the table is long
#% if n not in (300, 1024, 2050)
# needs: emitter != bytecode
#% end
#% if n != 300 and n != 1024 and n != 2050
# needs: not (emitter == native and arch in (xtensa, xtensawin))
#% end

table = []
#% for k in range((n - 9) // 200 + 1)


def fill{{k}}(add):
#% for i in range(k * 200, min(k * 200 + 200, n - 8))
    add(b"o{{i}}")
#% end


fill{{k}}(table.append)
#% end


def f():
    return [
#% for i in range(n - 8, n + 8)
        b"o{{i}}",
#% end
    ]


print(f(), len(table), table[-1])
