# about: each name that a runtime may know beforehand is the name that its text says
class Names:
    pass


def text(marked):
    # Not a constant: the compiler would make the name itself of it.
    return "".join(list(marked)[1:])


o = Names()
o.abs = 0
o.add = 1
o.all = 2
o.any = 3
o.append = 4
o.args = 5
o.bin = 6
o.bool = 7
o.bytearray = 8
o.bytes = 9
o.callable = 10
o.center = 11
o.chr = 12
o.classmethod = 13
o.clear = 14
o.close = 15
o.complex = 16
o.copy = 17
o.count = 18
o.decode = 19
o.delattr = 20
o.dict = 21
o.difference = 22
o.dir = 23
o.discard = 24
o.divmod = 25
o.encode = 26
o.endswith = 27
o.enumerate = 28
o.errno = 29
o.eval = 30
o.exec = 31
o.extend = 32
o.filter = 33
o.find = 34
o.float = 35
o.format = 36
o.from_bytes = 37
o.frozenset = 38
o.get = 39
o.getattr = 40
o.globals = 41
o.hasattr = 42
o.hash = 43
o.hex = 44
o.id = 45
o.imag = 46
o.index = 47
o.insert = 48
o.int = 49
o.intersection = 50
o.isalpha = 51
o.isdigit = 52
o.isdisjoint = 53
o.isinstance = 54
o.islower = 55
o.isspace = 56
o.issubclass = 57
o.issubset = 58
o.issuperset = 59
o.isupper = 60
o.items = 61
o.iter = 62
o.join = 63
o.key = 64
o.keys = 65
o.len = 66
o.list = 67
o.locals = 68
o.lower = 69
o.lstrip = 70
o.maketrans = 71
o.map = 72
o.max = 73
o.memoryview = 74
o.min = 75
o.next = 76
o.object = 77
o.oct = 78
o.open = 79
o.ord = 80
o.partition = 81
o.pop = 82
o.popitem = 83
o.pow = 84
o.print = 85
o.property = 86
o.range = 87
o.read = 88
o.readinto = 89
o.readline = 90
o.readlines = 91
o.real = 92
o.remove = 93
o.replace = 94
o.repr = 95
o.reverse = 96
o.reversed = 97
o.rfind = 98
o.rindex = 99
o.round = 100
o.rpartition = 101
o.rsplit = 102
o.rstrip = 103
o.send = 104
o.sep = 105
o.set = 106
o.setattr = 107
o.setdefault = 108
o.slice = 109
o.sort = 110
o.sorted = 111
o.split = 112
o.splitlines = 113
o.start = 114
o.startswith = 115
o.staticmethod = 116
o.step = 117
o.stop = 118
o.strip = 119
o.sum = 120
o.super = 121
o.symmetric_difference = 122
o.throw = 123
o.to_bytes = 124
o.tuple = 125
o.type = 126
o.union = 127
o.update = 128
o.upper = 129
o.value = 130
o.values = 131
o.write = 132
o.zip = 133

wrong = []
for marked, value in (
    ("_abs", 0),
    ("_add", 1),
    ("_all", 2),
    ("_any", 3),
    ("_append", 4),
    ("_args", 5),
    ("_bin", 6),
    ("_bool", 7),
    ("_bytearray", 8),
    ("_bytes", 9),
    ("_callable", 10),
    ("_center", 11),
    ("_chr", 12),
    ("_classmethod", 13),
    ("_clear", 14),
    ("_close", 15),
    ("_complex", 16),
    ("_copy", 17),
    ("_count", 18),
    ("_decode", 19),
    ("_delattr", 20),
    ("_dict", 21),
    ("_difference", 22),
    ("_dir", 23),
    ("_discard", 24),
    ("_divmod", 25),
    ("_encode", 26),
    ("_endswith", 27),
    ("_enumerate", 28),
    ("_errno", 29),
    ("_eval", 30),
    ("_exec", 31),
    ("_extend", 32),
    ("_filter", 33),
    ("_find", 34),
    ("_float", 35),
    ("_format", 36),
    ("_from_bytes", 37),
    ("_frozenset", 38),
    ("_get", 39),
    ("_getattr", 40),
    ("_globals", 41),
    ("_hasattr", 42),
    ("_hash", 43),
    ("_hex", 44),
    ("_id", 45),
    ("_imag", 46),
    ("_index", 47),
    ("_insert", 48),
    ("_int", 49),
    ("_intersection", 50),
    ("_isalpha", 51),
    ("_isdigit", 52),
    ("_isdisjoint", 53),
    ("_isinstance", 54),
    ("_islower", 55),
    ("_isspace", 56),
    ("_issubclass", 57),
    ("_issubset", 58),
    ("_issuperset", 59),
    ("_isupper", 60),
    ("_items", 61),
    ("_iter", 62),
    ("_join", 63),
    ("_key", 64),
    ("_keys", 65),
    ("_len", 66),
    ("_list", 67),
    ("_locals", 68),
    ("_lower", 69),
    ("_lstrip", 70),
    ("_maketrans", 71),
    ("_map", 72),
    ("_max", 73),
    ("_memoryview", 74),
    ("_min", 75),
    ("_next", 76),
    ("_object", 77),
    ("_oct", 78),
    ("_open", 79),
    ("_ord", 80),
    ("_partition", 81),
    ("_pop", 82),
    ("_popitem", 83),
    ("_pow", 84),
    ("_print", 85),
    ("_property", 86),
    ("_range", 87),
    ("_read", 88),
    ("_readinto", 89),
    ("_readline", 90),
    ("_readlines", 91),
    ("_real", 92),
    ("_remove", 93),
    ("_replace", 94),
    ("_repr", 95),
    ("_reverse", 96),
    ("_reversed", 97),
    ("_rfind", 98),
    ("_rindex", 99),
    ("_round", 100),
    ("_rpartition", 101),
    ("_rsplit", 102),
    ("_rstrip", 103),
    ("_send", 104),
    ("_sep", 105),
    ("_set", 106),
    ("_setattr", 107),
    ("_setdefault", 108),
    ("_slice", 109),
    ("_sort", 110),
    ("_sorted", 111),
    ("_split", 112),
    ("_splitlines", 113),
    ("_start", 114),
    ("_startswith", 115),
    ("_staticmethod", 116),
    ("_step", 117),
    ("_stop", 118),
    ("_strip", 119),
    ("_sum", 120),
    ("_super", 121),
    ("_symmetric_difference", 122),
    ("_throw", 123),
    ("_to_bytes", 124),
    ("_tuple", 125),
    ("_type", 126),
    ("_union", 127),
    ("_update", 128),
    ("_upper", 129),
    ("_value", 130),
    ("_values", 131),
    ("_write", 132),
    ("_zip", 133),
):
    if getattr(o, text(marked), None) != value:
        wrong.append(marked)
print(wrong, len([n for n in dir(o) if n[0] != "_"]))
