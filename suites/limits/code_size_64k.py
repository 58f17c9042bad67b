# each: n in 2500 5000
# about: a native function of more than 64 KiB of machine code, {{n}} statements, can be called
# emitters: native

def f(x, step):
#% for i in range(n)
    x += step
#% end
    return x


print(f(3, 1))
