# each: depth in 1 2 8 30 60
# about: constant tuples nested {{depth}} deep
T = {{"".join("({i}, 't{i}', " for i in range(depth))}}None{{")" * depth}}


def f():
    return {{"".join("({i}, b'{i}', " for i in range(depth))}}...{{")" * depth}}


x = T
y = f()
for i in range({{depth}}):
    print(x[0], x[1], y[0], y[1])
    x = x[2]
    y = y[2]
print(x, y)
