# Xtensa de212: register windows, as the cores of the ESP32 have them. The compiler's core is another; the plugin that set-up
# makes tells assembler and linker about this one.
MACHINE_CPU = de212
MACHINE_ABI = windowed
MACHINE_MPY_ARCH = xtensawin
export XTENSA_GNU_CONFIG = $(TOOLCHAIN)/xtensa-de212.so
include machines/common/xtensa/xtensa.mk
SRC_MACHINE_S += machines/xtensa-de212/windows.S
