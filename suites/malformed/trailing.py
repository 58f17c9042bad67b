# each: n in 1 4 100
# needs: mode == mpy
# helper: damaged from victim.py
# artifact-edit: append {{"00" * n}}
# about: {{n}} octets behind the end of an artifact do no harm
# expect: CPython cannot load artifacts
#| loaded victim
import sys

try:
    import damaged

    print("loaded", damaged.name)
except ValueError as e:
    print("ValueError", e)
