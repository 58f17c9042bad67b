# each: octet in 4c 4e cd ff
# needs: mode == mpy
# helper: damaged from victim.py
# artifact-edit: set 0 {{octet}}
# about: an artifact that starts with {{octet}} instead of M is refused
# expect: CPython cannot load artifacts
#| ValueError incompatible .mpy file
import sys

try:
    import damaged

    print("loaded", damaged.name)
except ValueError as e:
    print("ValueError", e)
