# each: n in 1..8 12..16 100 400 500 1000 1300 2200
# about: a function of {{n}} statements, around the sizes where the length needs one more octet

def f(x):
#% for i in range(n)
    x += 1
#% end
    return x


print(f(3))
