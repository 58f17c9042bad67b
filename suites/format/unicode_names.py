# needs: unicode
# about: texts outside ASCII as values, keys and attribute names given as texts
class O:
    pass


o = O()
setattr(o, "naïve", 1)
d = {"größe": 2, "☃": 3}
print(getattr(o, "naïve"), d["größe"], d["☃"], len("größe"), "ö" in "größe")
