# each: left in 0 1 2 5
# each: right in 0 1 3
# about: starred unpacking with {{left}} names before and {{right}} behind the star

def f(x):
    {{"".join("a{i}, " for i in range(left))}}*rest{{"".join(", b{i}" for i in range(right))}}{{"," if left + right == 0 else ""}} = x
    return ({{"".join("a{i}, " for i in range(left))}}rest{{"".join(", b{i}" for i in range(right))}},)


for n in range(10):
    try:
        print(f(range(n)))
    except ValueError:
        print("too few")
print(f("abcdefghij"))
