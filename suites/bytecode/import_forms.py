# helper: imported from imported.py
# about: import, import as, from import, from import as, star import, import of a missing module or name, and relative import outside a package
import imported
import imported as other
from imported import value, function as renamed
from imported import *


def f():
    import imported as inside
    from imported import Class

    return inside.value, Class().method()


print(imported.value, other is imported, value, renamed(2), f(), listed)
try:
    import missing_module_xyz
except ImportError:
    print("no module")
try:
    from imported import nothing
except ImportError:
    print("no name")
try:
    _hidden
except NameError:
    print("hidden")
print(imported.__name__)
try:
    from .imported import value as relative

    print("absolute", relative)
except (ImportError, KeyError):
    # KeyError: a program that was not started with -m has no name that the way could begin at.
    print("no package")
