# helper: nothing from nothing.py
# about: an artifact of an empty program loads
import nothing

print(nothing.__name__)
