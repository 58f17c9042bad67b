# each: n in 0..9 16
# about: viper functions with {{n}} locals leave their caller the registers that a call keeps
# needs: registers_changed
# emitters: any
# expect: only our firmware tells which registers a call changes
#| ['', '', '', '', '', '', '', '', '', '']
import machine, micropython


@micropython.viper
def plain(x: int, y: int) -> int:
#% for i in range(n)
    a{{i}} = x * {{i + 3}}
#% end
    t = y
#% for i in range(n)
    t = t * 3 + a{{i}}
#% end
    return t


@micropython.viper
def loops(x: int, y: int) -> int:
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end
    t = 0
    while x > 0:
        x -= 1
        for k in range(3):
            t += y >> k
            t ^= k << 2
    return t{{"".join(" + a{i}" for i in range(n))}}


@micropython.viper
def memory8(p: ptr8, q: ptr8) -> int:
#% for i in range(n)
    a{{i}} = p[{{i}}]
#% end
    t = p[1]
    q[t] = p[40] + q[33]
    q[2] = t{{"".join(" + a{i}" for i in range(n))}}
    return t


@micropython.viper
def memory32(p: ptr32, q: ptr32) -> int:
#% for i in range(n)
    a{{i}} = p[{{i % 3}}]
#% end
    t = p[1]
    q[t & 1] = p[0] + q[1]
    q[2] = t{{"".join(" + a{i}" for i in range(n))}}
    return t


@micropython.viper
def objects(x, y) -> object:
#% for i in range(n)
    a{{i}} = [x, y]
#% end
    z = [x, y{{"".join(", a{i}" for i in range(n))}}]
    z[0] = x + y
    return z


@micropython.viper
def row(x, y) -> object:
    return (y, x{{"".join(", y" for i in range(n))}})


@micropython.viper
def calls(x: int, y: int) -> object:
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end
    return max(x, y{{"".join(", a{i}" for i in range(n))}})


@micropython.viper
def caught(x: int, y) -> object:
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end
    try:
        y[x]
    except IndexError:
        x = 1
    return [x{{"".join(", a{i}" for i in range(n))}}]


@micropython.viper
def comparisons(x: int, y: uint) -> bool:
#% for i in range(n)
    a{{i}} = x + {{i}}
#% end
    return x < 3 and int(y) >= 2 and x != int(y){{"".join(" and a{i} != {i - 1}" for i in range(n))}}


@micropython.viper
def constants() -> int:
#% for i in range(n)
    a{{i}} = {{i * 1000003 + 77}}
#% end
    return 0x12345678{{"".join(" ^ a{i}" for i in range(n))}}


changed = machine.registers_changed
buffers = bytearray(range(64)), bytearray(64)
print([changed(plain, 5, 7), changed(loops, 5, 7), changed(memory8, *buffers), changed(memory32, *buffers), changed(objects, 3, 4), changed(row, 3, 4),
       changed(calls, 3, 4), changed(caught, 3, []), changed(comparisons, 5, 7), changed(constants)])
