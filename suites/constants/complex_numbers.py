# needs: complex
# about: complex constants
def f():
    return 1j, 2.5j, 3 + 4j, 0.5j


print(f())
