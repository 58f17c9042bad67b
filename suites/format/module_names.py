# helper: named from named.py
# about: an imported artifact knows its name, has its own globals and runs once
import named
import named as again

print(named.__name__, named is again, named.counter, sorted(k for k in dir(named) if not k.startswith("__")))
