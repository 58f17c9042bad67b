# needs: mode == mpy
# helper: damaged from victim.py
# artifact-edit: version 5
# helper: intact from victim.py
# about: a refused artifact leaves the importer as it was: the same name fails again, another one loads
# expect: CPython cannot load artifacts
#| incompatible .mpy file
#| incompatible .mpy file
#| False
#| (1, 'victim', (1, 'text', b'bytes', 12345678901234567890))
import sys

for i in range(2):
    try:
        import damaged
    except ValueError as e:
        print(e)
print("damaged" in sys.modules and sys.modules["damaged"].__name__ == "other")
import intact

print(intact.function(1))
