# each: n in 1 2 8 30..34 62..66 126..130 200
# about: a function makes {{n}} lambdas, and each is the right one

def outer(y):
    return [
#% for i in range(n)
        lambda x: x * {{i}} + y,
#% end
    ]


print([f(2) for f in outer(5)])
