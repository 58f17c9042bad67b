# helper: libviper from libviper.py
# about: viper functions of another module use its globals and leave ours in place
import libviper

count = "main"


def back(n):
    return count, n


for i in range(3):
    print(libviper.add(i), count, libviper.call(back, i))
try:
    libviper.call(lambda n: [][n], 5)
except IndexError:
    print("IndexError", count, libviper.get())
