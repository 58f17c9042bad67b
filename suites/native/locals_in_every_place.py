# each: n in 1..8
# about: every one of {{n}} parameters can be read, stored and combined with every other

def f({{", ".join("p{i}" for i in range(n))}}):
    total = []
#% for i in range(n)
#% for j in range(n)
    total.append(p{{i}} - p{{j}})
#% end
    p{{i}} = p{{i}} + {{i + 1}}
#% end
    return ({{"".join("p{i}, " for i in range(n))}}), total


print(f({{", ".join("{i * i + 3}" for i in range(n))}}))
