# each: arch in x86 x64 armv6 armv6m armv7m armv7em armv7emsp armv7emdp xtensa xtensawin rv32imc
# helper: plain from named.py emit=bytecode arch={{arch}}
# about: an artifact without machine code loads everywhere, whatever arch it was made for ({{arch}})
import plain

print(plain.counter, plain.function())
