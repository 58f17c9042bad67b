# each: n in 510..514 1020..1030 1100 2050
# about: constant objects around number {{n}} are reached by code, also when the table is long

table = []
#% for i in range(n - 8)
table.append(b"o{{i}}")
#% end


def f():
    return [
#% for i in range(n - 8, n + 8)
        b"o{{i}}",
#% end
    ]


print(f(), len(table), table[-1])
