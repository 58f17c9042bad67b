# each: what in name=G attribute=o.attr method_0=o.m() method_1=o.m(x) method_2="o.m(x, y)" method_keyword="o.m(k=x)" method_star=o.m(*t) method_both="o.m(x, *t, k=y)" method_map=o.m(**k) function_0=g() function_1=g(x) function_3="g(x, y, x)" function_keyword="g(x, k=y)" function_star=g(*t) function_both="g(x, *t, **k)" bound=m(x) item=l[x] item_negative=l[-x] slice="l[x:y]" slice_step="l[::x]" slice_open="l[x:]" tuple="(x, y)" list="[x, y]" dict="{x: y}" set="sorted({x, y})" empty_dict="{}" list_comprehension="[i + x for i in l]" set_comprehension="sorted({i * x for i in l})" dict_comprehension="sorted({i: x for i in t}.items())" generator_expression="sum(i + x for i in l)" lambda="(lambda z: z + x)(y)" text="'text'" bytes="b'bytes'" big=123456789012345678901234567890 float=1.25 ellipsis=... none=None true=True nested_call="g(g(x), o.m(g(y)))" captured=captured attribute_chain=o.me.me.attr
# about: values that are live around a call into the runtime survive it: {{what}}

class O:
    def __init__(self):
        self.attr = 77
        self.me = self

    def m(self, *args, **kw):
        return (self.attr, args, sorted(kw.items()))


def g(*args, **kw):
    return (args, sorted(kw.items()))


G = "global"


def outer(captured):
    def f(a, b, c, d, e, x, y, o, l, t, k, m):
        h = a * 3
        return (a, b, (c, d, {{what}}, e), h, x, y, [{{what}}, b], len(l), t, d, a)

    return f


o = O()
print(outer("cell")(101, 102, 103, 104, 105, 1, 2, o, [10, 20, 30, 40], (5, 6), {"k": 9}, o.m))
