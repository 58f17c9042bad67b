# each: what in add="x + y" sub="x - y" mul="x * y" div="x / y" floordiv="x // y" mod="x % y" pow="x ** y"
# each: place in first middle last
# about: values that are live around a binary operator ({{what}}, operator {{place}}) survive it

def f(a, b, c, d, e, x, y):
    g = a * 3
#% if place == first
    return ({{what}}, a, b, (c, d, e), g, x, y)
#% else
#% if place == middle
    return (a, b, (c, d, {{what}}, e), g, [x, a], y, d)
#% else
    return (a, b, (c, d, e), g, x, y, {{what}})
#% end
#% end


print(f(101, 102, 103, 104, 105, 7, 2))
print(f(-101, "b", None, True, 1.5, -7, 4))
