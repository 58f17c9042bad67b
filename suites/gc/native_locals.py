# each: n in 1 2 3 4 8 20
# each: kind in plain try generator closure
# about: objects that only {{n}} locals of a {{kind}} frame hold survive collections
import gc


def churn():
    gc.collect()
    junk = [bytearray(b"junk" * 4) for i in range(200)]
    gc.collect()
    return len(junk)


def make(i):
    return [bytes((i, i + 1, i + 2)) * 5, "object" + str(i)]


def f(x):
#% for i in range(n)
    a{{i}} = make(x + {{i}})
#% end
#% if kind == try
    try:
        churn()
        a0.missing
    except AttributeError:
        churn()
#% elif kind == generator
    yield churn()
    churn()
#% elif kind == closure
    def inner():
        churn()
        return {{", ".join("a{i}" for i in range(n))}}

    churn()
    inner()
#% else
    churn()
#% end
#% if kind == generator
    yield {{", ".join("a{i}" for i in range(n))}}
#% else
    return {{", ".join("a{i}" for i in range(n))}}
#% end


r = f(7)
churn()
#% if kind == generator
next(r)
churn()
r = next(r)
#% end
print(r)
