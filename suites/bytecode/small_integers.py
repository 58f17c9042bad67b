# template: one
# about: small integer constants on both sides of the one-octet form and of every operand length
values = [
#% for i in range(-20, 52)
    {{i}},
#% end
#% for k in range(5, 31)
    {{2 ** k - 1}}, {{2 ** k}}, {{-(2 ** k) - 1}}, {{-(2 ** k)}}, {{-(2 ** k) + 1}},
#% end
]
for v in values:
    print(v)
