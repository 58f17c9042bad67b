# about: a module compiled for viper can store an integer in a global name
# emitters: viper

x = 5
print(x)
