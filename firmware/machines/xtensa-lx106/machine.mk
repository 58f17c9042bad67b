# Xtensa lx106, the core of the ESP8266: no register windows.
MACHINE_CPU = lx106
MACHINE_ABI = call0
MACHINE_MPY_ARCH = xtensa
MACHINE_INLINEASM = xtensa
include machines/common/xtensa/xtensa.mk
