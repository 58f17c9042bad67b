# about: one frame catches exceptions again and again, in a loop, with values carried from turn to turn

def f(values):
    good = bad = 0
    last = None
    for v in values:
        try:
            good += 10 // v
        except ZeroDivisionError as e:
            bad += 1
            last = type(e).__name__
        except TypeError:
            bad += 100
    return good, bad, last


print(f([1, 0, 2, "x", 0, 5, 3, None, 10]))
