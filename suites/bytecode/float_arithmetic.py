# needs: float_bits >= 64
# about: float arithmetic, comparison and conversion through the runtime's operators
def f(a, b):
    return a + b, a - b, a * b, a / b, a // b, a % b, a < b, a == b, -a, abs(a), int(a), a**2


for a in (1.5, -2.25, 1024.0, 0.5):
    for b in (0.25, -4.0, 2, 8.0):
        print(f(a, b))
for make in (lambda: 1.0 / 0, lambda: 1 // 0.0, lambda: 1 % 0, lambda: 1 / 0):
    try:
        print(make())
    except ZeroDivisionError:
        print("ZeroDivisionError")
