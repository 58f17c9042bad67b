# each: n in 4..46
# about: loops jump back over {{n}} moves and up to five constants, so that every distance near 128 octets is met
# emitters: any
import micropython
#% for extra in range(6)


@micropython.viper
def always{{extra}}(x: int, y: int) -> int:
    t = 0
    while True:
        if x == 0:
            return t * 1000 + y
        x -= 1
#% for i in range(n)
        y = x
#% end
#% for i in range(extra)
        y = 5
#% end
        t += 1


@micropython.viper
def checked{{extra}}(x: int, y: int) -> int:
    t = 0
    while x > 0:
        x -= 1
#% for i in range(n)
        y = x
#% end
#% for i in range(extra)
        y = 5
#% end
        t += 1
    return t * 1000 + y
#% end


print([{{", ".join("always{e}(3, 9)" for e in range(6))}}])
print([{{", ".join("checked{e}(3, 9)" for e in range(6))}}])
