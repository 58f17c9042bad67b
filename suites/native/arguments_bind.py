# each: pos in 0 1 2 4
# each: defaults in 0 1 2
# each: kwonly in 0 1 3
# each: star in none args kwargs both
# only: defaults <= pos
# about: binding with {{pos}} parameters, {{defaults}} defaults, {{kwonly}} keyword-only, star: {{star}}
# let: plain = pos - defaults

def f({{", ".join("p{i}" for i in range(plain))}}{{", " if plain > 0 else ""}}{{"".join("p{i}='d{i}', " for i in range(plain, pos))}}{{"*args, " if star in (args, both) else ("*, " if kwonly > 0 else "")}}{{"".join("k{i}={i}, " for i in range(kwonly))}}{{"**kw" if star in (kwargs, both) else ""}}):
    return ({{"".join("p{i}, " for i in range(pos))}}{{"args, " if star in (args, both) else ""}}{{"".join("k{i}, " for i in range(kwonly))}}{{"sorted(kw.items())" if star in (kwargs, both) else ""}})


def attempt(*args, **kw):
    try:
        print(f(*args, **kw))
    except TypeError:
        print("TypeError")


attempt()
for n in range(1, 6):
    attempt(*range(n))
attempt(*range({{plain}}), k0="k", k2="l")
attempt(p0="a", p1="b")
attempt(1, p1="b", p3=4, p2=3)
attempt(*range({{pos}}), extra=1)
attempt(1, p0=2)
