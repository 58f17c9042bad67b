# about: string formatting by %, format and f-strings with expressions
def f(a, b, c):
    return "%d %s %r %5.2f %x" % (a, b, b, c, a), "{} {1}".replace("1", "") .format(a, b), "{0:>5}|{1:<5}|{2:^7.1f}".format(a, b, c), f"{a} {b!r} {c:.3f} {a + 1:03d}"


print(f(42, "text", 1.5))
