# template: one
# about: a function of more than 128 KiB of bytecode, whose size takes three octets and their highest bit in the file
# emitters: bytecode
# needs: platform in (linux, darwin) or stack_misaligned

# Boards have less heap than it takes; our firmware is the one with stack_misaligned.
def f():
    return [{{", ".join("{i + 1000000000}" for i in range(22500))}}]


r = f()
print(len(r), r[0], r[11000], r[-1], sum(r[::1000]))
