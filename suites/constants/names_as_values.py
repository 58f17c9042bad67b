# about: texts that are also names are the same objects wherever they come from
def f(**kw):
    return kw


class O:
    pass


o = O()
o.attribute = 1
key = "attribute"
d = {"attribute": 5, "x y": 6, "": 7}
print(getattr(o, key), getattr(o, "attri" + "bute"), f(**{"attribute": 2}), d["".join(["attri", "bute"])], d["x" + " y"], d[""])
print(sorted(f(print=1, len=2, attribute=3).items()))
