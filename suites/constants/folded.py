# about: expressions of constants are folded to the value that they would compute
def f():
    return 2 + 3 * 4, (1 << 20) - 1, -5 // 2, -5 % 3, 7 & 12 | 1, ~0, 3 * -4, 10 - -10, 1 << 10 >> 3, 5 ^ 3, not 0, (1, 2 + 3, "a" "b"), b"c" b"d"


print(f())
print(1 + 2, 100 * 100, 2**10, -(2**5))
