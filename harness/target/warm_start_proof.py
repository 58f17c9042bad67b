# Printed by a fork of warm_start.c and by a fresh process, and compared: whatever a program could tell them apart by.
import sys, gc, os

free = gc.mem_free()
print("alloc", gc.mem_alloc(), "free", free)
print("argv", sys.argv[1:], "path", sys.path)
print("modules", sorted(sys.modules))
print("name", __name__, "file", __file__)
print("cwd", os.getcwd())
print("environment", [os.getenv(name) for name in ("MICROPYPATH", "HOME", "PATH", "LANG")])
print("ids", [open(name).fileno() if hasattr(open(name), "fileno") else 0 for name in (__file__,)])
print("input", repr(sys.stdin.read()))
print("globals", sorted(globals()))


def depth(n):
    try:
        return depth(n + 1)
    except RuntimeError:
        return n


print("recursion", depth(0))
gc.collect()
print("after", gc.mem_alloc())
try:
    import micropython

    micropython.mem_info()
    print("qstrs", micropython.qstr_info())
    print("exception buffer", micropython.heap_lock(), micropython.heap_unlock())
except (ImportError, AttributeError) as error:
    print(error)
sys.stderr.write("to stderr\n")
print("implementation", sys.implementation, sys.version, sys.maxsize)
sys.exit(7)
