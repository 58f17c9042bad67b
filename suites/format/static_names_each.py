# about: each name that every runtime knows by number is the name that its text says; not the ones that begin with an underscore

# mpy/facts/static_qstrs.def has them in the order of their numbers.
class Names:
    pass


def text(marked):
    # Not a constant: the compiler would make the name itself of it.
    return "".join(list(marked)[1:])


o = Names()
o.ArithmeticError = 0
o.AssertionError = 1
o.AttributeError = 2
o.BaseException = 3
o.EOFError = 4
o.Ellipsis = 5
o.Exception = 6
o.GeneratorExit = 7
o.ImportError = 8
o.IndentationError = 9
o.IndexError = 10
o.KeyError = 11
o.KeyboardInterrupt = 12
o.LookupError = 13
o.MemoryError = 14
o.NameError = 15
o.NoneType = 16
o.NotImplementedError = 17
o.OSError = 18
o.OverflowError = 19
o.RuntimeError = 20
o.StopIteration = 21
o.SyntaxError = 22
o.SystemExit = 23
o.TypeError = 24
o.ValueError = 25
o.ZeroDivisionError = 26
o.abs = 27
o.all = 28
o.any = 29
o.append = 30
o.args = 31
o.bool = 32
o.builtins = 33
o.bytearray = 34
o.bytecode = 35
o.bytes = 36
o.callable = 37
o.chr = 38
o.classmethod = 39
o.clear = 40
o.close = 41
o.const = 42
o.copy = 43
o.count = 44
o.dict = 45
o.dir = 46
o.divmod = 47
o.end = 48
o.endswith = 49
o.eval = 50
o.exec = 51
o.extend = 52
o.find = 53
o.format = 54
o.from_bytes = 55
o.get = 56
o.getattr = 57
o.globals = 58
o.hasattr = 59
o.hash = 60
o.id = 61
o.index = 62
o.insert = 63
o.int = 64
o.isalpha = 65
o.isdigit = 66
o.isinstance = 67
o.islower = 68
o.isspace = 69
o.issubclass = 70
o.isupper = 71
o.items = 72
o.iter = 73
o.join = 74
o.key = 75
o.keys = 76
o.len = 77
o.list = 78
o.little = 79
o.locals = 80
o.lower = 81
o.lstrip = 82
o.main = 83
o.map = 84
o.micropython = 85
o.next = 86
o.object = 87
o.open = 88
o.ord = 89
o.pop = 90
o.popitem = 91
o.pow = 92
o.print = 93
o.range = 94
o.read = 95
o.readinto = 96
o.readline = 97
o.remove = 98
o.replace = 99
o.repr = 100
o.reverse = 101
o.rfind = 102
o.rindex = 103
o.round = 104
o.rsplit = 105
o.rstrip = 106
o.self = 107
o.send = 108
o.sep = 109
o.set = 110
o.setattr = 111
o.setdefault = 112
o.sort = 113
o.sorted = 114
o.split = 115
o.start = 116
o.startswith = 117
o.staticmethod = 118
o.step = 119
o.stop = 120
o.str = 121
o.strip = 122
o.sum = 123
o.super = 124
o.throw = 125
o.to_bytes = 126
o.tuple = 127
o.type = 128
o.update = 129
o.upper = 130
o.value = 131
o.values = 132
o.write = 133
o.zip = 134

wrong = []
for marked, value in (
    ("_ArithmeticError", 0),
    ("_AssertionError", 1),
    ("_AttributeError", 2),
    ("_BaseException", 3),
    ("_EOFError", 4),
    ("_Ellipsis", 5),
    ("_Exception", 6),
    ("_GeneratorExit", 7),
    ("_ImportError", 8),
    ("_IndentationError", 9),
    ("_IndexError", 10),
    ("_KeyError", 11),
    ("_KeyboardInterrupt", 12),
    ("_LookupError", 13),
    ("_MemoryError", 14),
    ("_NameError", 15),
    ("_NoneType", 16),
    ("_NotImplementedError", 17),
    ("_OSError", 18),
    ("_OverflowError", 19),
    ("_RuntimeError", 20),
    ("_StopIteration", 21),
    ("_SyntaxError", 22),
    ("_SystemExit", 23),
    ("_TypeError", 24),
    ("_ValueError", 25),
    ("_ZeroDivisionError", 26),
    ("_abs", 27),
    ("_all", 28),
    ("_any", 29),
    ("_append", 30),
    ("_args", 31),
    ("_bool", 32),
    ("_builtins", 33),
    ("_bytearray", 34),
    ("_bytecode", 35),
    ("_bytes", 36),
    ("_callable", 37),
    ("_chr", 38),
    ("_classmethod", 39),
    ("_clear", 40),
    ("_close", 41),
    ("_const", 42),
    ("_copy", 43),
    ("_count", 44),
    ("_dict", 45),
    ("_dir", 46),
    ("_divmod", 47),
    ("_end", 48),
    ("_endswith", 49),
    ("_eval", 50),
    ("_exec", 51),
    ("_extend", 52),
    ("_find", 53),
    ("_format", 54),
    ("_from_bytes", 55),
    ("_get", 56),
    ("_getattr", 57),
    ("_globals", 58),
    ("_hasattr", 59),
    ("_hash", 60),
    ("_id", 61),
    ("_index", 62),
    ("_insert", 63),
    ("_int", 64),
    ("_isalpha", 65),
    ("_isdigit", 66),
    ("_isinstance", 67),
    ("_islower", 68),
    ("_isspace", 69),
    ("_issubclass", 70),
    ("_isupper", 71),
    ("_items", 72),
    ("_iter", 73),
    ("_join", 74),
    ("_key", 75),
    ("_keys", 76),
    ("_len", 77),
    ("_list", 78),
    ("_little", 79),
    ("_locals", 80),
    ("_lower", 81),
    ("_lstrip", 82),
    ("_main", 83),
    ("_map", 84),
    ("_micropython", 85),
    ("_next", 86),
    ("_object", 87),
    ("_open", 88),
    ("_ord", 89),
    ("_pop", 90),
    ("_popitem", 91),
    ("_pow", 92),
    ("_print", 93),
    ("_range", 94),
    ("_read", 95),
    ("_readinto", 96),
    ("_readline", 97),
    ("_remove", 98),
    ("_replace", 99),
    ("_repr", 100),
    ("_reverse", 101),
    ("_rfind", 102),
    ("_rindex", 103),
    ("_round", 104),
    ("_rsplit", 105),
    ("_rstrip", 106),
    ("_self", 107),
    ("_send", 108),
    ("_sep", 109),
    ("_set", 110),
    ("_setattr", 111),
    ("_setdefault", 112),
    ("_sort", 113),
    ("_sorted", 114),
    ("_split", 115),
    ("_start", 116),
    ("_startswith", 117),
    ("_staticmethod", 118),
    ("_step", 119),
    ("_stop", 120),
    ("_str", 121),
    ("_strip", 122),
    ("_sum", 123),
    ("_super", 124),
    ("_throw", 125),
    ("_to_bytes", 126),
    ("_tuple", 127),
    ("_type", 128),
    ("_update", 129),
    ("_upper", 130),
    ("_value", 131),
    ("_values", 132),
    ("_write", 133),
    ("_zip", 134),
):
    if getattr(o, text(marked), None) != value:
        wrong.append(marked)
print(wrong, len([n for n in dir(o) if n[0] != "_"]))
