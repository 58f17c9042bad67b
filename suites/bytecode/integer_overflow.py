# template: one
# about: integer results cross the small-integer boundary in both directions and come back
def f(a, b):
    return a + b, a - b, a * b, b - a, -a, a << 1, a >> 1, a & b, a | b, a ^ b, a // 3, a % 7, a == b, a < b


for k in (29, 30, 31, 32, 61, 62, 63, 64, 100):
    for d in (-1, 0, 1):
        a = (1 << k) + d
        print(f(a, 3))
        print(f(-a, a))
        print(f(a, -1))
